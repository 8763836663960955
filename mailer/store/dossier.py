"""A dossier: all that the store knows of one address (GDPR, art. 15), read in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mailer.store.consents import Consent, Consents
from mailer.store.departures import EVERYTHING
from mailer.store.driver import Driver
from mailer.store.exports import Export, Exports
from mailer.store.kept_fields import shown_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """How somebody stands with one list."""

    list: str
    state: str
    since: str
    source: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of one campaign for somebody."""

    campaign: str
    list: str
    state: str
    reason: str
    begun: str  # when the body last began to leave; empty: never
    at: str  # when it ended so; empty: it has not
    attempts: int
    reply: str  # the server's last words


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt that was no success."""

    campaign: str
    at: str
    outcome: str
    reason: str
    reply: str  # the server's words, with its codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that the store knows of one address (GDPR, art. 15)."""

    subscriber: int  # 0: nobody has this address
    email: str
    fields: Mapping[str, str]
    created_at: str
    updated_at: str
    memberships: tuple[Membership, ...]
    consents: tuple[Consent, ...]
    signups: tuple[tuple[str, str, str], ...]  # that wait: list, since when, until when
    suppression: tuple[str, str, str] | None  # reason, source, since
    deliveries: tuple[Delivered, ...]
    attempts: tuple[Attempt, ...]
    clicks: tuple[tuple[str, str, str, int], ...]  # while they agree: campaign, link, day, how many
    notices: tuple[tuple[str, str], ...]  # mails that wait to leave: subject, until when
    exports: tuple[Export, ...]  # of lists that this person was on
    returned: tuple[tuple[str, str, str, str, str], ...]  # campaign or nothing, what, status, reason, day


def dossier_of(
    driver: Driver,
    now: Callable[[], datetime],
    email: str,
    address_hash: str,
    number: int | None,
    known_as: int,
) -> Dossier:
    """All there is of one address: `number` of who has it, `known_as` of who would."""
    found = driver.row("subscriber_by_id", id=number) if number is not None else None
    suppression = driver.row("suppression_of", address_hash=address_hash)
    return Dossier(
        subscriber=number or 0,
        email=found[1] if found else email,
        fields=shown_fields(found[1], found[3:6], found[6]) if found else {},
        created_at=found[7] if found else "",
        updated_at=found[8] if found else "",
        memberships=tuple(
            Membership(list=row[0], state=row[1], since=row[2], source=row[3], proof=row[4])
            for row in driver.rows("memberships_of", subscriber=known_as)
            if row[0] != EVERYTHING
        ),
        consents=tuple(Consents(driver, now).of(known_as)),
        signups=tuple(driver.rows("signups_of", address_hash=address_hash)),
        suppression=suppression,
        deliveries=tuple(
            Delivered(
                campaign=row[0],
                list=row[1],
                state=row[2],
                reason=row[3],
                begun=row[4],
                at=row[5],
                attempts=row[6],
                reply=_reply(*row[7:10]),
            )
            for row in driver.rows("deliveries_of", subscriber=number)
        ),
        attempts=tuple(
            Attempt(campaign=row[0], at=row[1], outcome=row[2], reason=row[3], reply=_reply(*row[4:7]))
            for row in driver.rows("attempts_of", subscriber=number)
        ),
        clicks=tuple(
            (row[1], row[2], row[3], int(row[4])) for row in driver.rows("own_clicks_of", subscriber=known_as)
        ),
        notices=tuple(driver.rows("notices_to", email=found[1] if found else email)),
        exports=tuple(Exports(driver, now).naming(known_as)),
        returned=tuple(
            (row[6] or "", row[0], row[4], row[5], row[3])
            for row in driver.rows("bounces_of", subscriber=known_as)
        ),
    )


def _reply(basic: int, enhanced: str, text: str) -> str:
    """A server's words; its codes where it said nothing more (RFC 5321, 4.2; RFC 3463)."""
    return text or " ".join(filter(None, (str(basic) if basic else "", enhanced)))
