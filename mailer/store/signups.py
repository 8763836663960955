"""Sign-ups: an address that somebody typed, until whoever reads its mail says that they meant it.

What is asked of the database is the same for every address, known, new, already there or suppressed: neither
the page's words nor its time tell which. Only who confirms becomes a member, by their own act; that ends a
departure, never an objection: nothing is sent to who objected, and they come back by writing to us.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailer.addresses import mailbox_key
from mailer.model import Person
from mailer.moments import stamp
from mailer.store.consents import SUBSCRIPTION, Consents
from mailer.store.departures import EVERYTHING
from mailer.store.driver import Driver
from mailer.store.exits import Exits
from mailer.store.people import People

LASTS = timedelta(days=7)
ONE_EACH = timedelta(days=1)  # a confirmation for an address, whatever the list (security.md)
CHANNEL = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of a sign-up. Nothing of it may be told on a page."""

    id: str
    subscriber: int  # the number of who has the address, or would
    welcome: bool  # a confirmation is to be sent; else today's confirms this too, or nothing may be sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Signup:
    """One that was asked for, as its confirmation finds it."""

    id: str
    list: str
    language: str
    confirmed: bool


class Confirmed(StrEnum):
    """What a confirmation did."""

    DONE = "done"  # now, or the first time it was pressed
    OBJECTED = "objected"  # since the mail was sent, they asked for nothing more
    GONE = "gone"  # too late, or asked anew meanwhile


class Signups:
    """The verbs of signing up. Those that change run within the caller's transaction."""

    def __init__(
        self,
        driver: Driver,
        people: People,
        exits: Exits,
        consents: Consents,
        now: Callable[[], datetime],
    ) -> None:
        self._driver = driver
        self._people = people
        self._exits = exits
        self._consents = consents
        self._now = now

    def ask(self, email: str, slug: str, language: str) -> Asked:
        """Somebody typed this checked address; one confirmation a day and a mailbox is welcome.

        What is asked for while the day's confirmation is out goes by its hour, and its link confirms both:
        nothing that somebody asked for is lost without a word.
        """
        self._driver.alone("signups")  # of two at the same time, one is the day's
        at, made = self._now(), secrets.token_hex(16)
        hashed = self._people.hash_of(email)
        subscriber = self._number(email)
        welcome = not self._is_suppressed(hashed, subscriber)
        mailbox = self._people.hash_of(mailbox_key(email))
        sent = self._driver.row(
            "confirmation_since", address_hash=hashed, mailbox_hash=mailbox, since=stamp(at - ONE_EACH)
        )
        sent_at, sent_here, works_until = sent or ("", "", "")
        self._driver.run(
            "ask_signup",
            id=made,
            address_hash=hashed,
            mailbox_hash=mailbox,
            list=slug,
            email=email,
            language=language,
            at=sent_here or stamp(at),
            expires_at=works_until or stamp(at + LASTS),
            # Under another name of a mailbox that had its mail, nothing would ever confirm it.
            welcome=int(welcome and bool(sent_here or not sent_at)),
        )
        return Asked(id=made, subscriber=subscriber, welcome=welcome and not sent_at)

    def find(self, id: str) -> list[Signup]:
        """All that the mail of this sign-up confirms, its own first; nothing once its days are over."""
        rows = self._driver.rows("signups_of_mail", id=id, now=stamp(self._now()))
        return [Signup(id=row[0], list=row[1], language=row[2], confirmed=bool(row[3])) for row in list(rows)]

    def confirm(self, id: str, *, text: str, proof: str) -> Confirmed:
        """They meant it, having been shown `text`: a member from now on; twice is once.

        Who has left the list since is not brought back by the same mail.
        """
        at = stamp(self._now())
        found = self._driver.row("signup_by_id", id=id, now=at)
        if found is None:
            return Confirmed.GONE
        hashed, slug, email, _language, confirmed_at = found
        if not confirmed_at and self._is_suppressed(hashed, self._number(email)):
            return Confirmed.OBJECTED  # as often as it is pressed
        if confirmed_at or not self._driver.run("close_signup", id=id, now=at):
            return Confirmed.DONE
        said = f"{CHANNEL} {proof}"
        brought = self._people.bring(slug, [Person(email=email, fields={})], source=CHANNEL, proof=said)
        number = self._people.number_of(email)
        assert number is not None
        if brought.departed:
            self._exits.come_back(number, [slug], CHANNEL, objected=False, proof=said)
        self._consents.record(number, SUBSCRIPTION, text=text, channel=CHANNEL, proof=proof, slug=slug)
        return Confirmed.DONE

    def of(self, email: str) -> list[tuple[str, str, str]]:
        """The sign-ups of an address that wait: list, since when, until when (GDPR, art. 15)."""
        return list(self._driver.rows("signups_of", address_hash=self._people.hash_of(email)))

    def waiting(self) -> dict[str, int]:
        """How many wait for their confirmation, by list."""
        rows = self._driver.rows("waiting_signups", now=stamp(self._now()))
        return {slug: int(count) for slug, count in rows}

    def expire(self) -> int:
        """Nothing is left of those whose days are over, confirmed or not."""
        return self._driver.run("expire_signups", now=stamp(self._now()))

    def _number(self, email: str) -> int:
        """Of who has this address, or would have it: another may have been the first with it."""
        return self._people.number_of(email) or self._people.number_for(email)

    def _is_suppressed(self, hashed: str, number: int) -> bool:
        """By their address; or, of somebody nobody knew, by the number they would have."""
        said = self._driver.row("suppression_of", address_hash=hashed)
        left = {row[0] for row in self._driver.rows("memberships_of", subscriber=number)}
        return said is not None or EVERYTHING in left
