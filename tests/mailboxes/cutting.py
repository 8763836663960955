"""A wire between a client and a server that is cut after so many bytes of the server's."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cut_after(port: int, size: int) -> Iterator[int]:
    """The port to connect to, once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        thread = threading.Thread(target=_carry, args=(listening, port, size), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(10)


def _carry(listening: socket.socket, port: int, size: int) -> None:
    with contextlib.suppress(OSError):
        client, _ = listening.accept()
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            back = threading.Thread(target=_forward, args=(client, server), daemon=True)
            back.start()
            while size > 0 and (piece := server.recv(min(size, 64))):
                client.sendall(piece)
                size -= len(piece)
            client.shutdown(socket.SHUT_RDWR)  # a close alone waits for who still listens
            server.shutdown(socket.SHUT_RDWR)


def _forward(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := client.recv(4096):
            server.sendall(piece)
