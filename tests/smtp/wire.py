"""One connection's bytes, in and out, and the ways of breaking it."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said: by the client ("C") or the server ("S"). A message is kept as b"<n octets>"."""

    who: str
    data: bytes


class Gone(Exception):  # noqa: N818 - not a fault: the connection is over
    """The connection is over, by whoever ended it."""


class Wire(asyncio.Protocol):
    """A connection whose reader sees what has come before it was asked for (RFC 2920, 3.1)."""

    def __init__(self, begin: Callable[["Wire"], None], *, paused: bool) -> None:
        self.buffer = bytearray()
        self.gone = False
        self._begin = begin
        self._paused = paused  # TLS from the first byte: the handshake is not ours to read
        self._news = asyncio.Event()
        self._left = asyncio.Event()  # the peer, or we

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        if self._paused:
            self.transport.pause_reading()
        self._begin(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self._news.set()

    def connection_lost(self, problem: Exception | None) -> None:
        self.gone = True
        self._news.set()
        self._left.set()

    async def more(self, timeout: float | None = None) -> None:
        """Wait for further bytes. Gone when none will come, TimeoutError after `timeout` seconds."""
        if self.gone:
            raise Gone
        self._news.clear()
        await asyncio.wait_for(self._news.wait(), timeout)

    async def line(self, timeout: float | None = None) -> bytes:
        """The next line, with its end; what has come before the peer left is still read."""
        while b"\n" not in self.buffer:
            if len(self.buffer) > 100_000:
                raise Gone
            await self.more(timeout)
        return self.take(self.buffer.index(b"\n") + 1)

    def take(self, count: int) -> bytes:
        """The first `count` bytes."""
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    def write(self, data: bytes) -> None:
        """Hand bytes to the system; they go nowhere when the peer has left."""
        if not self.gone:
            self.transport.write(data)

    async def drip(self, data: bytes, pause: float) -> None:
        """Write byte by byte, `pause` seconds apart."""
        for byte in data:
            self.write(bytes([byte]))
            await self.linger(pause)

    async def linger(self, seconds: float | None, released: asyncio.Event | None = None) -> None:
        """Do nothing for `seconds`, or until `released`; Gone as soon as the peer leaves."""
        if self.gone:
            raise Gone
        waits = {asyncio.ensure_future(self._left.wait())}
        if released is not None:
            waits.add(asyncio.ensure_future(released.wait()))
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self.gone:
            raise Gone

    async def secure(self, context: ssl.SSLContext) -> None:
        """The server's side of a TLS handshake; Gone when it fails. What came in clear is forgotten."""
        self.buffer.clear()
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(self.transport, self, context, server_side=True)
        except (OSError, EOFError) as failed:
            self.gone = True
            raise Gone from failed
        if secured is None:
            raise Gone
        self.transport = secured

    def close(self) -> None:
        """FIN, after what was written."""
        if not self.transport.is_closing():  # twice, and the TLS of Python 3.11.2 cannot be aborted any more
            self.transport.close()
        self.gone = True

    def reset(self) -> None:
        """RST: no lingering, whatever has not been read."""
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.transport.abort()
        self.gone = True
