"""A network in memory: two ends of a connection, bytes on their way between them, and all that befalls them.

An `End` is an asyncio transport, so that the real SMTP client and the fault server talk through it unchanged;
its time is the loop's, and the loop's is virtual.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextvars import Context
from typing import Any, Protocol, cast


class Weather(Protocol):
    """What happens between two machines."""

    def delay(self) -> float:
        """Seconds that the next bytes are under way."""

    def pieces(self, data: bytes) -> Iterable[bytes]:
        """The packets of one write."""

    def meets(self) -> str:
        """What a new connection meets: nothing, "refused" or "silence"."""

    def befalls(self, end: "End") -> None:
        """Something is being written: the moment for a cable to break."""


class Calm:
    """Nothing ever happens."""

    def delay(self) -> float:
        return 0.001

    def pieces(self, data: bytes) -> Iterable[bytes]:
        return (data,)

    def meets(self) -> str:
        return ""

    def befalls(self, end: "End") -> None:
        """Nothing."""


class _Socket:
    """As much of a socket as is asked for."""

    def setsockopt(self, *_: object) -> None:
        """The fault server asks for an RST before it aborts, which is what `abort` gives here anyway."""


class End(asyncio.Transport):
    """One end. What the other one writes comes here in order, after the weather's delay."""

    peer: "End"
    _start_tls_compatible = True  # what asyncio asks before it secures a connection

    def __init__(self, loop: asyncio.AbstractEventLoop, weather: Weather, context: Context) -> None:
        """`context`: in which this end's protocol is called."""
        super().__init__({"socket": _Socket(), "peername": ("127.0.0.1", 1)})
        self._loop = loop
        self._weather = weather
        self._context = context
        self._protocol: asyncio.Protocol | None = None
        self._coming: deque[bytes | Exception | None] = deque()
        self._due = 0.0
        self._paused = False
        self._closing = False
        self._gone = False
        self._silent = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Who hears what comes."""
        self._protocol = cast("asyncio.Protocol", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        assert self._protocol is not None
        return self._protocol

    def write(self, data: Any) -> None:
        """On its way; a write after the end goes nowhere."""
        if self._closing:
            return
        self._weather.befalls(self)
        for piece in self._weather.pieces(bytes(data)):
            self.peer._comes(piece)

    def writelines(self, parts: Any) -> None:
        self.write(b"".join(parts))

    def can_write_eof(self) -> bool:
        return False

    def is_closing(self) -> bool:
        return self._closing

    def is_reading(self) -> bool:
        return not self._paused

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        for _ in self._coming:
            self._loop.call_soon(self._tick, context=self._context)

    def close(self) -> None:
        """What was written arrives, then the end of it."""
        self._leave(None)

    def abort(self) -> None:
        """At once: what is under way may arrive, and then an error."""
        self._leave(ConnectionResetError(104, "Connection reset by peer"))

    def vanish(self) -> None:
        """Its process was killed: nobody hears of it here; the system closes for it."""
        if not self._closing:
            self.peer._comes(None)
        self._closing = self._gone = True

    def sever(self) -> None:
        """The network loses the connection: what is under way is lost, and both ends learn of it."""
        for end in (self, self.peer):
            end._coming.clear()
            end._comes(ConnectionResetError(104, "Connection reset by peer"))

    def swallow(self) -> None:
        """The network loses the connection, and nobody learns of it."""
        for end in (self, self.peer):
            end._coming.clear()
            end._silent = True

    def _leave(self, said: Exception | None) -> None:
        if self._closing:
            return
        self._closing = True
        self.peer._comes(said)
        self._loop.call_soon(self._lose, None, context=self._context)

    def _comes(self, item: bytes | Exception | None) -> None:
        if self._gone or self._silent:
            return
        self._coming.append(item)
        self._due = max(self._due, self._loop.time() + self._weather.delay())
        # Timers of the same instant have no order: each takes whatever is first in the line.
        self._loop.call_at(self._due, self._tick, context=self._context)

    def _tick(self) -> None:
        if self._paused or self._gone or not self._coming:
            return
        item = self._coming.popleft()
        assert self._protocol is not None
        if isinstance(item, Exception):
            self._closing = True
            self._lose(item)
        elif self._closing:
            return
        elif item is not None:
            self._hear(item)
        elif not self._protocol.eof_received():
            self.close()

    def _hear(self, data: bytes) -> None:
        if not isinstance(self._protocol, asyncio.BufferedProtocol):
            assert self._protocol is not None
            self._protocol.data_received(data)
            return
        while data:  # TLS
            room = self._protocol.get_buffer(len(data))
            count = min(len(room), len(data))
            room[:count] = data[:count]
            self._protocol.buffer_updated(count)
            data = data[count:]

    def _force_close(self, problem: Exception) -> None:
        """What asyncio's TLS calls when a handshake fails."""
        self.abort()

    def _lose(self, problem: Exception | None) -> None:
        if not self._gone:
            self._gone = True
            assert self._protocol is not None
            self._protocol.connection_lost(problem)


def pair(
    loop: asyncio.AbstractEventLoop, weather: Weather, ours: Context, theirs: Context
) -> tuple[End, End]:
    """Both ends of a new connection."""
    here, there = End(loop, weather, ours), End(loop, weather, theirs)
    here.peer, there.peer = there, here
    return here, there
