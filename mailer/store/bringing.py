"""Bringing people to a list: who is new, who is known already, who stays out since they left or objected."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any

from mailer.addresses import address_key
from mailer.fields import STANDARD
from mailer.model import Person
from mailer.store.driver import Driver, Row
from mailer.store.objections import EVERYTHING
from mailer.tokens.keys import Keys
from mailer.tokens.people import address_hash, subscriber_number

NAMES = ("first_name", "last_name", "language")
_GROUP = 4_000  # people looked up and written at a time: what memory holds of a file


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
    departed: list[Person] = field(default_factory=list)  # they left the list: that stands
    suppressed: list[Person] = field(default_factory=list)  # nothing is ever sent to them


class Bringing:
    """One go of it: `add` each person, then `finish`; `brought` tells what came of it."""

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
        self._writes = writes  # or only tells what would come of it
        self._number = number  # of the import whose way back is noted; 0: none
        self._earlier: list[dict[str, object]] = []
        self._driver = driver
        self._keys = keys
        self._slug = slug
        self._at = at
        self._membership = {"list": slug, "at": at, "source": source}
        self._proof = proof
        self._waiting: list[tuple[Person, str]] = []  # each with their keyed hash
        self._new: dict[str, dict[str, object]] = {}  # by keyed hash: a file may name somebody twice
        self._changed: list[dict[str, object]] = []
        self._joining: dict[int, str] = {}  # number -> proof
        self._proving: dict[int, str] = {}  # the same, of who is there already

    def add(self, person: Person) -> None:
        """Bring one; looked up and written with those around them."""
        self._waiting.append((person, address_hash(self._keys, address_key(person.email))))
        if len(self._waiting) >= _GROUP:
            self.finish()

    def finish(self) -> None:
        """Write those who wait to be."""
        self._sort()
        if self._writes:
            self._write()
        self.brought.updated += len(self._changed)
        self.brought.joined += len(self._joining)
        self._new.clear()
        self._changed.clear()
        self._earlier.clear()
        self._joining.clear()
        self._proving.clear()

    def _write(self) -> None:
        self._driver.run_many("add_subscriber", sorted(self._new.values(), key=itemgetter("id")))
        self._driver.run_many("note_earlier", self._earlier)
        self._driver.run_many("update_subscriber", self._changed)
        self._driver.run_many(
            "join_list",
            [
                {**self._membership, "subscriber": number, "proof": proof}
                for number, proof in sorted(self._joining.items())
            ],
        )
        self._driver.run_many(
            "prove_member",
            [
                {"list": self._slug, "subscriber": number, "proof": proof}
                for number, proof in self._proving.items()
            ],
        )

    def _sort(self) -> None:
        """Who is suppressed, known, or new: three questions about them all, not three about each."""
        people, self._waiting = self._waiting, []
        hashes = [(hashed,) for hashed in dict.fromkeys(hashed for _, hashed in people)]
        if not hashes:
            return
        suppressed = {row[0] for row in self._driver.rows_of("suppressed_among", hashes)}
        known = {row[0]: row[1:] for row in self._driver.rows_of("known_among", hashes, list=self._slug)}
        numbers = {
            hashed: subscriber_number(self._keys, hashed)
            for _, hashed in people
            if hashed not in suppressed and hashed not in known
        }
        seats = self._seats(numbers.values())
        if self.present is not None:
            self.present.update(row[0] for row in known.values())
        for person, hashed in people:
            if hashed in self._new:
                continue
            if hashed in suppressed:
                self.brought.suppressed.append(person)
            elif hashed in known:
                self._add_known(person, known[hashed])
            else:
                self._add_new(person, hashed, numbers[hashed], seats)

    def _seats(self, numbers: Iterable[int]) -> Mapping[int, Row]:
        """Of the numbers that people would have: whose they are, and how whoever has one stands."""
        asked = [(number,) for number in dict.fromkeys(numbers)]
        if not asked:
            return {}
        rows = self._driver.rows_of("seats", asked, list=self._slug)
        return {row[0]: row[1:] for row in rows}

    def _add_new(self, person: Person, hashed: str, number: int, seats: Mapping[int, Row]) -> None:
        taken, state, everything = seats[number]
        if everything is not None and not taken:
            self._recognise(number, hashed)
            self.brought.suppressed.append(person)
            return
        if taken:  # whoever had this address first has changed theirs since
            number, state = secrets.randbits(62) + 1, None
        if self.present is not None:
            self.present.add(number)
        self._new[hashed] = {
            "id": number,
            "email": person.email,
            "domain": person.email.rpartition("@")[2],
            "address_hash": hashed,
            **columns(person.fields),
            "at": self._at,
        }
        if state == "unsubscribed":  # of an earlier database, as the log of objections remembers
            self.brought.departed.append(person)
            return
        self.brought.created += 1
        self._joining[number] = person.proof or self._proof

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
            self.brought.departed.append(person)
            return
        fields = shown_fields(known[1], known[2:5], known[5])
        changes = any(fields.get(name) != value for name, value in person.fields.items() if value)
        if self._number and (changes or state == "pending"):
            self._earlier.append(self._note(known, changes))
        if changes:
            filled = {name: value for name, value in person.fields.items() if value}
            self._changed.append({"id": number, **columns({**fields, **filled}), "at": self._at})
        proof = person.proof or self._proof
        if state == "subscribed":
            self.brought.already += 1
            if proof:
                self._proving[number] = proof
        else:
            self._joining[number] = proof

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


def columns(fields: Mapping[str, str]) -> dict[str, object]:
    """A person's fields as the table keeps them: names in columns, own fields as JSON."""
    own = {name: value for name, value in fields.items() if name not in STANDARD and value}
    named = {name: fields.get(name, "") for name in NAMES}
    return {**named, "fields": _as_json(tuple(sorted(own.items()))) if own else "{}"}


@lru_cache(maxsize=4096)  # services and workplaces are few
def _as_json(own: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(own), ensure_ascii=False)


def shown_fields(email: str, names: tuple[Any, ...], own: str) -> dict[str, str]:
    """The values a message may show."""
    named = dict(zip(NAMES, names, strict=True))
    return {"email": email, **named, **(json.loads(own) if own != "{}" else {})}
