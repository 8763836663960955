"""What an erasure does to the tables: a person's rows go, their deliveries stay under tombstones.

A tombstone is a number below zero, drawn at random: nobody's, and never to be written to. What stays of a
delivery is its state, since P5 counts everyone who was selected, and the keyed hash of the address it went
to until retention makes counts of the campaign: who comes back on their own wish is not sent it twice. The
subscriber's number goes at once: it stands in every mail they were sent, and mails are passed on.

Applied from a line of the log of objections, so that an old copy of the database, put back, erases them
again by itself; twice is once.
"""

import json
import secrets
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from mailer.store.driver import Row

ERASED = "erased"  # a state's reason, and that of a suppression


class Driver(Protocol):
    """What it needs of a database."""

    def run(self, name: str, /, **values: object) -> int: ...
    def run_rows(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> int: ...
    def rows(self, name: str, /, **values: object) -> Iterator[Row]: ...
    def row(self, name: str, /, **values: object) -> Row | None: ...


def erase(driver: Driver, subscriber: int, address_hash: str, *, at: str, source: str) -> None:
    """Within a transaction: who has this number or this address is known no more, and suppressed.

    A person who came back after `at` stays: an old line that is applied anew does not take them away.
    """
    numbers = {subscriber: driver.row("known_since", id=subscriber)}
    for number, since in driver.rows("numbers_by_hash", address_hash=address_hash):
        numbers[number] = (since,)
    if any(found is not None and found[0] > at for found in numbers.values()):
        return
    driver.run("suppress_erased", address_hash=address_hash, source=source, at=at)
    driver.run("erase_signups", address_hash=address_hash)
    for number in numbers:
        driver.run("erase_memberships", subscriber=number)
        _forget(driver, number)
        leave_slices(driver, [number], at)
        bury(driver, number, at)


def _forget(driver: Driver, subscriber: int) -> None:
    """Every table that names a person, but for what has rules of its own."""
    driver.run("erase_notices", subscriber=subscriber)  # while the person's row tells the address
    driver.run("erase_consents", subscriber=subscriber)
    driver.run("erase_address_notices", subscriber=subscriber)  # to a new address that they gave
    driver.run("forget_address", subscriber=subscriber)
    driver.run("forget_link", subscriber=subscriber)
    driver.run("erase_bounces", subscriber=subscriber, tombstone=tombstone())
    driver.run("erase_earlier", subscriber=subscriber)
    driver.run("forget_own_clicks", subscriber=subscriber)
    driver.run("erase_subscriber", subscriber=subscriber)


def depart(driver: Driver, subscriber: int, derived: int, at: str) -> None:
    """Who is on no list any more is known no more; that they left stays, under the number of their address.

    `derived`: the number that an import would give them, which is another where their first address was. Out
    of slices they are taken together with others (`leave_slices`).
    """
    left = [
        (row[0], derived, row[2], row[3])
        for row in driver.rows("memberships_of", subscriber=subscriber)
        if row[1] == "unsubscribed"
    ]
    if subscriber != derived:
        driver.run("erase_memberships", subscriber=subscriber)
        if left:
            driver.run_rows("leave_lists", left)
    _forget(driver, subscriber)
    bury(driver, subscriber, at)


def bury(driver: Driver, subscriber: int, at: str) -> None:
    """Their deliveries under tombstones; but one whose body has begun to leave, until its reply is known."""
    for (campaign,) in list(driver.rows("campaigns_of", subscriber=subscriber)):
        bury_one(driver, campaign, subscriber, at)


def bury_one(driver: Driver, campaign: str, subscriber: int, at: str) -> None:
    """One of them: who has not been written to is not any more."""
    driver.run("bury", campaign=campaign, subscriber=subscriber, tombstone=tombstone(), now=at)
    driver.run("erase_attempts", campaign=campaign, subscriber=subscriber)


def tombstone() -> int:
    """A number that nobody has, and that tells nothing."""
    return -(secrets.randbits(62) + 1)


def leave_slices(driver: Driver, people: Collection[int], at: str) -> None:
    """Out of the slices that nobody has opened; they count as set aside, like whoever is erased later.

    Of many at once each slice is read once.
    """
    if not people:
        return
    named = set(people)
    pattern = f"%{next(iter(named))}%" if len(named) == 1 else "%"
    found = []
    for campaign, number, state, wave, members in driver.rows("slices_naming", pattern=pattern):
        lists: dict[str, list[int]] = json.loads(members)
        gone = [slug for slug, numbers in lists.items() for one in numbers if one in named]
        if gone:
            left = {slug: [one for one in numbers if one not in named] for slug, numbers in lists.items()}
            found.append((campaign, number, state == "waiting", wave, json.dumps(left), gone))
    for campaign, number, waits, wave, members, gone in found:
        people_of = len(gone) if waits else 0
        driver.run("leave_slice", campaign=campaign, number=number, members=members, people=people_of)
        for slug in gone if waits else ():
            _count(driver, campaign, wave, number, slug, at)


def _count(driver: Driver, campaign: str, wave: int, number: int, slug: str, at: str) -> None:
    edition = driver.row("wave_edition", campaign=campaign, number=wave)
    assert edition is not None
    driver.run(
        "add_delivery",
        campaign=campaign,
        subscriber=tombstone(),
        wave=wave,
        edition=edition[0],
        slice=number,
        list=slug,
        state="excluded",
        reason=ERASED,
        settled_at=at,
    )
