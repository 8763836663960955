"""People and their lists: brought in, found, shown."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailer.addresses import address_key
from mailer.fields import STANDARD
from mailer.model import Person, Recipient
from mailer.moments import stamp
from mailer.store.sqlite import Row, Sqlite
from mailer.tokens import Keys, address_hash

_NAMES = ("first_name", "last_name", "language")
_GROUP = 1000  # rows brought in at a time: what memory holds of a file


@dataclass(slots=True, kw_only=True)
class Brought:
    """What bringing people to a list did, or would do."""

    created: int = 0  # people nobody knew
    updated: int = 0  # known, with new names or fields
    joined: int = 0
    already: int = 0  # members of the list as it was
    departed: list[Person] = field(default_factory=list)  # they left the list: that stands
    suppressed: list[Person] = field(default_factory=list)  # nothing is ever sent to them


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """How somebody stands with one list."""

    list: str
    state: str
    since: str
    source: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that the store knows of one address (GDPR, art. 15)."""

    subscriber: int  # 0: nobody has this address
    email: str
    fields: Mapping[str, str]
    created_at: str
    memberships: tuple[Membership, ...]
    suppression: tuple[str, str, str] | None  # reason, source, since
    deliveries: tuple[tuple[str, str, str, str], ...]  # campaign, state, reason, when


class People:
    """The verbs about people."""

    def __init__(self, driver: Sqlite, keys: Keys, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._keys = keys
        self._now = now

    def hash_of(self, email: str) -> str:
        """What stands for a checked address in the ledger and among suppressions."""
        return address_hash(self._keys, address_key(email))

    def fields_of(self, slug: str) -> frozenset[str]:
        """The fields of a list: the standard ones and its own."""
        found = self._driver.row("list_fields", slug=slug)
        return frozenset(STANDARD) | frozenset(json.loads(found[0]) if found else ())

    def size_of(self, slug: str) -> int:
        """How many are subscribed to a list."""
        found = self._driver.row("list_size", list=slug)
        return int(found[0]) if found else 0

    def bring(self, slug: str, people: Iterable[Person], *, source: str, proof: str = "") -> Brought:
        """Make `people` members of the list `slug`, unless they left it or objected.

        A known person's names and fields are filled or replaced by those given, never emptied. Within
        a transaction of the caller's: rolled back, it was a dry run.
        """
        done = Brought()
        at = stamp(self._now())
        own = set(self.fields_of(slug)) - set(STANDARD)
        self._driver.run("write_list", slug=slug, fields=json.dumps(sorted(own)), at=at)
        batch: list[Person] = []
        for person in people:
            batch.append(person)
            own.update(name for name in person.fields if name not in STANDARD)
            if len(batch) == _GROUP:
                self._bring(slug, batch, at, source, proof, done)
                batch.clear()
        self._bring(slug, batch, at, source, proof, done)
        self._driver.run("write_list", slug=slug, fields=json.dumps(sorted(own)), at=at)
        return done

    def _bring(self, slug: str, batch: list[Person], at: str, source: str, proof: str, done: Brought) -> None:
        new: list[dict[str, object]] = []
        changed: list[dict[str, object]] = []
        joining: list[int] = []
        fresh: set[str] = set()
        for person in batch:
            hashed = self.hash_of(person.email)
            if hashed in fresh:
                continue
            if self._driver.row("suppression_of", address_hash=hashed):
                done.suppressed.append(person)
                continue
            known = self._driver.row("person_by_hash", list=slug, address_hash=hashed)
            if known is None:
                number = _mint()
                domain = person.email.rpartition("@")[2]
                row = {"id": number, "email": person.email, "domain": domain, "address_hash": hashed}
                new.append({**row, **_columns(person.fields), "at": at})
                joining.append(number)
                fresh.add(hashed)
                continue
            self._known(known, person, at, changed, joining, done)
        self._driver.run_many("add_subscriber", new)
        self._driver.run_many("update_subscriber", changed)
        common = {"list": slug, "at": at, "source": source, "proof": proof}
        self._driver.run_many("join_list", [{**common, "subscriber": number} for number in joining])
        done.created += len(new)
        done.updated += len(changed)
        done.joined += len(joining)

    def _known(
        self,
        known: Row,
        person: Person,
        at: str,
        changed: list[dict[str, object]],
        joining: list[int],
        done: Brought,
    ) -> None:
        number, state = known[0], known[6]
        if state == "unsubscribed":
            done.departed.append(person)
            return
        fields = shown_fields(known[1], known[2:5], known[5])
        if any(fields.get(name) != value for name, value in person.fields.items() if value):
            filled = {name: value for name, value in person.fields.items() if value}
            changed.append({"id": number, **_columns({**fields, **filled}), "at": at})
        if state == "subscribed":
            done.already += 1
        else:
            joining.append(number)

    def find(self, email: str, lists: Iterable[str]) -> Recipient | None:
        """The person with this address, as a member of the first of `lists` that holds them."""
        hashed = self.hash_of(email)
        for slug in lists:
            found = self._driver.row("person_by_hash", list=slug, address_hash=hashed)
            if found is not None and found[6] == "subscribed":
                fields = shown_fields(found[1], found[2:5], found[5])
                return Recipient(subscriber=found[0], email=found[1], list=slug, fields=fields)
        return None

    def number_of(self, email: str) -> int | None:
        """The subscriber with this address."""
        found = self._driver.row("person_by_hash", list="", address_hash=self.hash_of(email))
        return found[0] if found else None

    def dossier(self, email: str) -> Dossier:
        """All there is of one address, known or not."""
        hashed = self.hash_of(email)
        number = self.number_of(email)
        found = self._driver.row("subscriber_by_id", id=number) if number is not None else None
        suppression = self._driver.row("suppression_of", address_hash=hashed)
        return Dossier(
            subscriber=number or 0,
            email=found[1] if found else email,
            fields=shown_fields(found[1], found[3:6], found[6]) if found else {},
            created_at=found[7] if found else "",
            memberships=tuple(
                Membership(list=row[0], state=row[1], since=row[2], source=row[3], proof=row[4])
                for row in self._driver.rows("memberships_of", subscriber=number)
            ),
            suppression=suppression,
            deliveries=tuple(self._driver.rows("deliveries_of", subscriber=number)),
        )

    def members(self, slug: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Those a campaign to the list would reach: address and filled fields."""
        for row in self._driver.rows("members_of", list=slug):
            yield row[0], shown_fields(row[0], row[1:4], row[4])


def _mint() -> int:
    """A subscriber's number: 62 random bits, never 0, which is nobody's."""
    return secrets.randbits(62) + 1


def _columns(fields: Mapping[str, str]) -> dict[str, object]:
    own = {name: value for name, value in fields.items() if name not in STANDARD and value}
    named = {name: fields.get(name, "") for name in _NAMES}
    return {**named, "fields": json.dumps(own, ensure_ascii=False, sort_keys=True) if own else "{}"}


def shown_fields(email: str, names: tuple[Any, ...], own: str) -> dict[str, str]:
    """The values a message may show."""
    named = dict(zip(_NAMES, names, strict=True))
    return {"email": email, **named, **(json.loads(own) if own != "{}" else {})}
