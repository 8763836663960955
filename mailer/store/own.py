"""What members do with their own data: the links mailed to them, each opened once, and their names."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.addresses import address_key
from mailer.moments import stamp
from mailer.store.driver import Driver
from mailer.store.objections import PEOPLE
from mailer.tokens.keys import Keys
from mailer.tokens.people import address_hash

EVERY = timedelta(hours=1)  # between two links of one person


CONFIRM_FOR = timedelta(hours=24)  # a new address


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Moved:
    """An address that was changed. No repr: addresses belong in no log."""

    before: str
    language: str


class Own:
    """The verbs; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, keys: Keys, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._keys = keys
        self._now = now

    def forget(self) -> None:
        """Links that are over, and addresses that nobody confirmed within a day."""
        now = self._now()
        self._driver.run("forget_links", before=stamp(now - EVERY))
        self._driver.run("forget_addresses", before=stamp(now - CONFIRM_FOR))

    def ask(self, subscriber: int, token: str) -> str | None:
        """The address to mail the link with `token` to, at once; what was mailed before opens no more.

        None: nobody has the number, nothing is ever sent to the address, or one was mailed within the hour.
        What is over is forgotten on the way.
        """
        self.forget()
        now = self._now()
        found = self._driver.row("person_now", subscriber=subscriber, list="")
        if found is None or found[7] is not None:
            return None
        asked = {"subscriber": subscriber, "digest": _digest(token), "at": stamp(now)}
        return str(found[0]) if self._driver.run("ask_link", **asked, before=stamp(now - EVERY)) else None

    def spend(self, subscriber: int, token: str) -> bool:
        """Whether it is the last link that was mailed, opened now for the first time."""
        spent = {"subscriber": subscriber, "digest": _digest(token), "at": stamp(self._now())}
        return self._driver.run("open_link", **spent) > 0

    def ask_address(self, subscriber: int, email: str, token: str) -> bool:
        """Whether the link with `token` is to be mailed to the checked address `email`, to confirm it.

        Not within an hour of the last one, nor where nothing is sent, nor to an address that somebody has.
        What is over is forgotten on the way.
        """
        self.forget()
        now = self._now()
        hashed = self._hash(email)
        holder = self._driver.row("person_by_hash", list="", address_hash=hashed)
        free = holder is None or holder[0] == subscriber
        if not free or self._driver.row("suppression_of", address_hash=hashed) is not None:
            return False
        asked = {"subscriber": subscriber, "email": email, "digest": _digest(token), "at": stamp(now)}
        return self._driver.run("ask_address", **asked, before=stamp(now - EVERY)) > 0

    def move(self, subscriber: int, token: str) -> Moved | None:
        """Change their address to the one that `token` was mailed to, once; None: that cannot be done.

        Their number stays: what they were sent, left and agreed to is theirs still. A message that a server
        deferred at the old address is not tried again at the new one (excluded: address-changed).
        """
        self._driver.alone(PEOPLE)  # an import might bring the new address in this instant
        now = self._now()
        found = self._driver.row(
            "asked_address", subscriber=subscriber, digest=_digest(token), before=stamp(now - CONFIRM_FOR)
        )
        person = self._driver.row("subscriber_by_id", id=subscriber)
        if found is None or person is None:
            return None
        self._driver.run("forget_address", subscriber=subscriber)
        moved = self._driver.run(
            "move_subscriber",
            subscriber=subscriber,
            email=found[0],
            domain=str(found[0]).rpartition("@")[2],
            address_hash=self._hash(str(found[0])),
            at=stamp(now),
        )
        return Moved(before=person[1], language=person[5]) if moved else None

    def _hash(self, email: str) -> str:
        return address_hash(self._keys, address_key(email))

    def rename(self, subscriber: int, names: Mapping[str, str]) -> None:
        """`first_name`, `last_name` and `language`, as given."""
        self._driver.run("rename_subscriber", subscriber=subscriber, at=stamp(self._now()), **names)


def _digest(token: str) -> str:
    """Of a token, which is secret until it is used: what the database holds opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
