"""When to try again somebody whose server said "later": a function of counts and times.

RFC 5321, 4.5.4.1: half an hour at least in general, two tries in the first hour, then every two or three
hours. Greylisting servers (450, 451) let the second try in after some minutes, so theirs comes earlier.
"""

from datetime import datetime, timedelta

DEFAULT_EXPIRY = timedelta(hours=72)
_GREYLISTING = (450, 451)
_FIRST_GREYLISTED = timedelta(minutes=15)
_WAITS = (timedelta(minutes=45), timedelta(hours=2))
_THEN = timedelta(hours=3)
_LAST = timedelta(minutes=5)  # what is due at the very end would never be tried


def next_attempt(now: datetime, attempts: int, code: int, expires: datetime) -> datetime | None:
    """When to make the next attempt after `attempts` (1 or more); None when the campaign will be over.

    `code` is the reply's. The last attempt is made a little before the end rather than given up.
    """
    if attempts == 1 and code in _GREYLISTING:
        wait = _FIRST_GREYLISTED
    else:
        wait = _WAITS[attempts - 1] if attempts <= len(_WAITS) else _THEN
    due = now + wait
    last = expires - _LAST
    if due <= last:
        return due
    return last if last - now > wait / 2 else None
