"""What a mail that came back says, as values. Who acts on it has the keys and the store.

Anybody can write a mail that looks like a bounce: a `Reading` tells what is written, never that it is true.
Proof is one of our signed tokens in `arrived_at` or `traces` (security.md: forged bounces).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Kind = Literal["bounce", "complaint", "auto-reply", "unsubscribe", "report", "other"]


class Reason(StrEnum):
    """Why a recipient did not get the mail; `BLAME` says against whom it counts."""

    UNKNOWN_USER = "unknown-user"  # no such mailbox, or one that is closed or moved
    HOST = "host"  # the domain does not exist, or takes no mail
    FULL = "full"
    TEMPORARY = "temporary"  # not now: greylisted, unreachable, a fault of theirs
    LOOP = "loop"  # their forwarding goes round in circles
    OTHER = "other"  # refused, in words nobody here knows
    SPAM = "spam"
    REPUTATION = "reputation"  # our server or domain is blocked, or asked to slow down
    QUOTA = "quota"  # the relay's limit for us is used up
    AUTHENTICATION = "authentication"  # SPF, DKIM, DMARC, PTR, HELO
    SENDER = "sender"  # our own address is refused
    POLICY = "policy"  # relaying denied, a rule of theirs
    SIZE = "size"
    CONTENT = "content"  # an attachment, a header, a virus
    COMPLAINT = "complaint"  # the person pressed "this is spam"


class Blame(StrEnum):
    """Against whom a reason counts (standards.md, F3)."""

    HARD = "hard"  # the address is dead
    SOFT = "soft"  # the address may work again; many such over weeks say something
    SENDER = "sender"  # our fault or our relay's: never counted against the person
    OBJECTION = "objection"  # the person's own wish


BLAME: Mapping[Reason, Blame] = {
    Reason.UNKNOWN_USER: Blame.HARD,
    Reason.HOST: Blame.HARD,
    Reason.FULL: Blame.SOFT,
    Reason.TEMPORARY: Blame.SOFT,
    Reason.LOOP: Blame.SOFT,
    Reason.OTHER: Blame.SOFT,
    Reason.SPAM: Blame.SENDER,
    Reason.REPUTATION: Blame.SENDER,
    Reason.QUOTA: Blame.SENDER,
    Reason.AUTHENTICATION: Blame.SENDER,
    Reason.SENDER: Blame.SENDER,
    Reason.POLICY: Blame.SENDER,
    Reason.SIZE: Blame.SENDER,
    Reason.CONTENT: Blame.SENDER,
    Reason.COMPLAINT: Blame.OBJECTION,
}


@dataclass(frozen=True, slots=True)
class Failing:
    """One recipient who did not get the mail, or not yet, or who complained of it."""

    address: str  # as written there; may be one that ours was forwarded to
    action: str  # RFC 3464, 2.3.3: "failed" or "delayed"; "" in a complaint
    status: str  # RFC 3463: "5.1.1"; "" if nothing tells
    # True: this address takes no mail and will take none. False: it may, later or once the sender has mended
    # something. None: nothing is said about that (a complaint).
    permanent: bool | None
    reason: Reason
    diagnostic: str  # the server's words, one printable line


@dataclass(frozen=True, slots=True)
class Reading:
    """One mail, read. All of it is what somebody wrote: hostile until a token of ours proves it."""

    kind: Kind
    recipients: tuple[Failing, ...] = ()
    arrived_at: tuple[
        str, ...
    ] = ()  # addresses it was delivered to: our VERP or departure token stands there
    traces: tuple[str, ...] = ()  # values of the returned original's fields that can hold a token of ours
    asks_to_leave: str = ""  # a person's whole reply, when it says only STOP, désinscription, retirez-moi
    digest: str = ""  # SHA-256 of the bytes in LF, no empty line at the end: 64 hex digits
