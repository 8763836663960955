"""Bringing people to a list: who is new, who is known already, who stays out since they left or objected."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from mailer.addresses import address_key
from mailer.model import Person
from mailer.store import thousands
from mailer.store.departures import EVERYTHING
from mailer.store.driver import Driver, Row
from mailer.store.kept_fields import NAMES, columns, shown_fields
from mailer.tokens.keys import Keys
from mailer.tokens.people import address_hashes, subscriber_numbers

_ASKED = 4_000  # looked up by one statement


@dataclass(slots=True, kw_only=True)
class Brought:
    """What bringing people to a list did, or would do."""

    at: str = ""  # as those who joined bear it
    created: int = 0  # people nobody knew
    updated: int = 0  # known, with new names or fields
    joined: int = 0
    already: int = 0  # members of the list as it was
    removed: int = 0  # members whom the file has no more
    absent: list[str] = field(default_factory=list)  # the first of their addresses
    otherwise: int = 0  # members whom the file does not name, who came by no file and stay
    departed: int = 0  # they left the list: that stands
    suppressed: int = 0  # nothing is ever sent to them


class Bringing:
    """One go of it: `bring` people, as often as there are some; `brought` tells what came of it."""

    def __init__(
        self,
        driver: Driver,
        keys: Keys,
        slug: str,
        *,
        at: str,
        source: str,
        proof: str,
        number: int = 0,
        writes: bool = True,
    ) -> None:
        self.present: set[int] | None = None  # who is named, if somebody asks
        self.brought = Brought(at=at)
        self.fields: set[str] = set()  # the names of all that people bring
        self._writes = writes  # or only tells what would come of it
        self._number = number  # of the import whose way back is noted; 0: none
        self._driver = driver
        self._keys = keys
        self._slug = slug
        self._at = at
        self._source = source
        self._proof = proof
        self._batch = thousands.Batch()
        self._many = False
        self._late = thousands.Numbers()  # of who joins when all of many are known

    def bring(self, people: Iterable[Person]) -> None:
        """Bring them, looked up and written with those around them."""
        for group in thousands.groups(people):
            self._many = self._many or len(group) >= thousands.GROUP
            self.fields.update(*[person.fields for person in group])
            self._sort(group)
            if self._writes:
                self._batch.write(self._driver, self._slug, at=self._at, source=self._source)
            self.brought.updated += len(self._batch.changed)
            self.brought.joined += len(self._batch.joining)
            self._batch = thousands.Batch()  # before the next group is read: memory holds one
        self._join_late()

    def _join_late(self) -> None:
        """In the order of their numbers, one after the other: a fifth of the processor's time goes less."""
        self.brought.joined += len(self._late)
        if self._writes and self._many:
            common = (self._at, self._source, self._proof)
            self._driver.run_all("join_list", ((self._slug, number, *common) for number in self._late))
        self._late = thousands.Numbers()

    def _sort(self, people: Sequence[Person]) -> None:
        """Who is suppressed, known, or new: two questions about them all, not two about each."""
        hashes = address_hashes(self._keys, [address_key(person.email) for person in people])
        met = {row[0]: row[1:] for row in self._among("met_among", dict.fromkeys(hashes), list=self._slug)}
        if self.present is not None:
            self.present.update(row[1] for row in met.values() if row[1] is not None)
        strangers: dict[str, Person] = {}
        for person, hashed in zip(people, hashes, strict=True):
            row = met.get(hashed)
            if row is None:
                strangers.setdefault(hashed, person)  # a file may name somebody twice
            elif row[0]:
                self.brought.suppressed += 1
            else:
                self._add_known(person, row[1:])
        self._add_strangers(strangers)

    def _among(self, name: str, asked: Iterable[object], **common: object) -> Iterator[Row]:
        """What a query finds for all that is asked, in no order."""
        coming = iter(asked)
        while group := [(one,) for one in islice(coming, _ASKED)]:
            yield from self._driver.rows_of(name, group, **common)

    def _seats(self, numbers: Iterable[int]) -> dict[int, "_Seat"]:
        """Of the numbers that people would have, those that are taken or known of."""
        seats: dict[int, _Seat] = {}
        for number, taken, slug, state in self._among("seats_among", sorted(numbers)):
            seat = seats.setdefault(number, _Seat(taken=bool(taken)))
            if slug == self._slug:
                seat.state = state
            elif slug == EVERYTHING:
                seat.everything = True
        return seats

    def _add_strangers(self, strangers: Mapping[str, Person]) -> None:
        """People whose addresses nobody has; nearly always nothing is known of their numbers either."""
        found = zip(subscriber_numbers(self._keys, strangers), strangers.items(), strict=True)
        numbered = [(number, hashed, person) for number, (hashed, person) in found]
        if seats := self._seats(one[0] for one in numbered):
            seated = [one for one in numbered if one[0] in seats]
            numbered = [one for one in numbered if one[0] not in seats]
            for number, hashed, person in seated:
                self._add_seated(person, hashed, number, seats[number])
        self._add_new(numbered)

    def _add_seated(self, person: Person, hashed: str, number: int, seat: "_Seat") -> None:
        """Somebody whose number has a history."""
        if seat.taken:  # whoever had this address first has changed theirs since
            self._add_new([(secrets.randbits(62) + 1, hashed, person)])
        elif seat.everything:
            self._recognise(number, hashed)
            self.brought.suppressed += 1
        elif seat.state == "unsubscribed":  # of an earlier database, as the log of objections remembers
            self._add_rows([(number, hashed, person)])
            self.brought.departed += 1
        else:
            self._add_new([(number, hashed, person)])

    def _add_new(self, people: Sequence["_Numbered"]) -> None:
        """They become members."""
        self._add_rows(people)
        self.brought.created += len(people)
        if not self._many:
            self._batch.joining.update((number, person.proof or self._proof) for number, _, person in people)
            return
        self._batch.joining.update((number, person.proof) for number, _, person in people if person.proof)
        self._late.add_all(number for number, _, person in people if not person.proof)

    def _add_rows(self, people: Sequence["_Numbered"]) -> None:
        if self.present is not None:
            self.present.update(number for number, _, _ in people)
        if self._writes:
            self._batch.new.extend(
                (number, one.email, one.email.rpartition("@")[2], hashed, *columns(one.fields), self._at)
                for number, hashed, one in people
            )

    def _recognise(self, number: int, hashed: str) -> None:
        """They asked for nothing more while nobody knew their address: now it is known by its hash."""
        if not self._writes:
            return
        said = {"source": "site", "at": self._at}
        self._driver.run("suppress", address_hash=hashed, reason="objection", **said)
        self._driver.run("forget_departure", list=EVERYTHING, subscriber=number)

    def _add_known(self, person: Person, known: Row) -> None:
        number, state = known[0], known[6]
        if state == "unsubscribed":
            self.brought.departed += 1
            return
        fields = shown_fields(known[1], known[2:5], known[5])
        changes = any(fields.get(name) != value for name, value in person.fields.items() if value)
        if self._number and (changes or state == "pending"):
            self._batch.earlier.append(self._note(known, changes))
        if changes:
            filled = {name: value for name, value in person.fields.items() if value}
            kept = zip((*NAMES, "fields"), columns({**fields, **filled}), strict=True)
            self._batch.changed.append({"id": number, **dict(kept), "at": self._at})
        proof = person.proof or self._proof
        if state != "subscribed":
            self._batch.joining[number] = proof
            return
        self.brought.already += 1
        if proof:
            self._batch.proving[number] = proof

    def _note(self, known: Row, changes: bool) -> dict[str, object]:
        """How somebody stood: with the list if they had not confirmed, their fields if these change."""
        number, _, first, last, language, fields, state, updated_at, since, source, proof = known
        names = {"first_name": first, "last_name": last, "language": language, "fields": fields}
        stood = {"since": since, "source": source, "proof": proof}
        return {
            "subscriber": number,
            "import": self._number,
            "state": "pending" if state == "pending" else "",
            "updated_at": updated_at if changes else "",
            **(stood if state == "pending" else dict.fromkeys(stood, "")),
            **(names if changes else dict.fromkeys(names, "")),
        }


_Numbered = tuple[int, str, Person]  # with the keyed hash of their address


@dataclass(slots=True, kw_only=True)
class _Seat:
    """A number that somebody has already, or that stands with lists though nobody has it."""

    taken: bool
    state: str = ""  # with the list; empty: none
    everything: bool = False  # they asked for nothing more at all
