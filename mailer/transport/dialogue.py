"""The exchange of one message on an open connection: MAIL, RCPT, DATA in one write, mark, body, dot.

aiosmtplib opens the connection (TLS, EHLO, AUTH); then this protocol takes its place, because the public
`data()` reads the whole body twice with regular expressions (1.1 ms of 40 KB, delivery.md), sends a
command per round trip, and cannot stop between the 354 and the body, which is where the mark belongs.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping

from mailer.delivery import Kind, Mark, Outcome, Phase
from mailer.model import Message
from mailer.transport.replies import Reply, judge, silence

# RFC 5321, 4.5.3.2. After the dot a short patience makes duplicates: the server may have accepted.
PATIENCE_S = {Phase.MAIL: 300.0, Phase.RCPT: 300.0, Phase.DATA: 120.0, Phase.DOT: 600.0}
_BLOCK_S = 180.0
_LONGEST_LINE = 8192
_LONGEST_REPLY = 64 * 1024


class LostError(ConnectionError):
    """No more reply will come; its text says why."""


class Replies(asyncio.Protocol):
    """Turns what the server says into replies, in order."""

    def __init__(self) -> None:
        self._buffer = b""
        self._lines: list[str] = []
        self._size = 0
        self._ready: deque[Reply] = deque()
        self._waiting: asyncio.Future[None] | None = None
        self._drained = asyncio.Event()
        self._drained.set()
        self.fault = ""

    def data_received(self, data: bytes) -> None:
        """Whole lines. What is no reply ends the connection: no later one could be told whose it is."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            if self.fault:
                return
            self._line(line)
        if len(self._buffer) > _LONGEST_LINE:
            self._end("a reply that does not end")
        self._wake()

    def _line(self, line: bytes) -> None:
        digits, mark = line[:3], line[3:4]
        self._size += len(line)
        if len(digits) != 3 or not digits.isdigit() or self._size > _LONGEST_REPLY:
            self._end("garbage: " + line[:80].decode("ascii", "backslashreplace"))
            return
        self._lines.append(line[4:].decode("utf-8", "backslashreplace").strip())
        if mark != b"-":
            code, text = int(digits), " ".join(self._lines).translate(_ONE_LINE)
            self._ready.append(Reply(code, text))
            self._lines, self._size = [], 0

    def eof_received(self) -> None:
        """The server closes; the transport then closes too."""
        self._end("the server closed the connection")

    def connection_lost(self, exc: Exception | None) -> None:
        """Closed, by whomever."""
        self._end(str(exc) if exc else "the connection was closed")

    def pause_writing(self) -> None:
        """The server reads slowly."""
        self._drained.clear()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._drained.set()

    async def next(self, patience: float) -> Reply:
        """The next reply; `LostError` after `patience` seconds, or when none can come any more."""
        if not self._ready:
            if self.fault:
                raise LostError(self.fault)
            loop = asyncio.get_running_loop()
            self._waiting = loop.create_future()
            # A timer of one's own: asyncio.timeout costs ten times as much, twice a message.
            timer = loop.call_later(patience, self._end, f"no reply within {patience:.0f} s")
            try:
                await self._waiting
            finally:
                timer.cancel()
                self._waiting = None
            if not self._ready:
                raise LostError(self.fault)
        return self._ready.popleft()

    async def drained(self, patience: float) -> None:
        """Once the server has taken what was written."""
        if self._drained.is_set():
            return
        try:
            async with asyncio.timeout(patience):
                await self._drained.wait()
        except TimeoutError:
            raise LostError(f"nothing taken within {patience:.0f} s") from None

    def unasked(self) -> bool:
        """Whether the server has spoken, or gone, although nothing was asked."""
        return bool(self._ready or self._buffer or self._lines or self.fault)

    def _end(self, why: str) -> None:
        self.fault = self.fault or why or "the connection was closed"
        self._drained.set()
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done() and (self._ready or self.fault):
            self._waiting.set_result(None)


_ONE_LINE = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")


