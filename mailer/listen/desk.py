"""The desk: all that the site asks of the store, declared by its user."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mailer.ballots.casting import Ballot, Taken
from mailer.ballots.model import Questionnaire
from mailer.listen.reasons import Reason
from mailer.listen.signups import Confirmed, Signup
from mailer.model import Asset, Edition, TrackedLink
from mailer.results.figures import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A launched campaign as pages read it: its last edition, as it was stored, nothing newer."""

    public_id: str
    slug: str
    edition: Edition
    questionnaire: str  # the text of its questionnaire file; empty: none, or one that lives elsewhere
    launched_at: datetime
    earlier: tuple[TrackedLink, ...] = ()  # of the editions before: their mails are out


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A public campaign, as the archive lists it."""

    public_id: str
    slug: str
    title: str
    language: str
    began_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one person stands with the list of their token."""

    list_slug: str  # empty: the list has been removed since
    list_title: str
    language: str
    subscribed: bool
    objected: bool  # nothing more from the organisation at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What one request really changed: what its undo may give back, and nothing else."""

    lists: tuple[str, ...] = ()
    objected: bool = False
    until: datetime | None = field(default=None, compare=False)  # of an undo: when the request was over

    def __bool__(self) -> bool:
        return bool(self.lists) or self.objected


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """How a campaign's ballot box stands: closed by hand, and the key of its ballots, if it has one."""

    closed: bool = False
    key: bytes | None = None


class Desk(Protocol):
    """Answers from the store. Writing verbs return once the change is on disk."""

    async def published(self, public_id: str) -> Published | None:
        """The campaign of this public id; None when no launch minted it."""

    async def archived(self) -> Sequence[Archived]:
        """The public campaigns that are leaving or have left, the latest first."""

    async def file(self, name: str) -> Asset | None:
        """The image or PDF at `/i/<name>`, `<sha256>.<suffix>`, of a launched campaign."""

    def clicked(self, public_id: str, number: int, *, machine: bool) -> None:
        """Count one request for a link that exists, for today: a person's click, or a machine's look.

        On disk within 100 ms; nothing is kept of it but the link, the day and which of both.
        """

    def followed(self, public_id: str, number: int, subscriber: int) -> None:
        """Count one click whose reader is known, if they agree to that at the instant it is stored.

        If they do not, nothing of it is kept at all.
        """

    async def standing(self, subscriber: int, mark: bytes) -> Standing | None:
        """How they stand with the list of `mark` (see `tokens.list_mark`); None: nobody has this number."""

    async def leave(self, subscriber: int, mark: bytes, *, everything: bool) -> Left:
        """Leave that list, or `everything` from the organisation; twice is once.

        On disk in the objections' log when this returns, even if the database cannot be written.
        """

    async def give_back(self, subscriber: int, left: Left) -> bool:
        """Undo what `leave` has changed before `left.until`; False: they have left it again since."""

    async def explain(self, mark: bytes, reason: Reason) -> None:
        """Count one reason for leaving the list of `mark`, for this month; nothing is kept of whose it is."""

    async def sign_up(self, email: str, slug: str, language: str) -> None:
        """Have a confirmation sent to this checked address, unless none may be; or one was today: it confirms
        this too.

        Which of them is told to nobody, and takes the same time.
        """

    async def asked_with(self, id: str) -> Sequence[Signup]:
        """All that the confirmation which says this id confirms, its own first; nothing once it is over."""

    async def confirm(self, id: str, *, text: str, proof: str) -> Confirmed:
        """Whoever has the address meant it, having been shown `text`; twice is once."""

    async def box(self, public_id: str) -> Box:
        """The ballot box of a campaign."""

    async def is_spent(self, public_id: str, ballot: Ballot) -> bool:
        """Whether this ballot was cast."""

    async def answer(
        self, public_id: str, answers: Sequence[tuple[str, str]], ballot: Ballot | None
    ) -> Taken:
        """Store one person's answers as (question, value) rows that nothing joins to each other.

        Their `ballot`, if they have one, is spent in the same transaction.
        """

    async def results(self, public_id: str, questionnaire: Questionnaire, language: str) -> Results:
        """What everybody may see of the answers at this instant; published first where a step is reached."""

    async def prove(self, challenge: str) -> str:
        """What only a site with this workspace's keys and this database can answer."""
