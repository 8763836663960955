"""What a report is made of: counts as the store has them, before anything is folded or withheld."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailer.delivery import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickDay:
    """One day of one link: requests taken for people's, and those of machines."""

    day: str  # 2026-11-25, in the organisation's time zone
    people: int
    machines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLink:
    """A link of a campaign, with the days on which it was asked for, in order."""

    number: int
    edition: int
    label: str
    destination: str
    days: tuple[ClickDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCount:
    """How many people of a recipient domain ended in one way; no domain: who was erased since."""

    domain: str
    state: str
    reason: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDay:
    """How many people answered the questionnaire on a day."""

    day: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What campaigns are compared by."""

    slug: str
    launched_at: datetime
    tally: Tally
    departed: int  # who was sent it and then left the list, within its life
    readers: Mapping[int, int]  # edition -> those who have it, or may: who can have followed its links
    links: tuple[CountedLink, ...]
    answers: tuple[AnswerDay, ...] | None  # None: no questionnaire here
    returned: int = 0  # of the sent: what came back later


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One wave, or one edition, and what became of its people."""

    number: int
    edition: int
    created_at: datetime
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectCount:
    """One of several subjects: how many have it (None: nobody knows any more), its clicks by destination."""

    subject: str
    people: int | None
    clicks: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A text that went out under several subjects."""

    edition: int
    subjects: tuple[SubjectCount, ...]
    apart: bool = False  # a page with ballots is among its links: its readers are counted for no subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of a campaign, nothing of anybody."""

    public_id: str
    title: str
    status: str
    ended_at: datetime | None
    closed_at: datetime | None  # since when only counts are kept
    life_until: datetime  # who leaves later is not counted
    lists: tuple[str, ...]
    own: Outline
    reasons: tuple[tuple[str, str, int], ...]  # state, reason, people
    domains: tuple[DomainCount, ...] | None  # None: only counts are kept, or it reached who had not answered
    waves: tuple[Part, ...]
    editions: tuple[Part, ...]
    earlier: tuple[Outline, ...]  # the latest first
    splits: tuple[Split, ...] = ()
    reminds: bool = False
    followers: int | None = None  # who agreed that it is known, and followed a link; None: nobody is asked
