"""P1-P4, P7: killed at every single place where anything leaves the process, then taken up again."""

import os

import pytest

from tests.crash.campaign import crash
from tests.crash.child import zygote

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
_ENOUGH = 60  # places that even the smallest campaign passes
_BOUND = 1000


@pytest.mark.parametrize("durability", ["full", "process"])
def test_killed_at_every_place(durability: str) -> None:
    with zygote() as forks:
        for place in range(1, _BOUND):
            done = crash(forks, place, people=4, connections=2, durability=durability)
            assert done.faults == [], f"killed at place {place}"
            if not done.reached:
                break
        assert _ENOUGH < place < _BOUND
