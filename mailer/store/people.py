"""People and their lists: brought in, found, shown."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mailer.addresses import address_key
from mailer.fields import STANDARD
from mailer.model import Person, Recipient
from mailer.moments import stamp
from mailer.store.bringing import Bringing, Brought
from mailer.store.departures import PEOPLE
from mailer.store.dossier import Dossier, dossier_of
from mailer.store.driver import Driver
from mailer.store.kept_fields import shown_fields
from mailer.tokens.keys import Keys
from mailer.tokens.people import address_hash, subscriber_number

BY_FILE = "import: "  # begins the source of a membership that a file brought
SHOWN = 20  # addresses of those taken out
_NO_FIELDS = dict.fromkeys(("updated_at", "first_name", "last_name", "language", "fields"), "")
_MANY = 50  # people who joined a list at once: from there on plans of queries change


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """How many addresses are suppressed for one reason, and when that was done first and last."""

    reason: str
    addresses: int
    first: str
    last: str


class People:
    """The verbs about people."""

    def __init__(self, driver: Driver, keys: Keys, now: Callable[[], datetime]) -> None:
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

    def shared(self) -> dict[str, dict[str, int]]:
        """How many are subscribed to two lists, by the one and the other; each pair stands twice."""
        found: dict[str, dict[str, int]] = {}
        for one, other, people in self._driver.rows("shared_members"):
            found.setdefault(one, {})[other] = int(people)
            found.setdefault(other, {})[one] = int(people)
        return found

    def standings(self) -> dict[str, dict[str, int]]:
        """How many stand how with each list: by list, then by state."""
        found: dict[str, dict[str, int]] = {}
        for slug, state, people in self._driver.rows("standings"):
            found.setdefault(slug, {})[state] = int(people)
        return found

    def bring(
        self,
        slug: str,
        people: Iterable[Person],
        *,
        source: str,
        proof: str = "",
        number: int = 0,
        sync: bool = False,
        writes: bool = True,
    ) -> Brought:
        """Make `people` members of the list `slug`, unless they left it or objected.

        A known person's names and fields are filled or replaced by those given, never emptied. Within
        a transaction of the caller's: rolled back, it was a dry run. `number`: of the import
        (`Imports.begin`) whose way back is noted. `sync`: members whom earlier files brought and this one
        does not name are taken out; those who came otherwise are counted. Without `writes` it only
        tells what would come of it.
        """
        self._driver.alone(PEOPLE)  # two files at once would make two people of one address
        self._driver.widen()
        at = stamp(self._now())
        bringing = Bringing(
            self._driver, self._keys, slug, at=at, source=source, proof=proof, number=number, writes=writes
        )
        bringing.present = set() if sync else None
        bringing.bring(people)
        if bringing.present is not None:
            self._take_out(slug, bringing.present, number, bringing.brought, writes=writes)
        if not writes:
            return bringing.brought
        if bringing.brought.joined >= _MANY:
            self._driver.survey("subscriber", "membership")
        own = (self.fields_of(slug) | bringing.fields) - set(STANDARD)
        self._driver.run("write_list", slug=slug, fields=json.dumps(sorted(own)), at=at)
        return bringing.brought

    def _take_out(self, slug: str, present: set[int], number: int, brought: Brought, *, writes: bool) -> None:
        """Those whom a file brought and this one does not name, with their way back."""
        absent = []
        for who, email, since, source, proof, agreed in self._driver.rows("members_standing", list=slug):
            if who in present:
                continue
            if agreed or not source.startswith(BY_FILE):
                brought.otherwise += 1
                continue
            stood = {"state": "subscribed", "since": since, "source": source, "proof": proof}
            absent.append({"subscriber": who, "import": number, **stood, **_NO_FIELDS})
            if len(brought.absent) < SHOWN:
                brought.absent.append(email)
        brought.removed = len(absent)
        if not writes:
            return
        self._driver.run_many("note_earlier", absent)
        leaving = [{"list": slug, "subscriber": one["subscriber"]} for one in absent]
        self._driver.run_many("take_one_out", leaving)

    def find(self, email: str, lists: Iterable[str]) -> Recipient | None:
        """The person with this address, as a member of the first of `lists` that holds them."""
        hashed = self.hash_of(email)
        for slug in lists:
            found = self._driver.row("person_by_hash", list=slug, address_hash=hashed)
            if found is not None and found[6] == "subscribed":
                fields = shown_fields(found[1], found[2:5], found[5])
                return Recipient(subscriber=found[0], email=found[1], list=slug, fields=fields)
        return None

    def by_number(self, subscriber: int, slug: str) -> Recipient | None:
        """The person of this number, as of the list `slug`, if they are on it."""
        found = self._driver.row("person_now", subscriber=subscriber, list=slug)
        if found is None or found[6] != "subscribed":
            return None
        fields = shown_fields(found[0], found[2:5], found[5])
        return Recipient(subscriber=subscriber, email=found[0], list=slug, fields=fields)

    def number_of(self, email: str) -> int | None:
        """The subscriber with this address."""
        found = self._driver.row("person_by_hash", list="", address_hash=self.hash_of(email))
        return found[0] if found else None

    def email_of(self, subscriber: int) -> str | None:
        """The address of this subscriber, while there is one."""
        found = self._driver.row("email_of", id=subscriber)
        return str(found[0]) if found else None

    def number_for(self, email: str) -> int:
        """The number that somebody new with this address would have."""
        return subscriber_number(self._keys, self.hash_of(email))

    def dossier(self, email: str) -> Dossier:
        """All there is of one address, known or not."""
        number = self.number_of(email)
        known_as = number or self.number_for(email)
        return dossier_of(self._driver, self._now, email, self.hash_of(email), number, known_as)

    def suppressions(self) -> list[Suppressed]:
        """Addresses that nothing is sent to, counted by reason: only hashes of them are kept."""
        return [
            Suppressed(reason=row[0], addresses=int(row[1]), first=row[2], last=row[3])
            for row in self._driver.rows("suppressions")
        ]

    def members(self, slug: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Those a campaign to the list would reach: address and filled fields."""
        for row in self._driver.rows("members_of", list=slug):
            yield row[0], shown_fields(row[0], row[1:4], row[4])
