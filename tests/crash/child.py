"""A process that has everything in memory and forks: each fork sends, and dies at the place it is told.

A start costs half a second, a fork some milliseconds. It reads one JSON object a line and answers each with
the exit code of the fork: 0 all sent, 137 it died where it was told, 75 tried again later.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from mailer.deliver.ports import Clock
from mailer.deliver.result import End
from mailer.errors import LaterError
from mailer.store.lock import SenderLock
from mailer.wiring.doors import store_of
from mailer.wiring.sending import Sending
from mailer.workspace.folder import open_workspace
from tests.cli.command import ROOT, environment
from tests.crash.hooks import install
from tests.deliver.hours import NOON
from tests.simulation.premises import SLUG

_BEGUN = time.monotonic()


def _now() -> Any:
    """The campaign's own day, whatever day it is."""
    return NOON + timedelta(seconds=time.monotonic() - _BEGUN)


def _send(folder: Path, settings: dict[str, str]) -> int:
    workspace = open_workspace(folder, settings)
    store = store_of(workspace, clock=_now)
    with SenderLock(folder / "subscribers/mailer.db") as lock:
        assert lock.acquire(), "the one that died still holds its lock"
        campaign = store.campaigns.by_slug(SLUG)
        assert campaign is not None
        clock = Clock(now=_now, monotonic=time.monotonic, sleep=asyncio.sleep)
        try:
            result = asyncio.run(Sending(workspace=workspace, clock=clock).run(store, campaign))
        except LaterError:
            return 75
    return 0 if result.end is End.DONE else 1


def _fork(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 70
    try:
        install(asked["at"])
        code = _send(Path(asked["folder"]), asked["settings"])
    except BaseException as fault:
        sys.stderr.write(f"{fault!r}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Until stdin ends."""
    for line in sys.stdin:
        sys.stdout.write(f"{_fork(json.loads(line))}\n")
        sys.stdout.flush()


@contextmanager
def zygote() -> Iterator["Zygote"]:
    """One that runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.child"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Zygote(process)
    finally:
        process.kill()
        process.communicate()


class Zygote:
    """Asks it for forks."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def send(self, folder: Path, settings: dict[str, str], at: int = 0) -> int:
        """The exit code of a sender that dies at its place number `at`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"folder": str(folder), "settings": settings, "at": at}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


if __name__ == "__main__":
    main()
