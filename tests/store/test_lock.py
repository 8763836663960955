"""The sender's lock: one process at a time, let go by death and by nothing else."""

import subprocess
import sys
from pathlib import Path

from mailer.store.lock import SenderLock
from tests.cli.command import ROOT, environment

HOLDS = """
import sys, pathlib
from mailer.store.lock import SenderLock
lock = SenderLock(pathlib.Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


def holder(database: Path) -> "subprocess.Popen[str]":
    """Another process, which has the lock or says False."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(database)],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_one_at_a_time_and_free_after_a_kill(tmp_path: Path) -> None:
    database = tmp_path / "mailer.db"
    first = holder(database)
    assert said(first) == "True"
    lock = SenderLock(database)
    assert not lock.acquire()
    assert lock.owner() == str(first.pid)
    second = holder(database)
    assert said(second) == "False"
    second.kill()
    second.communicate()
    assert not lock.acquire()  # who was refused lets nothing go
    first.kill()
    first.communicate()
    with lock:
        assert lock.acquire()
        third = holder(database)
        assert said(third) == "False"
        third.kill()
        third.communicate()
    fourth = holder(database)
    assert said(fourth) == "True"
    fourth.kill()
    fourth.communicate()


def test_nobody_s(tmp_path: Path) -> None:
    assert SenderLock(tmp_path / "mailer.db").owner() == ""
    SenderLock(tmp_path / "mailer.db").release()
