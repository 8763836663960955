"""A delivery's life as data: its states, what one attempt gives, what a sender is handed.

pending -> in_flight -> sent | refused | unknown
   |           |
   +-> deferred +-> deferred -> pending     (its turn comes again)
   +-> refused | excluded                   (stopped before its mark)
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Of a delivery in the ledger. The last four are final."""

    PENDING = "pending"
    IN_FLIGHT = "in_flight"  # marked: the body may have begun to leave
    DEFERRED = "deferred"  # refused for now (4yz): tried again
    SENT = "sent"  # accepted: 2yz after the final dot (RFC 5321, 4.2.5)
    REFUSED = "refused"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"  # the body left and the reply was lost (RFC 1047)


class Kind(StrEnum):
    """What one attempt gave."""

    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNTRIED = "untried"  # nothing was decided about this recipient: the way out is at fault, or its owner


class Phase(StrEnum):
    """Where a dialogue stood (RFC 5321, 3 and 4.5.3.2)."""

    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


class Pause(StrEnum):
    """How far a fault reaches: what is to stop, or to rest, because of one outcome."""

    NOTHING = ""
    CONNECTION = "connection"  # it can serve no more: another may
    DESTINATION = "destination"  # the recipient's group of domains rests for a while
    TRANSPORT = "transport"  # this way out is at fault: another may carry the mail meanwhile
    CAMPAIGN = "campaign"  # the message itself is at fault: no way out would carry it


# Reasons of a halt for which another way out is no cure.
_MESSAGE_REASONS = frozenset({"spam", "size"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of one attempt: a value, never an exception.

    `lost`: the connection can serve no more. `halt` (of UNTRIED only): trying again soon would not
    help, somebody must mend the settings or the relay's account. `slow` (of UNTRIED only, reason
    `slow-down`): the mailbox provider of this recipient asks for fewer messages; the domains of its
    group rest for a while, and nobody loses an attempt. So it is with the reason `blocked`, for longer:
    the provider does not want our mail. `reconnect` is no fault: another connection may open at once.
    """

    kind: Kind
    phase: Phase
    reason: str = ""  # a word for machines and catalogues: mailbox, policy, network…
    code: int = 0
    enhanced: str = ""
    text: str = ""  # the server's, one line, at most 500 characters
    lost: bool = False
    halt: bool = False
    slow: bool = False

    @property
    def pause(self) -> Pause:
        """What is to stop or to rest."""
        if self.slow:
            return Pause.DESTINATION
        if self.halt:
            return Pause.CAMPAIGN if self.reason in _MESSAGE_REASONS else Pause.TRANSPORT
        return Pause.CONNECTION if self.lost else Pause.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One recipient of a slice whose turn it is; `fence` is the slice's (see `store/slices.py`)."""

    campaign: str
    subscriber: int
    list: str
    edition: int
    attempts: int  # already made
    address_hash: str | None  # of the first attempt's envelope, if there was one
    slice: int
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The recipients of a campaign by state. P5: `audience` is the sum of all the others."""

    audience: int = 0
    sent: int = 0
    refused: int = 0
    excluded: int = 0
    deferred: int = 0
    in_flight: int = 0
    unknown: int = 0
    pending: int = 0

    @property
    def balanced(self) -> bool:
        """Whether everyone is accounted for, once."""
        return self.audience == self.done + self.deferred + self.in_flight + self.pending

    @property
    def done(self) -> int:
        """Those about whom nothing more will be tried."""
        return self.sent + self.refused + self.excluded + self.unknown

    @property
    def written(self) -> int:
        """Those a server has answered about, or ought to have."""
        return self.sent + self.refused + self.unknown + self.deferred

    @property
    def readers(self) -> int:
        """Those who have it, or may: nobody else can have followed its links (P14)."""
        return self.sent + self.unknown

    @property
    def left(self) -> int:
        """Those still to be tried, now or later."""
        return self.pending + self.deferred

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            audience=self.audience + other.audience,
            sent=self.sent + other.sent,
            refused=self.refused + other.refused,
            excluded=self.excluded + other.excluded,
            deferred=self.deferred + other.deferred,
            in_flight=self.in_flight + other.in_flight,
            unknown=self.unknown + other.unknown,
            pending=self.pending + other.pending,
        )

    def as_json(self) -> dict[str, int]:
        """In the contract's order."""
        return {
            "audience": self.audience,
            "sent": self.sent,
            "refused": self.refused,
            "excluded": self.excluded,
            "deferred": self.deferred,
            "in_flight": self.in_flight,
            "unknown": self.unknown,
            "pending": self.pending,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a campaign has finished since it was last told to go on; `before`: how many before that."""

    people: int = 0
    mailboxes: int = 0  # refused because of the mailbox
    unknown: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The answer of a count that several share: `count` permits, or seconds to wait for one."""

    count: int
    wait: float = 0.0
    at: int = 0  # the count's own time, in ms: where permits are to be given back
