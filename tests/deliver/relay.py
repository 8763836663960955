"""A way out that follows a script, and knows what really left: the other side's own count."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mailer.deliver.pace import Limits
from mailer.deliver.ports import Connection
from mailer.delivery import Kind, Outcome, Phase
from mailer.errors import RenderError
from mailer.model import Mark, Message, Recipient
from mailer.words import Text

SENT = Outcome(kind=Kind.SENT, phase=Phase.DOT, code=250)
GREYLISTED = Outcome(kind=Kind.DEFERRED, phase=Phase.RCPT, reason="deferred", code=450)
FULL = Outcome(kind=Kind.DEFERRED, phase=Phase.RCPT, reason="deferred", code=452)
PUT_OFF = Outcome(kind=Kind.DEFERRED, phase=Phase.DOT, reason="deferred", code=451)
NO_MAILBOX = Outcome(kind=Kind.REFUSED, phase=Phase.RCPT, reason="mailbox", code=550)
CONTENT = Outcome(kind=Kind.REFUSED, phase=Phase.DOT, reason="content", code=554)
SILENCE = Outcome(kind=Kind.UNKNOWN, phase=Phase.DOT, reason="network", lost=True)
HANGS_UP = Outcome(kind=Kind.UNTRIED, phase=Phase.RCPT, reason="network", lost=True)
GONE = Outcome(kind=Kind.UNTRIED, phase=Phase.MAIL, reason="network", lost=True)
BUSY = Outcome(kind=Kind.UNTRIED, phase=Phase.MAIL, reason="server-busy", code=421, lost=True)
AWAY = Outcome(kind=Kind.UNTRIED, phase=Phase.CONNECT, reason="network", lost=True)
QUOTA = Outcome(kind=Kind.UNTRIED, phase=Phase.RCPT, reason="policy", code=550, lost=True, halt=True)
NO_LOGIN = Outcome(kind=Kind.UNTRIED, phase=Phase.AUTH, reason="sender", code=535, lost=True, halt=True)


@dataclass(frozen=True, slots=True)
class Act:
    """How one message is met: after `seconds`, and once `meanwhile` has happened."""

    outcome: Outcome = SENT
    seconds: float = 0.01
    meanwhile: Callable[[], None] | None = None


@dataclass(slots=True, kw_only=True)
class Relay:
    """`mailer.deliver.ports.Way`.

    `acts` are used up one attempt after the other, at each recipient; who has none left is accepted.
    `opens` are used up one connection after the other: a refusal, or None.
    """

    connections: int = 1
    limits: Limits | None = None  # of its own
    acts: dict[str, list[Act]] = field(default_factory=dict)
    opens: list[Outcome | None] = field(default_factory=list)
    away: Outcome | None = None  # as long as it is set, no connection opens
    always: Outcome | None = None  # as long as it is set, every recipient meets it
    refused: list[float] = field(default_factory=list)  # when that was
    opening_s: float = 0.02
    arrived: Counter[str] = field(default_factory=Counter)  # bodies that were kept, or may have been
    times: list[float] = field(default_factory=list)  # when they left
    headers: list[bytes] = field(default_factory=list)  # of the messages whose body left
    begun: dict[str, float] = field(default_factory=dict)  # when MAIL was written, at last
    asked: list[float] = field(default_factory=list)  # when a connection was asked for
    opened: int = 0
    open_now: int = 0
    most_open: int = 0
    broken: int = 0  # connections that the network has lost unnoticed

    async def open(self) -> Connection | Outcome:
        self.asked.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.opening_s)
        refusal = self.away or (self.opens.pop(0) if self.opens else None)
        if refusal is not None:
            return refusal
        self.opened += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        return _Line(self)

    def breaks(self) -> None:
        """Every connection that is open is lost, and nobody has been told."""
        self.broken += 1


class _Line:
    """One connection."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._before = relay.broken
        self._busy = False
        self._closed = False

    async def send(self, message: Message, mark: Mark) -> Outcome:
        assert not self._busy, "one message at a time"
        assert not self._closed, "closed: nothing more can be sent through it"
        self._busy = True
        self._relay.begun[message.recipient] = asyncio.get_running_loop().time()
        outcome = GONE
        if self._before == self._relay.broken:
            outcome = await self._meet(message.recipient, mark)
        self._busy = False
        self._closed = outcome.lost
        return outcome

    async def _meet(self, email: str, mark: Mark) -> Outcome:
        if self._relay.always is not None:
            self._relay.refused.append(asyncio.get_running_loop().time())
            return self._relay.always
        acts = self._relay.acts.get(email)
        act = acts.pop(0) if acts else Act()
        await asyncio.sleep(act.seconds)
        if act.meanwhile is not None:
            act.meanwhile()
        if act.outcome.phase is not Phase.DOT:
            return act.outcome
        leaving = await mark()
        if leaving is None:
            return Outcome(kind=Kind.UNTRIED, phase=Phase.DATA, reason="not-marked", lost=True)
        self._relay.headers.append(leaving.header)
        self._relay.times.append(asyncio.get_running_loop().time())
        # Counted as the body leaves: who is stopped here has been written to for all we know.
        self._relay.arrived[email] += 1
        await asyncio.sleep(act.seconds)
        if act.outcome.kind in (Kind.DEFERRED, Kind.REFUSED, Kind.UNTRIED):
            self._relay.arrived[email] -= 1
        return act.outcome

    async def close(self) -> None:
        self._closed = True
        self._relay.open_now -= 1
        await asyncio.sleep(0)


@dataclass(slots=True)
class Pen:
    """`mailer.deliver.ports.Writer`: cannot write to those of `unable`."""

    unable: set[str] = field(default_factory=set)

    def write(self, recipient: Recipient, date: datetime) -> Message:
        assert date.tzinfo is not None
        if recipient.email in self.unable:
            raise RenderError(Text("no first name"))
        return Message(
            recipient=recipient.email, message_id=f"<{recipient.subscriber}@x>", header=b"", pieces=()
        )
