"""The exchange of one message on an open connection: MAIL, RCPT, DATA in one write, mark, body, dot.

aiosmtplib opens the connection (TLS, EHLO, AUTH); then this protocol takes its place, because the public
`data()` reads the whole body twice with regular expressions (1.1 ms of 40 KB, delivery.md), sends a
command per round trip, and cannot stop between the 354 and the body, which is where the mark belongs.
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mailer.delivery import Kind, Outcome, Phase
from mailer.model import Mark, Message
from mailer.transport.replies import Reply, judge, silence
from mailer.transport.stream import LostError, Replies

# RFC 5321, 4.5.3.2. After the dot a short patience makes duplicates: the server may have accepted.
PATIENCE_S = {Phase.MAIL: 300.0, Phase.RCPT: 300.0, Phase.DATA: 120.0, Phase.DOT: 600.0}
_BLOCK_S = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the server's EHLO offers that a dialogue makes use of."""

    pipelining: bool = False  # RFC 2920
    size: int = 0  # the most bytes of a message (RFC 1870); 0: no limit
    most: int = 0  # the most messages of a connection (RFC 9422, MAILMAX); 0: no limit
    dsn: bool = False  # RFC 3461


class Dialogue:
    """Sends messages one after the other over `transport`, whose replies come through `replies`."""

    def __init__(
        self,
        transport: asyncio.Transport,
        replies: Replies,
        *,
        sender: str,
        offer: Offer,
        verp: bool = True,
        patience: Mapping[Phase, float] = PATIENCE_S,
    ) -> None:
        """`sender` is the envelope's; with `verp` a message's own stands in its place, if it has one.
        `patience` in seconds."""
        self._transport = transport
        self._replies = replies
        self._sender = sender
        self._verp = verp
        self._offer = offer
        # standards.md, E12. Never SUCCESS, which tells that somebody was reached; never the tract sent back.
        self._end_of_rcpt = "> NOTIFY=FAILURE\r\n" if offer.dsn else ">\r\n"
        self._patience = patience
        self._begun = 0
        self._sent = 0

    async def send(self, message: Message, mark: Mark) -> Outcome:
        """One message; see `Connection.send`. A connection that is `lost` is closed already."""
        length = message.size
        if self._offer.size and length > self._offer.size:
            text = f"{length} > {self._offer.size}"
            return Outcome(kind=Kind.UNTRIED, phase=Phase.MAIL, reason="size", text=text, halt=True)
        if self._replies.unasked():  # closed, or about to be, between two messages
            self.abort()
            fault = self._replies.fault or "the server closed between two messages"
            return self._enough(silence(Phase.MAIL, fault))
        self._begun += 1
        try:
            outcome = await self._envelope(message, length)
            if outcome is None:
                outcome = await self._content(message, mark)
        except BaseException:
            self.abort()
            raise
        self._sent += outcome.kind is Kind.SENT
        if outcome.lost or self._begun == self._offer.most:
            self.abort()
            return self._enough(_lost(outcome))
        return outcome

    def _enough(self, outcome: Outcome) -> Outcome:
        """A server that closes after some messages has had enough of this connection, not of us."""
        closing = outcome.code == 421 or (outcome.phase is Phase.MAIL and outcome.reason == "network")
        if outcome.kind is Kind.UNTRIED and self._sent and closing and not (outcome.slow or outcome.halt):
            return replace(outcome, reason="reconnect")
        return outcome

    async def _envelope(self, message: Message, length: int) -> Outcome | None:
        """Up to the 354; None when the body may follow."""
        commands = (
            (Phase.MAIL, self._mail(message, length)),
            (Phase.RCPT, f"RCPT TO:<{message.recipient}{self._end_of_rcpt}".encode("ascii")),
            (Phase.DATA, b"DATA\r\n"),
        )
        pipelining = self._offer.pipelining
        if pipelining:
            self._transport.write(b"".join(command for _, command in commands))
        refused: Outcome | None = None
        named = False  # whether the recipient was accepted
        for phase, command in commands:
            if not pipelining:
                if refused is not None:
                    break
                self._transport.write(command)
            try:
                reply = await self._replies.next(self._patience[phase])
            except LostError as fault:
                # What the server had refused it had refused, whatever follows.
                return _lost(refused) if refused is not None else silence(phase, str(fault))
            refused = refused or _refusal(phase, reply, message.recipient)
            named |= phase is Phase.RCPT and reply.code // 100 == 2
            if refused is not None and refused.lost:
                return refused
            if refused is not None and phase is Phase.DATA and reply.code == 354:
                refused = _lost(refused) if named else await self._lone_dot(refused)
        if refused is not None and not refused.lost:
            refused = await self._reset(refused)
        return refused

    def _mail(self, message: Message, length: int) -> bytes:
        sender = (self._verp and message.sender) or self._sender
        size = f" SIZE={length}" if self._offer.size else ""
        back = f" RET=HDRS ENVID={_envelope_id(message.message_id)}" if self._offer.dsn else ""
        return f"MAIL FROM:<{sender}>{size}{back}\r\n".encode("ascii")

    async def _lone_dot(self, refused: Outcome) -> Outcome:
        """RFC 2920, 3.1: no recipient was accepted and the server waits for a body all the same.

        Only ever after a refused RCPT: after an accepted one, a lone dot delivers an empty message, and
        closing is the only way back.
        """
        self._transport.write(b".\r\n")
        try:
            await self._replies.next(self._patience[Phase.DOT])
        except LostError:
            return _lost(refused)
        return refused

    async def _reset(self, refused: Outcome) -> Outcome:
        """Forget the envelope, so that the next MAIL begins anew (RFC 5321, 4.1.1.5)."""
        self._transport.write(b"RSET\r\n")
        try:
            reply = await self._replies.next(self._patience[Phase.MAIL])
        except LostError:
            return _lost(refused)
        return refused if reply.code == 250 else _lost(refused)

    async def _content(self, message: Message, mark: Mark) -> Outcome:
        leaving = await mark()
        if leaving is None:
            # Not a byte of the body: the connection is the only way back from a 354.
            return Outcome(kind=Kind.UNTRIED, phase=Phase.DATA, reason="not-marked", lost=True)
        if self._replies.unasked():
            fault = self._replies.fault or "the server spoke out of turn"
            return Outcome(kind=Kind.UNTRIED, phase=Phase.DATA, reason="network", text=fault, lost=True)
        self._transport.writelines((leaving.header, b"\r\n", *leaving.pieces, b".\r\n"))
        try:
            await self._replies.drained(_BLOCK_S)
            reply = await self._replies.next(self._patience[Phase.DOT])
        except LostError as fault:
            return silence(Phase.DOT, str(fault), begun=True)
        return judge(Phase.DOT, reply, message.recipient)

    def abort(self) -> None:
        """Close at once, unsent bytes thrown away."""
        self._transport.abort()

    async def close(self) -> None:
        """QUIT, without waiting for more than a moment: every outcome is known already."""
        if self._replies.fault or self._transport.is_closing():
            self.abort()
            return
        self._transport.write(b"QUIT\r\n")
        with contextlib.suppress(LostError):
            await self._replies.next(1.0)
        self._transport.close()


def _refusal(phase: Phase, reply: Reply, recipient: str) -> Outcome | None:
    accepted = reply.code == 354 if phase is Phase.DATA else reply.code // 100 == 2
    return None if accepted else judge(phase, reply, recipient)


def _lost(outcome: Outcome) -> Outcome:
    """The same, on a connection that can serve no more."""
    return outcome if outcome.lost else replace(outcome, lost=True)


def _envelope_id(message_id: str) -> str:
    """What a report names its message by (RFC 3461, 4.4): as opaque as the Message-ID, and as stable."""
    local = message_id[1:].partition("@")[0]
    if local.isalnum():  # as ours are, in ASCII: nothing to look for
        return local
    return _NO_XTEXT.sub(lambda found: f"+{ord(found[0]):02X}", local)


_NO_XTEXT = re.compile(r"[^!-~]|[+=]")  # RFC 3461, 4
