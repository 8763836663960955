"""The world outside, on this machine: an https address that leads to a site, a relay with a certificate.

Real clients through real doors: `https_proxy` leads every name to us, `SSL_CERT_FILE` makes our certificate
trusted, and `127.1` is a relay's name that is no loopback address to read, and leads to one.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# A self-signed certificate for the two names below, with its key: public, worth nothing elsewhere.
CERTIFICATE = Path(__file__).parent / "outside.pem"
PUBLIC = "lettre.example.org"
RELAY = "127.1"  # inet_aton(3) reads 127.0.0.1; nothing that compares text does


@contextmanager
def https(site_port: int) -> Iterator[dict[str, str]]:
    """The environment in which the address https://PUBLIC leads to a site of this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, context, site_port), daemon=True).start()
        try:
            yield {
                "https_proxy": f"http://127.0.0.1:{listener.getsockname()[1]}",
                "no_proxy": "",
                "SSL_CERT_FILE": str(CERTIFICATE),
            }
        finally:
            with suppress(OSError):  # wakes the thread
                listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, context: ssl.SSLContext, site_port: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_forward, args=(client, context, site_port), daemon=True).start()


def _forward(client: socket.socket, context: ssl.SSLContext, site_port: int) -> None:
    """CONNECT (RFC 9110, 9.3.6), TLS, then one request and its answer."""
    with suppress(OSError), client:
        client.settimeout(20)
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += client.recv(1)
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with (
            context.wrap_socket(client, server_side=True) as safe,
            socket.create_connection(("127.0.0.1", site_port), 20) as site,
        ):
            back = threading.Thread(target=_copy, args=(site, safe), daemon=True)
            back.start()
            _copy(safe, site)
            back.join(20)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
