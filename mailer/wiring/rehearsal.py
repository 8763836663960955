"""The rehearsal: before a campaign's first message, it is written for somebody of each kind of its audience.

What cannot be written for one person would be set aside when their turn comes, among thousands, hours later;
here it is told before anybody says yes. Whom a mail cannot tell apart is one kind (`compose.alike`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.compose.alike import Likeness, Reading
from mailer.compose.message import MessageWriter
from mailer.compose.subjects import each
from mailer.errors import RenderError
from mailer.model import Edition, Recipient
from mailer.store.sieve import EVERYBODY, Sieve
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.words import Text

MOST = 1_000  # kinds that are tried: half a second, and far more than a tract tells apart


@dataclass(slots=True, kw_only=True)
class _Kind:
    likeness: Likeness
    example: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A kind of people for whom the mail cannot be written."""

    people: int
    email: str  # of the one it was tried for
    empty: tuple[str, ...]  # the fields that this kind has not filled
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What came of it."""

    tried: int  # messages written
    untried: (
        int  # people of kinds beyond the `MOST` first ones; who cannot be written to is set aside, counted
    )
    failures: tuple[Failure, ...]

    @property
    def unwritable(self) -> int:
        """People for whom the mail cannot be written, as far as one of each kind tells."""
        return sum(failure.people for failure in self.failures)


def rehearse(
    store: Store,
    keys: Keys,
    edition: Edition,
    lists: Sequence[str],
    now: datetime,
    sieve: Sieve = EVERYBODY,
) -> Rehearsal:
    """Write `edition` for one real person of each kind that `lists` hold and `sieve` keeps; nothing is kept.

    Memory: one entry for each kind, whatever the size of the audience.
    """
    reading = Reading.of(edition)
    kinds, untried = _kinds(store, reading, lists, sieve)
    writers = [MessageWriter(one, keys) for one in each(edition)]
    failures = []
    for (slug, _), kind in kinds.items():
        with store.glance():
            person = store.people.by_number(kind.example, slug)
        if person is not None and (reason := _fault(writers, person, now)) is not None:
            failures.append(
                Failure(
                    people=kind.people,
                    email=person.email,
                    empty=tuple(reading.empty(kind.likeness)),
                    reason=reason,
                )
            )
    return Rehearsal(tried=len(kinds), untried=untried, failures=tuple(failures))


def _kinds(
    store: Store, reading: Reading, lists: Sequence[str], sieve: Sieve
) -> tuple[dict[tuple[str, Likeness], _Kind], int]:
    kinds: dict[tuple[str, Likeness], _Kind] = {}
    untried = 0
    with store.apart():
        for found in store.launches.kinds(lists, reading.fields, reading.words, sieve):
            likeness = reading.likeness(found.fields)
            known = kinds.get((found.list, likeness))
            if known is not None:
                known.people += found.people
            elif len(kinds) < MOST:
                kinds[found.list, likeness] = _Kind(
                    likeness=likeness, example=found.example, people=found.people
                )
            else:
                untried += found.people
    return kinds, untried


def _fault(writers: Sequence[MessageWriter], person: Recipient, now: datetime) -> Text | None:
    """Under each subject: which one is theirs is settled at launch."""
    try:
        for writer in writers:
            writer.write(person, now)
    except RenderError as fault:
        return fault.message
    return None
