"""What returned mail means: the class of a failure, and when an address is given up. Pure.

The numbers are standards.md's, F5, after what list managers do (F4). Days are those on which our messages
left, by the ledger: no forger chooses them, they do not depend on when somebody reads the mailbox, and the
outage of a provider that calls all its members unknown for an afternoon gives nobody up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

HARD_DAYS = 2  # days on which a message left and came back for good
SOFT_CAMPAIGNS = 3  # campaigns in a row that came back for now, over
SOFT_SPAN = timedelta(days=15)  # at least

# What a server says while it is spoken to about a mailbox that is not there: enough by itself. Of other
# refusals at RCPT it is only guessed that they mean the mailbox (RFC 3463, 3.2 and 3.3).
_GONE = frozenset({"5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.2.1"})


class Class(StrEnum):
    """What a returned mail is, for the person it is about."""

    HARD = "hard"  # they cannot be written to
    SOFT = "soft"  # not now: full, away, out of reach
    SENDER = "sender"  # our fault, or our relay's: never counted against anybody
    COMPLAINT = "complaint"
    DEPARTURE = "departure"  # a mail to the address that List-Unsubscribe gives
    UNPROVEN = "unproven"  # nothing in it that only we can have made: it changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A returned mail as the store keeps it; `campaign` empty or `subscriber` 0 where it is not known."""

    digest: str
    kind: Class
    campaign: str = ""
    subscriber: int = 0
    status: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A message of one person that a server has answered, and what came back of it later."""

    campaign: str
    state: str  # sent | refused | unknown
    reason: str
    enhanced: str
    day: str  # when it left
    came: Class | None


def given_up(answered: Iterable[Answered]) -> bool:
    """Whether nothing more is to be sent to an address; `answered` in the order in which they left.

    Only the last messages in a row that failed count: one that arrived begins anew. Those after the last
    failure have not had the time to come back, and say nothing.
    """
    streak = _streak(answered)
    if any(_gone(one) for one in streak):
        return True
    hard = {one.day for one in streak if _is_hard(one)}
    if len(hard) >= HARD_DAYS:
        return True
    days = sorted(date.fromisoformat(one.day) for one in streak)
    return len({one.campaign for one in streak}) >= SOFT_CAMPAIGNS and days[-1] - days[0] >= SOFT_SPAN


def _streak(answered: Iterable[Answered]) -> list[Answered]:
    """The failures in a row that the last one ends."""
    streak: list[Answered] = []
    arrived = False
    for one in answered:
        if _is_nobodys(one):
            continue
        if not _failed(one):
            arrived = True
            continue
        if arrived:
            streak.clear()
            arrived = False
        streak.append(one)
    return streak


def _is_nobodys(one: Answered) -> bool:
    """Our fault, or our relay's; a refusal of what was said, not of whom; or nobody knows that it arrived."""
    if one.state == "unknown" and one.came is None:
        return True
    return one.came is Class.SENDER or (one.state == "refused" and one.reason not in ("mailbox", "full"))


def _failed(one: Answered) -> bool:
    return one.state == "refused" or one.came in (Class.HARD, Class.SOFT)


def _is_hard(one: Answered) -> bool:
    return one.came is Class.HARD or (one.state == "refused" and one.reason == "mailbox")


def _gone(one: Answered) -> bool:
    return one.state == "refused" and one.reason == "mailbox" and one.enhanced in _GONE
