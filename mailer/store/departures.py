"""What an entry of the log of objections does to a database, at once or a month later; twice is once.

Memberships, consents, suppressions: whoever left, objected, was erased or given up is so in all of them, and
whoever takes it back is not any more.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from mailer.store import burying
from mailer.store.driver import Row
from mailer.store.log_entries import Entry

PEOPLE = "people"  # one at a time: imports, and the departures of who may be in them
EVERYTHING = ""  # in place of a list: whoever left it, unknown to us, wants nothing at all
_GROUP = 200  # departures in one statement


class Driver(Protocol):
    """What applying needs of a database."""

    def run(self, name: str, /, **values: object) -> int: ...
    def run_rows(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> int: ...
    def rows(self, name: str, /, **values: object) -> Iterator[Row]: ...
    def row(self, name: str, /, **values: object) -> Row | None: ...
    def alone(self, name: str) -> None: ...


def apply_all(driver: Driver, entries: Iterable[Entry]) -> None:
    """In order, departures from lists many at once: hundreds may come at the same time."""
    leaving: dict[tuple[str, int], Sequence[object]] = {}
    for entry in entries:
        for name in entry.lists if entry.what in ("left", "objected", "complained") else ():
            row = (name, entry.subscriber, entry.at, entry.source)
            leaving.setdefault((name, entry.subscriber), row)
        if entry.what != "left" or len(leaving) >= _GROUP:
            _leave(driver, leaving)
            _apply(driver, entry)
    _leave(driver, leaving)


def _leave(driver: Driver, leaving: dict[tuple[str, int], Sequence[object]]) -> None:
    rows = list(leaving.values())
    for at in range(0, len(rows), _GROUP):
        driver.run_rows("leave_lists", rows[at : at + _GROUP])
        driver.run_rows("end_subscriptions", rows[at : at + _GROUP])
    leaving.clear()


def _apply(driver: Driver, entry: Entry) -> None:
    """What an entry says beside the lists that were left."""
    match entry.what:
        case "objected":
            # Whoever is being imported in this instant is known to us after it, or finds that they left.
            driver.alone(PEOPLE)
            driver.run("leave_all", subscriber=entry.subscriber, at=entry.at, source=entry.source)
            driver.run("end_consents", subscriber=entry.subscriber, at=entry.at)
            driver.run("forget_own_clicks", subscriber=entry.subscriber)
            address_hash = entry.address_hash or _hash_of(driver, entry.subscriber)
            if address_hash:
                driver.run(
                    "suppress",
                    address_hash=address_hash,
                    reason="objection",
                    source=entry.source,
                    at=entry.at,
                )
            else:  # nobody we know: their number alone says that they want nothing
                driver.run_rows("leave_lists", [(EVERYTHING, entry.subscriber, entry.at, entry.source)])
        case "erased":
            driver.alone(PEOPLE)
            burying.erase(driver, entry.subscriber, entry.address_hash, at=entry.at, source=entry.source)
            if entry.lists:  # known by another address at first: their number alone says so
                driver.run_rows("leave_lists", [(EVERYTHING, entry.subscriber, entry.at, entry.source)])
        case "bounced" | "complained":
            # Over an objection it stays one: that is the member's own word, and theirs to take back.
            driver.run(
                "suppress",
                address_hash=entry.address_hash,
                reason=entry.what,
                source=entry.source,
                at=entry.at,
            )
        case "reached":
            driver.run("forget_bounced", address_hash=entry.address_hash)
        case "back":
            driver.run("forget_departure", list=EVERYTHING, subscriber=entry.subscriber)
            for name in entry.lists:
                driver.run("forget_departure", list=name, subscriber=entry.subscriber)
                driver.run(
                    "come_back",
                    list=name,
                    subscriber=entry.subscriber,
                    at=entry.at,
                    source=entry.source,
                    proof=entry.proof,
                )
                driver.run("reopen_subscription", list=name, subscriber=entry.subscriber, at=entry.at)
            if entry.address_hash:
                driver.run("forget_objection", address_hash=entry.address_hash)


def _hash_of(driver: Driver, subscriber: int) -> str:
    found = driver.row("subscriber_by_id", id=subscriber)
    return str(found[2]) if found else ""
