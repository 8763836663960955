"""Returned mail acted on: read, proved, kept; each letter in its own transaction, once whoever reads it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parseaddr
from typing import Any

from mailer.addresses import AddressError, check_address
from mailer.bounces.model import Reading
from mailer.bounces.reading import read
from mailer.letters import UNSAFE
from mailer.listen.judging import event_of, leaving_of, proof_of
from mailer.listen.proofs import Proof
from mailer.listen.returns import Class, Event
from mailer.mailboxes.letters import Letter
from mailer.settings.model import ListSettings
from mailer.store.returns import Taken
from mailer.store.store import Store
from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.links import list_mark
from mailer.tokens.mails import message_id

_MAIL = "mail"
_HEADER = 64 * 1024  # bytes of a letter in which its header ends, or it is none
_RECIPIENTS = 5  # of a bounce, that are looked up
_WORDS = 200  # characters of what somebody wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody who wrote that they want to leave, to a person and not to our address: for a person to do."""

    letter: str
    email: str  # checked; empty when it cannot be read
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproven:
    """A bounce or complaint without a token of ours: for a person to look at. It changes nothing."""

    letter: str
    kind: str
    address: str  # that it speaks of, as it is written there
    status: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Summary:
    """What a look at some mail came to."""

    found: int = 0
    known: int = 0  # read another time
    kinds: Counter[str] = field(default_factory=Counter)  # by Class; `nothing` for all that changes nothing
    suppressed: Counter[str] = field(default_factory=Counter)  # bounced, complained
    came: Counter[tuple[str, Class]] = field(default_factory=Counter)  # back now, by campaign (public id)
    faults: Counter[str] = field(default_factory=Counter)  # the sender's, by reason
    unproven: list[Unproven] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    paused: list[str] = field(default_factory=list)  # slugs
    broken_off: bool = False  # the mailbox went away midway: the rest is for another time


class Receiver:
    """Acts on letters for one workspace."""

    def __init__(self, store: Store, keys: Keys, lists: Mapping[str, ListSettings]) -> None:
        self.summary = Summary()
        self._store = store
        self._keys = keys
        self._lists = {list_mark(slug): slug for slug in lists}

    def take(self, letter: Letter) -> None:
        """Read one letter and do what it asks for; on disk when this returns."""
        summary = self.summary
        summary.found += 1
        # An mbox and POP3 end a mail in other ways than IMAP does.
        reading = read(letter.raw.rstrip(b"\r\n"))
        header = _header(letter.raw)
        leaving = leaving_of(self._keys, reading, str(header.get("subject", "")))
        if leaving is not None:
            self._leave(reading.digest, leaving.subscriber, leaving.list_mark)
            return
        if self.came(letter.name, reading):
            return
        summary.kinds["nothing"] += 1
        if reading.asks_to_leave:
            summary.wishes.append(
                Wish(
                    letter=letter.name,
                    email=_sender(header),
                    words=UNSAFE.sub(" ", reading.asks_to_leave[:_WORDS]),
                )
            )

    def _leave(self, digest: str, subscriber: int, mark: bytes) -> None:
        """By the address that List-Unsubscribe gives, which only the person's own messages bear."""
        store, slug = self._store, self._lists.get(mark)
        with store.together():
            taken = store.returns.take(Event(digest=digest, kind=Class.DEPARTURE, subscriber=subscriber))
            if taken.new and slug is not None:
                store.exits.leave(subscriber, [slug], _MAIL)
        self._count(Class.DEPARTURE, new=taken.new)

    def came(self, name: str, reading: Reading) -> bool:
        """Act on a bounce or a complaint, in a transaction of its own; False: it is none."""
        with self._store.together():
            return self.came_within(name, reading)

    def came_within(self, name: str, reading: Reading) -> bool:
        """The same within the caller's transaction."""
        event = resolved(self._store, self._keys, reading)
        if event is None:
            return False
        self._took(name, reading, event, self._store.returns.take(event))
        return True

    def told(self, reading: Reading) -> None:
        """What a relay tells, within the caller's transaction; also of who left by a link of its own."""
        if reading.kind != "unsubscribe":
            self.came_within("", reading)
            return
        proof = proof_of(self._keys, reading) or _by_message_id(self._store, self._keys, reading)
        slug = self._list_of(proof) if proof is not None else None
        kind = Class.DEPARTURE if slug is not None else Class.UNPROVEN
        subscriber = proof.subscriber if proof is not None and slug is not None else 0
        event = Event(digest=reading.digest, kind=kind, subscriber=subscriber, reason=reading.kind)
        taken = self._store.returns.take(event)
        self._took("", reading, event, taken)
        if taken.new and slug is not None:
            self._store.exits.leave(subscriber, [slug], _MAIL)

    def _list_of(self, proof: Proof) -> str | None:
        """Which list a message was of: its link says so, or the ledger; None when neither does any more."""
        if not proof.subscriber:  # a test, or a witness's copy
            return None
        if proof.list_mark:
            return self._lists.get(proof.list_mark)
        envelope = self._store.returns.envelope(proof.public_id, proof.subscriber)
        return envelope.list if envelope is not None else None

    def _took(self, name: str, reading: Reading, event: Event, taken: Taken) -> None:
        self._count(event.kind, new=taken.new)
        if event.kind is Class.UNPROVEN:
            self.summary.unproven.append(_unproven(name, reading, event))
        if not taken.new:
            return
        if taken.suppressed:
            self.summary.suppressed[taken.suppressed] += 1
        if event.campaign:
            self.summary.came[event.campaign, event.kind] += 1
        if event.kind is Class.SENDER:
            self.summary.faults[event.reason] += 1

    def _count(self, kind: Class, *, new: bool) -> None:
        if new:
            self.summary.kinds[kind.value] += 1
        else:
            self.summary.known += 1


