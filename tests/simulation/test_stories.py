"""Hundreds of campaigns in all weathers: P1-P5, P7, P10 and P11 hold in each; a failing seed is its own name.

More of them, and one alone: `python -m tests.simulation --seeds 0..10000`.
"""

import os

import pytest

from mailer.errors import MailerError
from tests.simulation.dice import ACTIONS
from tests.simulation.story import tell
from tests.simulation.world import World, world
from tests.smtp.script import Accept, Reply, Rule, Stage
from tests.store.house import inside

_SEEDS = int(os.environ.get("SIMULATION_SEEDS") or 200)
_AT_ONCE = 20


@pytest.mark.parametrize("first", range(0, _SEEDS, _AT_ONCE))
def test_whatever_the_weather(first: int) -> None:
    for seed in range(first, first + _AT_ONCE):
        try:
            tell(seed)
        except Exception as fault:
            fault.add_note(f"seed {seed}: python -m tests.simulation --loud --seeds {seed}")
            raise


def test_one_seed_is_one_story() -> None:
    assert [tell(seed) for seed in (3, 7)] == [tell(seed) for seed in (3, 7)]


def test_the_weather_is_bad_enough() -> None:
    """Within some seeds, all that can strike has: at every stage, on the way, on the machine."""
    struck = {what for seed in range(40) for what in tell(seed).thrown}
    for stage in ACTIONS:
        assert any(what.startswith(f"server {stage} ") for what in struck), stage
    machine = {"kill", "stop", "pause", "clock", "asleep", "cut", "lock", "leaves", "leaves at 354"}
    commits = {f"a commit {fate}" for fate in ("full", "unheard", "killed-before", "killed-after")}
    way = {"refused", "no answer", "a cable", "a black hole", "small packets", "a pause on the way"}
    assert machine | commits | way | {"killed at a write"} <= struck


def test_the_judge_is_not_asleep() -> None:
    """A server that keeps a message and says "later": the same person has it twice, and it is noticed."""
    liar = Rule(Stage.DOT, Accept(Reply(451, "4.3.0 later")), times=1)
    with world(3, [liar]) as there, pytest.raises(AssertionError, match=r"is sent and arrived 2 times"):
        there.play(lambda there: there.through())


def test_a_row_that_disappears_is_noticed() -> None:
    """P5 is counted, never computed from the others."""
    with world(3) as there, pytest.raises(MailerError, match="does not add up"):
        there.play(_losing_somebody)


async def _losing_somebody(there: World) -> None:
    await there.send(limit=1)
    with there.desk() as store:
        inside(store).execute("DELETE FROM delivery WHERE state = 'pending'")
    await there.send()
