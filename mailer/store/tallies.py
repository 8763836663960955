"""How far a campaign is: in total, for each wave, for each edition. Each figure is counted (P5)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.delivery import State, Tally
from mailer.moments import moment
from mailer.store.driver import Driver, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFigures:
    """One freezing of the audience, and what became of it."""

    number: int
    edition: int  # that those still to be begun will have
    created_at: datetime
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFigures:
    """One text of the campaign, and what became of those whose text it is."""

    number: int
    digest: str
    created_at: datetime
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A campaign's as of one instant: in total, wave by wave, text by text."""

    total: Tally
    waves: tuple[WaveFigures, ...]
    editions: tuple[EditionFigures, ...]


class Tallies:
    """The figures of launched campaigns; no more than reads."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def figures(self, public_id: str) -> Figures:
        """All of them from one count: half a second for a million people."""
        counts = list(self._driver.rows("counts", campaign=public_id))
        return Figures(
            total=_total(counts),
            waves=tuple(self._waves(public_id, counts)),
            editions=tuple(self._editions(public_id, counts)),
        )

    def waves(self, public_id: str) -> list[WaveFigures]:
        """Wave by wave, the first one first."""
        return list(self.figures(public_id).waves)

    def editions(self, public_id: str) -> list[EditionFigures]:
        """Edition by edition, the first one first."""
        return list(self.figures(public_id).editions)

    def total(self, public_id: str) -> Tally:
        """The whole campaign; people of a wave that is not there are counted all the same."""
        return _total(self._driver.rows("counts", campaign=public_id))

    def _waves(self, public_id: str, counts: Sequence[Row]) -> Iterator[WaveFigures]:
        editions = {row[0]: row[1] for row in counts if row[2] == _WAVE}
        people = _by((row[0], row[2], row[3]) for row in counts if row[2] != _EDITION)
        for number, created_at in self._driver.rows("waves", campaign=public_id):
            if number in editions:
                yield WaveFigures(
                    number=number,
                    edition=editions[number],
                    created_at=moment(created_at),
                    tally=_tally(people[number]),
                )

    def _editions(self, public_id: str, counts: Sequence[Row]) -> Iterator[EditionFigures]:
        people = _by((row[1], row[2], row[3]) for row in counts if row[2] != _WAVE)
        for number, digest, created_at in self._driver.rows("editions", campaign=public_id):
            yield EditionFigures(
                number=number, digest=digest, created_at=moment(created_at), tally=_tally(people[number])
            )

    def reasons(self, public_id: str) -> list[tuple[str, str, int]]:
        """Why people were refused or excluded: (state, reason, how many), the most frequent first."""
        return [(row[0], row[1], int(row[2])) for row in self._driver.rows("reasons", campaign=public_id)]


_WAVE, _EDITION = "wave", "edition"  # rows that say an audience
_NAMES = {
    _WAVE: "audience",
    _EDITION: "audience",
    "waiting": State.PENDING.value,
    "cancelled": State.EXCLUDED.value,
}


def _by(counts: Iterable[tuple[int, str, int]]) -> Mapping[int, dict[str, int]]:
    """Number -> audience or state -> people."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, name, people in counts:
        found[number][_NAMES.get(name, name)] += int(people)
    return found


def _total(counts: Iterable[Row]) -> Tally:
    return _tally(_by((0, row[2], row[3]) for row in counts if row[2] != _EDITION)[0])


def _tally(people: Mapping[str, int]) -> Tally:
    return Tally(**people)
