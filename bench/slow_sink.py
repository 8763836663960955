"""`python -m bench.slow_sink MS`: a server that accepts everything, MS milliseconds after the dot.

smtp-sink counts its delays in seconds; a relay that takes 50 ms is what makes several machines worth while.
"""

import asyncio
import sys
from typing import cast

import uvloop

_END = b"\r\n.\r\n"
_EHLO = b"250-sink.example.org\r\n250-PIPELINING\r\n250 SIZE 100000000\r\n"


class Sink(asyncio.Protocol):
    """One connection: commands in whatever pieces they come, a body up to its dot."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._buffer = bytearray()
        self._body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        self._transport.write(b"220 sink.example.org ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        """Take one command, or one body; False when it has not all come."""
        if self._body:
            at = self._buffer.find(_END)
            if at < 0:
                return False
            del self._buffer[: at + len(_END)]
            self._body = False
            asyncio.get_running_loop().call_later(self._delay, self._say, b"250 2.0.0 Ok\r\n")
            return True
        line, end, rest = bytes(self._buffer).partition(b"\r\n")
        if not end:
            return False
        self._buffer[:] = rest
        self._command(line[:4].upper())
        return True

    def _command(self, verb: bytes) -> None:
        match verb:
            case b"EHLO":
                self._say(_EHLO)
            case b"DATA":
                self._body = True
                self._say(b"354 go on\r\n")
            case b"QUIT":
                self._say(b"221 bye\r\n")
                self._transport.close()
            case _:
                self._say(b"250 2.1.0 Ok\r\n")

    def _say(self, reply: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(reply)


async def _serve(delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Sink(delay), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(float(sys.argv[1]) / 1000))