def resolved(store: Store, keys: Keys, reading: Reading) -> Event | None:
    """What a reading is, for the store: proved by a token, or by a Message-ID of ours and who it was for."""
    if reading.kind not in ("bounce", "complaint"):
        return None
    proof = proof_of(keys, reading) or _by_message_id(store, keys, reading)
    event = event_of(reading, proof)
    if event is None or event.campaign or not event.subscriber:
        return event
    return replace(event, campaign=campaign_of(store, keys, event.subscriber, reading.traces))


def _by_message_id(store: Store, keys: Keys, reading: Reading) -> Proof | None:
    for one in reading.recipients[:_RECIPIENTS]:
        try:
            subscriber = store.people.number_of(check_address(one.address))
        except AddressError:
            continue
        if subscriber and (campaign := campaign_of(store, keys, subscriber, reading.traces)):
            return Proof(subscriber=subscriber, public_id=campaign)
    return None


def campaign_of(store: Store, keys: Keys, subscriber: int, traces: Sequence[str]) -> str:
    """The campaign whose message to this person bears one of these Message-IDs; or nothing.

    A Message-ID is a keyed hash of both (tokens.message_id): nobody makes one for somebody else.
    """
    said = " ".join(traces)
    if "@" not in said:
        return ""
    for public_id in store.returns.written_to(subscriber):
        for version in keys.versions[Purpose.MESSAGE_ID]:
            left = message_id(keys, public_id, subscriber, "", version=version)[1:-2]  # <left@>
            if left in said:
                return public_id
    return ""


def _header(raw: bytes) -> Any:
    """The fields of a letter, for what a person wants to see; written by whoever wrote it."""
    return BytesHeaderParser(policy=compat32).parsebytes(raw[:_HEADER])


def _sender(header: Any) -> str:
    """A checked address, or nothing: it is shown within a command."""
    try:
        return check_address(parseaddr(str(header.get("from", "")))[1])
    except AddressError:
        return ""


def _unproven(name: str, reading: Reading, event: Event) -> Unproven:
    address = reading.recipients[0].address if reading.recipients else ""
    return Unproven(
        letter=name,
        kind=reading.kind,
        address=UNSAFE.sub(" ", address[:_WORDS]),
        status=event.status,
        reason=event.reason,
    )
