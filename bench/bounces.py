"""What reading a returned mail costs: those of the tests, and hostile ones of a megabyte."""

import statistics
import time
from pathlib import Path

from bench.rows import Row
from mailer.bounces.reading import read

MAILS = Path(__file__).parents[1] / "tests" / "bounces" / "mails"
_LIMIT_MS = 50
_HOSTILE_MS = 100
_LARGE = 1_000_000
_HEAD = b"From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail Returned to Sender\n"


def measure() -> list[Row]:
    """Of processor time, since the machine may do other things; each once, since sentences are remembered."""
    mails = [_once(path.read_bytes()) for path in sorted(MAILS.glob("*.eml"))]
    hostile = [_once(raw[:_LARGE]) for raw in _hostile()]
    return [
        ("a returned mail, read", statistics.median(mails), "ms", "", True),
        ("the slowest of them", max(mails), "ms", f"≤ {_LIMIT_MS}", max(mails) <= _LIMIT_MS),
        (
            "the slowest hostile one, 1 MB",
            max(hostile),
            "ms",
            f"≤ {_HOSTILE_MS}",
            max(hostile) <= _HOSTILE_MS,
        ),
    ]


def _once(raw: bytes) -> float:
    begun = time.process_time()
    read(raw)
    return (time.process_time() - begun) * 1000


def _hostile() -> list[bytes]:
    report = _HEAD + b"Content-Type: multipart/report; boundary=b\n\n"
    return [
        report + b"--b\n\nx\n" * 150_000,
        _HEAD + b"\n" + b"<a@b.example>: the mailbox of the user could not be delivered 550 \n" * 15_000,
        _HEAD + b"\n" + b"a@b." * 250_000,
        report
        + b"--b\nContent-Type: message/delivery-status\n\n"
        + b"Final-Recipient: rfc822; a@b.example\nAction: failed\n\n" * 20_000,
    ]
