"""A proxy before PostgreSQL that pauses, hangs up, or keeps the answer to a COMMIT for itself."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Listens on a port of its own; what it does to the traffic may change at any moment."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._open = threading.Event()
        self._open.set()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.eats = 0  # so many answers to COMMIT
        self.eaten = 0
        self.then_pauses = False
        self._committing: set[int] = set()  # connections whose COMMIT is on its way
        threading.Thread(target=self._accept, daemon=True).start()

    def pause(self) -> None:
        """Nothing passes, and nobody is told: a cut of the network."""
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    def cut(self) -> None:
        """Every connection is hung up on."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _hang_up(pair)

    def close(self) -> None:
        self._open.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes whoever accepts
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:  # it is being restarted
                    near.close()
                    continue
                pair = (near, far)
                self._pairs.append(pair)
                for of, to in (pair, pair[::-1]):
                    threading.Thread(target=self._carry, args=(of, to, pair), daemon=True).start()

    def _carry(self, of: socket.socket, to: socket.socket, pair: tuple[socket.socket, socket.socket]) -> None:
        asks = of is pair[0]
        with suppress(OSError):
            while piece := of.recv(65536):
                self._open.wait()
                if asks and b"COMMIT\0" in piece and self.eats:
                    self._committing.add(id(pair))
                elif not asks and id(pair) in self._committing:
                    self._committing.discard(id(pair))
                    if self.then_pauses:
                        self.pause()
                    self.eats, self.eaten = self.eats - 1, self.eaten + 1
                    break
                to.sendall(piece)
        _hang_up(pair)


def _hang_up(pair: tuple[socket.socket, socket.socket]) -> None:
    for end in pair:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def before(port: int) -> Iterator[Proxy]:
    """A proxy before the server at `port`."""
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
