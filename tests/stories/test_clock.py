"""P11: the clock of the machine jumps while a campaign is being sent; neither a burst nor a stall."""

import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.command import environment
from tests.smtp.ledger import read_ledger
from tests.stories.sending import SLUG, House, address, ended, house

PEOPLE, RATE = 60, 10
DAY, HOUR = 86_400, 3_600


def arrivals(there: House, process: "subprocess.Popen[bytes]") -> list[int]:
    """How many had arrived, each 50 ms."""
    seen = []
    while process.poll() is None:
        seen.append(len(read_ledger(there.ledger)) if there.ledger.exists() else 0)
        time.sleep(0.05)
    return seen


def wrong_by(there: House) -> float:
    """How wrong the clock was when most outcomes were written, in seconds."""
    with sqlite3.connect(there.mailer.folder / "subscribers/mailer.db") as opened:
        stamps = [row[0] for row in opened.execute("SELECT settled_at FROM delivery")]
    return max((datetime.fromisoformat(one).timestamp() - time.time() for one in stamps), key=abs)


@pytest.mark.parametrize("by", [DAY, -HOUR])
def test_a_clock_that_jumps(tmp_path: Path, by: int) -> None:
    with house(tmp_path, PEOPLE, extra=f"per_second = {RATE}\n") as there:
        words = ["-m", "tests.stories.jumping", "4", str(by), "send", SLUG, "--yes"]
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=there.mailer.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        seen = arrivals(there, process)
        assert ended(process)[0] == 0
        assert there.arrived() == {address(number): 1 for number in range(PEOPLE)}
        assert abs(wrong_by(there) - by) < HOUR / 2  # it did jump
        assert time.monotonic() - begun < PEOPLE  # a stall would last an hour, or until tomorrow
        # Nineteen looks are less than a second: never more than the limit, and what was on its way before.
        most = max(late - early for early, late in zip(seen, seen[19:], strict=False))
        assert most <= 2 * RATE
