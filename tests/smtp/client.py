"""A client that writes exactly what a test tells it to, and reads replies or their absence."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.smtp.server import FaultServer

TO = "a@example.org"
MESSAGE = b"Message-ID: <1@example.org>\r\nSubject: x\r\n\r\n..dot\r\nend\r\n"
ENVELOPE = b"MAIL FROM:<s@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n"


class Client:
    """A plain socket with SMTP replies read from it."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._file = connection.makefile("rb")

    def close(self) -> None:
        """Leave without QUIT."""
        self._file.close()
        self.socket.close()

    def write(self, data: bytes) -> None:
        """These bytes, in one write."""
        self.socket.sendall(data)

    def reply(self) -> str:
        """The next reply: its lines, joined; empty when the server closed."""
        lines = []
        while line := self._file.readline():
            lines.append(line.decode("latin-1").rstrip())
            if line[3:4] != b"-":
                break
        return "\n".join(lines)

    def code(self) -> int:
        """The next reply's code; 0 when the server closed."""
        return int(self.reply()[:3] or 0)

    def ask(self, data: bytes) -> int:
        """Write, and the code of the reply."""
        self.write(data)
        return self.code()

    def codes(self, data: bytes, count: int) -> list[int]:
        """Write all at once, and the codes of `count` replies."""
        self.write(data)
        return [self.code() for _ in range(count)]


@contextmanager
def connected(server: FaultServer, *, hello: bool = True) -> Iterator[Client]:
    """A client that has been greeted, unless `hello` is False."""
    with closing(Client(socket.create_connection((server.host, server.port), timeout=5))) as client:
        if hello:
            assert client.code() == 220
            assert client.ask(b"EHLO test\r\n") == 250
        yield client
