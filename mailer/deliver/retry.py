"""When to try again somebody whose server said "later": a function of counts and times.

RFC 5321, 4.5.4.1: half an hour at least in general, two tries in the first hour, then every two or three
hours; and whoever runs it may set it ([send].retry). Greylisting servers (450, 451) let the second try in
after some minutes, so theirs has one more, earlier.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

DEFAULT_EXPIRY = timedelta(hours=72)
WAITS = (timedelta(minutes=45), timedelta(hours=2), timedelta(hours=3))  # the last one again and again
_GREYLISTING = (450, 451)
_FIRST_GREYLISTED = timedelta(minutes=15)
_LAST = timedelta(minutes=5)  # what is due at the very end would never be tried
_SPREAD = 0.1  # of a wait, at most


def next_attempt(
    now: datetime,
    attempts: int,
    code: int,
    expires: datetime,
    waits: Sequence[timedelta] = WAITS,
    spread: float = 0.0,
) -> datetime | None:
    """When to make the next attempt after `attempts` (1 or more); None when the campaign will be over.

    `code` is the reply's; `spread`, from 0 to 1, lengthens the wait by up to a tenth. The last attempt is
    made a little before the end rather than given up.
    """
    if code in _GREYLISTING:
        waits = (min(_FIRST_GREYLISTED, waits[0]), *waits)
    wait = waits[min(attempts, len(waits)) - 1] * (1 + _SPREAD * spread)
    due = now + wait
    last = expires - _LAST
    if due <= last:
        return due
    return last if last - now > wait / 2 else None


def spread(subscriber: int, attempts: int) -> float:
    """From 0 to 1, another for each person and attempt, and the same whoever asks.

    A server that puts off a thousand people within seconds would have them all back within seconds.
    """
    return zlib.crc32(f"{subscriber} {attempts}".encode("ascii")) / 2**32
