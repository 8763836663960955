"""The server around the site, on real sockets of this machine: it tells its address, and stops cleanly."""

import asyncio
import http.client
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from mailer.errors import UsageError
from mailer.web.serving import run, serve
from mailer.words import Text
from tests.web.premises import Premises, way_out


def asked(address: str, path: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> Any:
    """The answer of a site, with its body as `text`."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=5)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        return answer
    finally:
        connection.close()


async def while_open(premises: Premises, visit: Callable[[str], Awaitable[None]], **more: Any) -> str:
    """Visit the site at the address it tells, then stop it; the address."""
    told: list[str] = []
    listening = asyncio.Event()

    def tell(address: str) -> None:
        told.append(address)
        listening.set()

    server = asyncio.create_task(serve(premises.app, "127.0.0.1", 0, started=tell, **more))
    try:
        async with asyncio.timeout(10):
            await listening.wait()
        await visit(told[0])
    finally:
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)
    return told[0]


def test_it_serves_and_stops(premises: Premises) -> None:
    async def visit(address: str) -> None:
        for path, status in (("/", 200), (way_out(), 200), ("/nothing", 404), ("/%00%ff", 404)):
            answer = await asyncio.to_thread(asked, address, path)
            assert (answer.status, "server" in answer.headers) == (status, False)
        head = await asyncio.to_thread(asked, address, "/privacy", method="HEAD")
        assert (head.status, head.text) == (200, "")
        assert int(head.headers["content-length"]) > 1000

    address = asyncio.run(while_open(premises, visit))
    with pytest.raises(ConnectionRefusedError):
        asked(address, "/")
    assert all("127.0.0.1" not in line for line in premises.log)


def test_a_port_that_is_taken_is_said(premises: Premises) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError) as refused:
            run(serve(premises.app, "127.0.0.1", port, started=pytest.fail))
    said = refused.value.message.say("en")
    assert f"the site cannot listen on 127.0.0.1, port {port}" in said
    assert "--port" in said
    with socket.socket() as free:  # nothing of ours stays on it
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    "host", ["203.0.113.7", "a..b", "x" * 70], ids=["a stranger's", "no name", "too long"]
)
def test_an_address_that_is_not_ours_is_said(premises: Premises, host: str) -> None:
    with pytest.raises(UsageError, match="cannot listen"):
        run(serve(premises.app, host, 0))


def test_what_runs_beside_it_is_stopped_and_waited_for(premises: Premises) -> None:
    steps: list[str] = []

    async def beside() -> None:
        steps.append("began")
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.01)
            steps.append("finished")

    async def short() -> None:
        steps.append("ended by itself")

    async def visit(address: str) -> None:
        await asyncio.sleep(0.05)
        assert (await asyncio.to_thread(asked, address, "/")).status == 200

    asyncio.run(while_open(premises, visit, background=[beside, short]))
    assert steps == ["began", "ended by itself", "finished"]


def test_when_it_fails_the_site_stops_and_says_why(premises: Premises) -> None:
    async def fails() -> None:
        await asyncio.sleep(0.05)
        raise UsageError(Text("the store is full"))

    with pytest.raises(UsageError, match="the store is full"):
        run(serve(premises.app, "127.0.0.1", 0, background=[fails]))


def test_bytes_that_are_not_http_are_refused(premises: Premises) -> None:
    async def visit(address: str) -> None:
        def shout() -> bytes:
            parts = urlsplit(address)
            with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as client:
                client.sendall(b"\x16\x03\x01\x00 hello\r\n\r\n")
                return client.recv(100)

        assert (await asyncio.to_thread(shout)).startswith(b"HTTP/1.1 400")
        assert (await asyncio.to_thread(asked, address, "/")).status == 200

    asyncio.run(while_open(premises, visit))
    assert len(premises.log) == 1


@pytest.mark.parametrize(
    ("trusted", "said", "seen"),
    [
        ((), "203.0.113.9", "127.0.0.1"),
        (("192.0.2.1",), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.1",), "198.51.100.66, 203.0.113.9", "203.0.113.9"),
        (("127.0.0.0/8",), "198.51.100.66, 203.0.113.9:4711, 127.0.0.2", "203.0.113.9"),
    ],
    ids=["no proxy", "another proxy", "what the proxy adds", "two proxies and a port"],
)
def test_whoever_says_where_they_come_from_is_not_believed(
    premises: Premises, trusted: tuple[str, ...], said: str, seen: str
) -> None:
    """Only what a proxy of ours has added counts: else one sender passes for many networks."""
    networks: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        networks.append(scope["client"][0])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def visit(address: str) -> None:
        await asyncio.to_thread(asked, address, "/", headers={"X-Forwarded-For": said})

    premises.app = app
    asyncio.run(while_open(premises, visit, trusted_proxies=trusted))
    assert networks == [seen]
