"""What came back: each returned mail once, whose it is, and what follows for the address it left for.

The message itself stays `sent` in the ledger (a server had accepted it, P4); that it came back stands beside
it. Who is suppressed for it goes through the log of objections, as everybody who is not written to any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.listen.returns import Answered, Class, Event, given_up
from mailer.moments import moment, stamp
from mailer.store.driver import Driver
from mailer.store.log_entries import Entry
from mailer.store.objections import Objections

_SOURCE = "returned mail"
_FAILED = (Class.HARD, Class.SOFT, Class.SENDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one returned mail changed. Not `new`: it was read before, and nothing was done again."""

    new: bool = True
    suppressed: str = ""  # bounced | complained


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Where a message went: the hash of its address, when it left, through which list."""

    address_hash: str
    left_at: str
    list: str


class Returns:
    """The verbs; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, objections: Objections, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._objections = objections
        self._now = now

    def known(self, digest: str) -> bool:
        """Whether this mail was read before."""
        return self._driver.row("bounce_known", digest=digest) is not None

    def envelope(self, campaign: str, subscriber: int) -> Envelope | None:
        """What the ledger says of a message that began to leave; None: nothing, or nothing any more."""
        found = self._driver.row("envelope", campaign=campaign, subscriber=subscriber)
        if found is None:
            return None
        return Envelope(address_hash=found[0], left_at=found[1] or found[2], list=found[3])

    def written_to(self, subscriber: int) -> list[str]:
        """The campaigns whose message to somebody began to leave, the last one first."""
        return [row[0] for row in self._driver.rows("written_campaigns", subscriber=subscriber)]

    def take(self, event: Event) -> Taken:
        """Keep what came back, and do what follows from it: nothing for who is not known beyond doubt."""
        envelope = self.envelope(event.campaign, event.subscriber) if event.campaign else None
        # Who is not known, or not any more, is not named: their number stands in every mail they were sent.
        known = self._driver.row("subscriber_by_id", id=event.subscriber) is not None
        added = self._driver.run(
            "add_bounce",
            digest=event.digest,
            kind=event.kind.value,
            day=stamp(self._now())[:10],
            campaign=event.campaign if envelope else "",
            subscriber=event.subscriber if known else 0,
            sent_on=envelope.left_at[:10] if envelope else "",
            status=event.status,
            reason=event.reason,
        )
        if not added:
            return Taken(new=False)
        if not known:
            return Taken()
        if event.kind is Class.COMPLAINT:
            return Taken(suppressed=self._complained(event, envelope))
        if event.kind in (Class.HARD, Class.SOFT) and envelope is not None:
            return Taken(suppressed=self._weigh(event.subscriber, envelope.address_hash))
        return Taken()

    def weigh(self, subscriber: int) -> str:
        """The same judgement of what servers refused while they were spoken to: "bounced", or nothing."""
        found = self._driver.row("subscriber_by_id", id=subscriber)
        return self._weigh(subscriber, str(found[2])) if found is not None else ""

    def counts(self, campaign: str) -> dict[str, int]:
        """How many people's message came back, by class, while it is known whose."""
        return {row[0]: int(row[1]) for row in self._driver.rows("returned", campaign=campaign)}

    def people(self, campaign: str) -> int:
        """How many people's message came back after it was accepted; of old ones the count alone is left."""
        found = self._driver.row("returned_people", campaign=campaign)
        return int(found[0]) if found is not None else 0

    def unproven_today(self) -> int:
        """How many were read today that prove nothing."""
        found = self._driver.row("unproven_on", day=stamp(self._now())[:10])
        return int(found[0]) if found is not None else 0

    def doubted(self, relay: str) -> int:
        """One more post to a relay's address, of today, that is not the relay's own; how many by now."""
        name, today = f"doubted {relay}", stamp(self._now())[:10]
        self._driver.alone(name)
        day, _, count = self._note(name).partition(" ")
        number = int(count) + 1 if day == today else 1
        self._driver.run("write_meta", name=name, value=f"{today} {number}")
        return number

    # --- notes for whoever reads it the next time ---------------------------------------

    def position(self, mailbox: str) -> str:
        """Where the last look at a mailbox ended; empty: at no letter yet."""
        return self._note(f"mailbox {mailbox}")

    def move(self, mailbox: str, position: str) -> None:
        """The next look begins there."""
        self._driver.run("write_meta", name=f"mailbox {mailbox}", value=position)

    def braked(self, campaign: str, reason: str) -> int:
        """How many had come back when a campaign was last paused for that; 0: it never was."""
        return int(self._note(f"brake {campaign} {reason}") or 0)

    def brake(self, campaign: str, reason: str, count: int) -> None:
        """It is paused for that now."""
        self._driver.run("write_meta", name=f"brake {campaign} {reason}", value=str(count))

    def leave(self, campaign: str, reason: str, count: int) -> None:
        """So many more must come back before it may have to be paused for that."""
        self._driver.run("write_meta", name=f"left {campaign} {reason}", value=str(count))

    def used_up(self, campaign: str, reason: str, count: int) -> bool:
        """Whether those `count` that came back now were the last of them; they are if nobody has counted."""
        name = f"left {campaign} {reason}"
        self._driver.alone(name)  # two that are told at once would take off one
        left = int(self._note(name) or 0)
        if left <= 0:
            return True
        self.leave(campaign, reason, left - count)
        return left <= count

    def may_alert(self, cause: str, rest: timedelta) -> bool:
        """Whether nobody was told of this cause within `rest`; from now on somebody was."""
        at, name = self._now(), f"alert {cause}"
        self._driver.alone(name)
        last = self._note(name)
        if last and at - moment(last) < rest:
            return False
        self._driver.run("write_meta", name=name, value=stamp(at))
        return True

    def _note(self, name: str) -> str:
        found = self._driver.row("read_meta", name=name)
        return str(found[0]) if found is not None else ""

    def forget(self, before: datetime) -> int:
        """Empty what came back before that day; counts stay. How many."""
        day = stamp(before)[:10]
        self._driver.run("count_old_bounces", before=day)
        return self._driver.run("forget_bounces", before=day)

    # --- what follows ------------------------------------------------------------------

    def _weigh(self, subscriber: int, address_hash: str) -> str:
        """Give the address up, if what came back says so by now (standards.md, F5)."""
        came = {
            row[1]: Class(row[0])
            for row in self._driver.rows("bounces_of", subscriber=subscriber)
            if row[1] and Class(row[0]) in _FAILED
        }
        answered = [
            Answered(
                campaign=row[0],
                state=row[1],
                reason=row[2],
                enhanced=row[3],
                day=(row[4] or row[5])[:10],
                came=came.get(row[0]),
            )
            for row in self._driver.rows(
                "answered_deliveries", subscriber=subscriber, address_hash=address_hash
            )
        ]
        if not given_up(answered) or self._suppressed(address_hash):
            return ""
        self._enter("bounced", subscriber, address_hash)
        return "bounced"

    def _complained(self, event: Event, envelope: Envelope | None) -> str:
        """To call a message junk is to object to all of them (standards.md, F5)."""
        found = self._driver.row("subscriber_by_id", id=event.subscriber)
        address_hash = envelope.address_hash if envelope else str(found[2]) if found else ""
        if not address_hash:
            return ""
        lists = tuple(
            row[0]
            for row in self._driver.rows("memberships_of", subscriber=event.subscriber)
            if row[1] != "unsubscribed"
        )
        if self._suppressed(address_hash) and not lists:
            return ""
        self._enter("complained", event.subscriber, address_hash, lists)
        return "complained"

    def _suppressed(self, address_hash: str) -> bool:
        return self._driver.row("suppression_of", address_hash=address_hash) is not None

    def _enter(self, what: str, subscriber: int, address_hash: str, lists: tuple[str, ...] = ()) -> None:
        entry = Entry(
            at=stamp(self._now()),
            what=what,
            subscriber=subscriber,
            lists=lists,
            address_hash=address_hash,
            source=_SOURCE,
        )
        self._objections.add(self._driver, [entry])
