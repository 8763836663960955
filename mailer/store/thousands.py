"""How the people of a file go in: by sorted thousands, as many at once as memory holds.

Numbers are drawn by a hash, so that people in the order of a file are written all over the database: those
in the order of their numbers share its pages (docs/decisions/0043-a-file-goes-in-by-sorted-thousands.md).
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter

from mailer.model import Person
from mailer.store.driver import Driver

# People written at a time, in the order of their numbers: the more, the more of them share a page of the
# database. Fewer where each brings much: it is what memory holds of a file.
GROUP = 16_000
_ROOM = 24_000_000  # bytes
_CHUNK = 1_000
_SAMPLE = 20  # one of so many is measured
_HIGH = 57  # of a number's 62 bits: the others, from 0 to 32, say in which part it is


def groups(people: Iterable[Person]) -> Iterator[list[Person]]:
    """People as they are written together: up to 16,000, or what some 24 MB hold."""
    coming, group, room = iter(people), list[Person](), _ROOM
    while some := list(islice(coming, _CHUNK)):
        group += some
        room -= sum(map(_bytes, some[::_SAMPLE])) * _SAMPLE
        if len(group) >= GROUP or room <= 0:
            yield group
            group, room = [], _ROOM
    if group:
        yield group


def _bytes(person: Person) -> int:
    """About what somebody takes until they are written, by sys.getsizeof: each text twice, for its JSON."""
    return 900 + sum(120 + 2 * len(value) for value in person.fields.values())


@dataclass(slots=True)
class Batch:
    """What a group of people changes, until it is written."""

    new: list[tuple[object, ...]] = field(default_factory=list)  # as `add_subscriber` takes them
    changed: list[dict[str, object]] = field(default_factory=list)
    earlier: list[dict[str, object]] = field(default_factory=list)  # how those who change stood
    joining: dict[int, str] = field(default_factory=dict)  # number -> proof
    proving: dict[int, str] = field(default_factory=dict)  # the same, of who is there already

    def write(self, driver: Driver, slug: str, *, at: str, source: str) -> None:
        """Write it, within the open transaction; those who join the list `slug` do so `at` that instant."""
        driver.run_all("add_subscriber", sorted(self.new, key=itemgetter(0)))
        driver.run_many("note_earlier", self.earlier)
        driver.run_many("update_subscriber", self.changed)
        driver.run_all(
            "join_list",
            [(slug, number, at, source, proof) for number, proof in sorted(self.joining.items())],
        )
        driver.run_many(
            "prove_member",
            [{"list": slug, "subscriber": number, "proof": proof} for number, proof in self.proving.items()],
        )


class Numbers:
    """Numbers of people, given back in their order: eight bytes for each, in parts sorted one after the
    other. A list of a million takes 40 MB."""

    def __init__(self) -> None:
        self._parts = [array("q") for _ in range(33)]

    def add_all(self, numbers: Iterable[int]) -> None:
        """Add some, in whatever order."""
        parts = self._parts
        for number in numbers:
            parts[number >> _HIGH].append(number)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[int]:
        return (number for some in self._parts for number in sorted(some))
