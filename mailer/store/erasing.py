"""Erasing one person: the verbs. What it does to the tables is in `burying`, by way of the log."""

import re
import secrets
from collections.abc import Callable, Collection
from datetime import datetime

from mailer.addresses import address_key
from mailer.moments import stamp
from mailer.store.burying import ERASED, bury, bury_one
from mailer.store.departures import EVERYTHING
from mailer.store.driver import Driver
from mailer.store.log_entries import Entry
from mailer.store.objections import Objections
from mailer.store.people import BY_FILE
from mailer.tokens.keys import Keys
from mailer.tokens.people import address_hash, subscriber_number

_TO_SCRUB = "to scrub"  # in the meta: a word for each erasure, another each time; empty: nothing is


class Erasing:
    """The verbs; those that change run within the caller's transaction."""

    def __init__(
        self, driver: Driver, objections: Objections, keys: Keys, now: Callable[[], datetime]
    ) -> None:
        self._driver = driver
        self._objections = objections
        self._keys = keys
        self._now = now

    def numbers_of(self, email: str) -> tuple[int, ...]:
        """Every number that the person of this address has had: now, and when they were erased."""
        hashed = self._hash(email)
        known = [row[0] for row in self._driver.rows("numbers_by_hash", address_hash=hashed)]
        derived = subscriber_number(self._keys, hashed)
        return tuple(dict.fromkeys([*known, derived, *self._objections.erased(hashed)]))

    def erase(self, email: str, source: str) -> bool:
        """Erase who has this checked address; whether anybody had it.

        Of somebody nobody knows, its hash is kept all the same: no import brings them in.
        """
        hashed = self._hash(email)
        first, *others = self.numbers_of(email)
        since = self._driver.row("known_since", id=first)
        known = since is not None
        # Their first address was another: an import of it would give the number, which then tells.
        renamed = known and first != subscriber_number(self._keys, hashed)
        entry = Entry(
            # A clock that was ahead when they were brought in, and is set back: they would seem to have come
            # again since (see `burying.erase`), and nothing be done.
            at=max(stamp(self._now()), since[0] if since else ""),
            what="erased",
            subscriber=first,
            lists=(EVERYTHING,) if renamed else (),
            address_hash=hashed,
            source=source,
        )
        self._objections.add(self._driver, [entry])
        self._driver.run("write_meta", name=_TO_SCRUB, value=secrets.token_hex(8))
        self._driver.run("erase_notices_to", email=email)
        self._driver.run("forget_address_asked", email=email)
        self._driver.run("erase_export_paths", pattern=_within(email.lower()))
        self._rename_imports(email)
        self.bury(others)
        return known

    def _rename_imports(self, email: str) -> None:
        """A card of one person is often a file of their name, and its name is the source of who came by it.

        Under another name all the same, so that it is still told from others and can be undone.
        """
        named = list(self._driver.rows("imports_named", pattern=_within(email.lower())))
        for source, number in {source: number for number, source in reversed(named)}.items():
            said = {"source": source, "renamed": f"{BY_FILE}{ERASED} {number}"}
            self._driver.run("rename_imports", **said)
            self._driver.run("rename_members_source", **said)
            self._driver.run("rename_earlier_source", **said)

    def unscrubbed(self) -> str:
        """A word for who was erased since the file was last written anew (`Store.scrub`); empty: nobody."""
        found = self._driver.row("read_meta", name=_TO_SCRUB)
        return str(found[0]) if found is not None else ""

    def scrubbed(self, since: str) -> None:
        """It is written anew since `unscrubbed` said so: whoever was erased meanwhile stays noted."""
        found = self._driver.row("hold_meta", name=_TO_SCRUB)
        if found is not None and found[0] == since:
            self._driver.run("write_meta", name=_TO_SCRUB, value="")

    def leaving(self, numbers: Collection[int]) -> bool:
        """Whether the body of a message to one of them has begun to leave, and its reply is not known yet."""
        return any(self._driver.row("leaving_now", subscriber=number) for number in numbers)

    def bury(self, numbers: Collection[int]) -> None:
        """What is left of their deliveries; see `burying`."""
        for number in numbers:
            bury(self._driver, number, stamp(self._now()))

    def settle(self) -> int:
        """Deliveries that were leaving when their person was erased, and whose end is known by now."""
        found = list(self._driver.rows("unburied"))
        for campaign, subscriber in found:
            bury_one(self._driver, campaign, subscriber, stamp(self._now()))
        return len(found)

    def _hash(self, email: str) -> str:
        return address_hash(self._keys, address_key(email))


def _within(text: str) -> str:
    """The pattern of LIKE … ESCAPE '!' for whatever holds `text`."""
    return "%" + re.sub("[!%_]", r"!\g<0>", text) + "%"
