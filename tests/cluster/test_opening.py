"""The way into the cluster, and why there may be none."""

import sys
from pathlib import Path

import pytest

from mailer.cluster.opening import hand_over, worker_of
from mailer.errors import UsageError
from mailer.wiring.watching import Watching
from tests.wiring.house import in_a_loop, workspace

SHARED = '\n[database]\nurl = "postgresql://mailer@db.example.org/mailer"\n'


def test_on_a_file_there_is_one_machine(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as fault:
        worker_of(workspace(tmp_path), 1, Watching(), lambda _: None, lambda *_: None)
    said = fault.value.message.say("en")
    assert "PostgreSQL" in said
    assert "mailer serve" in said


@in_a_loop
async def test_without_the_extra(tmp_path: Path) -> None:
    there = workspace(tmp_path, SHARED)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("mailer.cluster.jobs", "mailer.cluster.worker"):
            patched.delitem(sys.modules, name, raising=False)
        patched.setitem(sys.modules, "procrastinate", None)
        with pytest.raises(UsageError, match="several machines") as fault:
            worker_of(there, 1, Watching(), lambda _: None, lambda *_: None)
        assert "tract-mailer[cluster]" in fault.value.message.say("en")
        with pytest.raises(UsageError, match="several machines"):
            await hand_over(there, "k7qk2m4xea")


def test_a_worker_that_has_not_begun(tmp_path: Path) -> None:
    worker = worker_of(workspace(tmp_path, SHARED), 3, Watching(), lambda _: None, lambda *_: None)
    assert (worker.pumps, worker.minute) == (3, 60.0)
    worker.stop()