class Dialogue:
    """Sends messages one after the other over `transport`, whose replies come through `replies`."""

    def __init__(
        self,
        transport: asyncio.Transport,
        replies: Replies,
        *,
        sender: str,
        pipelining: bool,
        size: int,
        most: int,
        patience: Mapping[Phase, float] = PATIENCE_S,
    ) -> None:
        """`sender` is the envelope's; `size` the server's limit in bytes (RFC 1870), 0 without one;
        `most` messages may be sent (RFC 9422, MAILMAX), 0 without a limit; `patience` in seconds."""
        self._transport = transport
        self._replies = replies
        self._mail = f"MAIL FROM:<{sender}>\r\n".encode("ascii")
        self._sized = f"MAIL FROM:<{sender}> SIZE=".encode("ascii") if size else b""
        self._pipelining = pipelining
        self._size = size
        self._most = most
        self._patience = patience
        self._begun = 0

    async def send(self, message: Message, mark: Mark) -> Outcome:
        """One message; see `Connection.send`. A connection that is `lost` is closed already."""
        length = len(message.header) + 2 + len(message.body)
        if self._size and length > self._size:
            text = f"{length} > {self._size}"
            return Outcome(kind=Kind.UNTRIED, phase=Phase.MAIL, reason="size", text=text, halt=True)
        if self._replies.unasked():  # closed, or about to be, between two messages
            self.abort()
            return silence(Phase.MAIL, self._replies.fault or "the server closed between two messages")
        self._begun += 1
        try:
            outcome = await self._envelope(message.recipient, length)
            if outcome is None:
                outcome = await self._content(message, mark)
        except BaseException:
            self.abort()
            raise
        if outcome.lost:
            self.abort()
        return outcome

    async def _envelope(self, recipient: str, length: int) -> Outcome | None:
        """Up to the 354; None when the body may follow."""
        mail = self._sized + b"%d\r\n" % length if self._size else self._mail
        commands = (
            (Phase.MAIL, mail),
            (Phase.RCPT, f"RCPT TO:<{recipient}>\r\n".encode("ascii")),
            (Phase.DATA, b"DATA\r\n"),
        )
        if self._pipelining:
            self._transport.write(b"".join(command for _, command in commands))
        refused: Outcome | None = None
        for phase, command in commands:
            if not self._pipelining:
                if refused is not None:
                    break
                self._transport.write(command)
            try:
                reply = await self._replies.next(self._patience[phase])
            except LostError as fault:
                # What the server had refused it had refused, whatever follows.
                return refused if refused is not None else silence(phase, str(fault))
            refused = refused or _refusal(phase, reply)
            if phase is Phase.DATA and reply.code == 354 and refused is not None:
                refused = await self._lone_dot(refused)
        if refused is not None and not refused.lost:
            refused = await self._reset(refused)
        return refused

    async def _lone_dot(self, refused: Outcome) -> Outcome:
        """RFC 2920, 3.1: no recipient was accepted and the server waits for a body all the same.

        Only ever after a refused RCPT: after an accepted one, a lone dot delivers an empty message.
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
        if not await mark():
            # Not a byte of the body: the connection is the only way back from a 354.
            return Outcome(kind=Kind.UNTRIED, phase=Phase.DATA, reason="not-marked", lost=True)
        if self._replies.unasked():
            fault = self._replies.fault or "the server spoke out of turn"
            return Outcome(kind=Kind.UNTRIED, phase=Phase.DATA, reason="network", text=fault, lost=True)
        self._transport.writelines((message.header, b"\r\n", message.body, b".\r\n"))
        try:
            await self._replies.drained(_BLOCK_S)
            reply = await self._replies.next(self._patience[Phase.DOT])
        except LostError as fault:
            return silence(Phase.DOT, str(fault), begun=True)
        outcome = judge(Phase.DOT, reply)
        return _lost(outcome) if self._most and self._begun >= self._most else outcome

    def abort(self) -> None:
        """Close at once, unsent bytes thrown away."""
        self._transport.abort()

    async def close(self) -> None:
        """QUIT, without waiting for more than a moment: every outcome is known already."""
        if self._replies.fault or self._transport.is_closing():
            self._transport.abort()
            return
        self._transport.write(b"QUIT\r\n")
        with contextlib.suppress(LostError):
            await self._replies.next(1.0)
        self._transport.close()


def _refusal(phase: Phase, reply: Reply) -> Outcome | None:
    accepted = reply.code == 354 if phase is Phase.DATA else reply.code // 100 == 2
    return None if accepted else judge(phase, reply)


def _lost(outcome: Outcome) -> Outcome:
    """The same, on a connection that can serve no more."""
    return Outcome(
        kind=outcome.kind,
        phase=outcome.phase,
        reason=outcome.reason,
        code=outcome.code,
        enhanced=outcome.enhanced,
        text=outcome.text,
        lost=True,
        halt=outcome.halt,
    )
