"""What a server says, turned into replies: the receiving half of a dialogue (RFC 5321, 4.2)."""

import asyncio
from collections import deque

from mailer.transport.replies import Reply, joined, printable

_LONGEST_LINE = 8192
_LONGEST_REPLY = 64 * 1024
_MOST = 8  # replies at once: MAIL, RCPT and DATA have three
_AFTER_CODE = (b" ", b"-", b"\r", b"\t", b"")  # what may follow the code (RFC 5321, 4.2)


class LostError(ConnectionError):
    """No more reply will come; its text says why."""


class Replies(asyncio.Protocol):
    """Turns what the server says into replies, in order."""

    def __init__(self) -> None:
        self._buffer = b""
        self._lines: list[str] = []
        self._digits = b""  # the code of the lines so far
        self._size = 0
        self._ready: deque[Reply] = deque()
        self._waiting: asyncio.Future[None] | None = None
        self._patience = 0.0  # of this wait, in seconds
        self._until = 0.0  # by the loop's clock
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._drained = asyncio.Event()
        self._drained.set()
        self.fault = ""

    def data_received(self, data: bytes) -> None:
        """Whole lines. What is no reply ends the connection: no later one could be told whose it is."""
        if self.fault:
            return
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
        sound = len(digits) == 3 and digits.isdigit() and mark in _AFTER_CODE
        # A reply has one code (4.2.1): "550-no" then "250 ok" is no yes.
        if not sound or self._digits not in (b"", digits) or self._size > _LONGEST_REPLY:
            self._end(printable("garbage: " + line[:80].decode("ascii", "backslashreplace")))
            return
        self._lines.append(line[4:].decode("utf-8", "backslashreplace").strip())
        if mark == b"-":
            self._digits = digits
            return
        code = int(digits)
        self._ready.append(Reply(code, joined(self._lines)))
        self._lines, self._digits, self._size = [], b"", 0
        if len(self._ready) > _MOST:
            self._end("replies that nobody asked for")

    def eof_received(self) -> None:
        """The server closes; the transport then closes too."""
        self._end("the server closed the connection")

    def connection_lost(self, exc: Exception | None) -> None:
        """Closed, by whomever."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
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
            loop = self._loop = self._loop or asyncio.get_running_loop()  # which asks the kernel, each time
            self._waiting = loop.create_future()
            self._watch(loop, patience)
            try:
                await self._waiting
            finally:
                self._waiting = None
            if not self._ready:
                raise LostError(self.fault)
        return self._ready.popleft()

    def _watch(self, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        """One timer for the whole connection, which looks again when it was too early.

        asyncio.timeout costs ten times as much as a timer, and a timer as much as all the rest of a wait.
        """
        self._patience = patience
        self._until = loop.time() + patience
        if self._timer is None or self._timer.when() > self._until:
            self._set_timer(loop)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(self._until, self._look)

    def _look(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        if self._waiting is None or self._waiting.done():
            return
        if loop.time() >= self._until:
            self._end(f"no reply within {self._patience:.0f} s")
        else:
            self._set_timer(loop)

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
