"""What members do with their own data: the links mailed to them, each opened once, and their names."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.addresses import address_key
from mailer.moments import stamp
from mailer.store.departures import PEOPLE
from mailer.store.driver import Driver
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
        The same statements for each of them, so that no time tells which; where nothing is mailed, what is
        noted opens nothing. What is over is forgotten on the way.
        """
        self.forget()
        now = self._now()
        found = self._driver.row("person_now", subscriber=subscriber, list="")
        email = str(found[0]) if found is not None and found[7] is None else None
        asked = {"subscriber": subscriber, "digest": _digest(token) if email else "", "at": stamp(now)}
        return email if self._driver.run("ask_link", **asked, before=stamp(now - EVERY)) else None

    def spend(self, subscriber: int, token: str) -> bool:
        """Whether it is the last link that was mailed, opened now for the first time."""
        spent = {"subscriber": subscriber, "digest": _digest(token), "at": stamp(self._now())}
        return self._driver.run("open_link", **spent) > 0

    def ask_address(self, subscriber: int, email: str, token: str) -> bool:
        """Whether the link with `token` is to be mailed to the checked address `email`, to confirm it.

        Not within an hour of the last one, nor where nothing is sent, nor to an address that somebody has,
        nor for who asked for nothing more: that would not follow them. An hour is used up whatever is known
        of the address, by the same statements: else whoever is a member could ask us about their colleagues.
        Of one that is not to be had nothing is noted. What is over is forgotten on the way.
        """
        self.forget()
        now = self._now()
        hashed = self._hash(email)
        person = self._driver.row("person_now", subscriber=subscriber, list="")
        holder = self._driver.row("person_by_hash", list="", address_hash=hashed)
        closed = self._driver.row("suppression_of", address_hash=hashed)
        welcome = (
            person is not None
            and person[7] is None
            and (holder is None or holder[0] == subscriber)
            and closed is None
        )
        said = {"email": email, "digest": _digest(token)} if welcome else {"email": "", "digest": ""}
        asked = {"subscriber": subscriber, **said, "at": stamp(now), "before": stamp(now - EVERY)}
        return self._driver.run("ask_address", **asked) > 0 and welcome

    def move(self, subscriber: int, token: str) -> Moved | None:
        """Change their address to the one that `token` was mailed to, once; None: that cannot be done.

        Their number stays: what they were sent, left and agreed to is theirs still. A message that a server
        deferred at the old address is not tried again at the new one (excluded: address-changed). Who has
        asked for nothing more since does not move: the new address would be written to. A link to their data
        that waits in the old mailbox opens nothing more.
        """
        self._driver.alone(PEOPLE)  # an import might bring the new address in this instant
        now = self._now()
        found = self._driver.row(
            "asked_address", subscriber=subscriber, digest=_digest(token), before=stamp(now - CONFIRM_FOR)
        )
        person = self._driver.row("person_now", subscriber=subscriber, list="")
        if found is None or person is None or person[7] is not None:
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
        if not moved:
            return None
        self._driver.run("forget_link", subscriber=subscriber)
        return Moved(before=person[0], language=person[4])

    def _hash(self, email: str) -> str:
        return address_hash(self._keys, address_key(email))

    def rename(self, subscriber: int, names: Mapping[str, str]) -> None:
        """`first_name`, `last_name` and `language`, as given."""
        self._driver.run("rename_subscriber", subscriber=subscriber, at=stamp(self._now()), **names)


def _digest(token: str) -> str:
    """Of a token, which is secret until it is used: what the database holds opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
