"""The one-click POST: exactly what a mail provider's machine sends, and to nobody else than the site."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mailer.demo.one_click import address, is_ours, post
from tests.demo.letters import SITE, caught, leaving, letter


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (leaving(SITE + "/u/x"), SITE + "/u/x"),
        ("List-Unsubscribe: <http://127.0.0.1/u/x>\r\n", None),
        (leaving("mailto:a@example.org"), None),
        ("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", None),
        (leaving(SITE + "/u/x").replace("One-Click", "Two-Clicks"), None),
    ],
)
def test_address(fields: str, expected: str | None) -> None:
    assert address(caught(letter(fields=fields))) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org:8000/u",
        "http://127.0.0.1:8001/u",
        "http://127.0.0.1/u",
        "https://127.0.0.1:8000/u",
        "http://localhost:8000/u",
        "http://127.0.0.1:8000@example.org/u",
        "http://a@127.0.0.1:8000/u",
        "http://127.0.0.1:x/u",
        "http://127.0.0.1.example.org:8000/",
        "file:///etc/passwd",
        "//127.0.0.1:8000/u",
        "",
    ],
)
def test_others(url: str) -> None:
    assert not is_ours(url, SITE)


def test_ours() -> None:
    assert is_ours(SITE + "/u/x", SITE)
    assert not is_ours("", "")
    assert not is_ours("http://example.org/u", "http://example.org")  # a site that is not on this machine
    assert not is_ours("file:///x", "file:///x")


Asked = list[tuple[str, str | None, bytes]]  # path, content type, body


@contextmanager
def answering(status: int, headers: dict[str, str]) -> Iterator[tuple[str, Asked]]:
    """A site that answers so; its address, and what it was asked."""
    asked: Asked = []

    class Site(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Content-Type"], body))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_the_post_is_that_of_rfc_8058() -> None:
    with answering(200, {}) as (site, asked):
        assert post(site + "/u/x") == 200
    assert asked == [("/u/x", "application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click")]


def test_a_redirect_is_not_followed() -> None:
    with answering(302, {"Location": "/elsewhere"}) as (site, asked):
        assert post(site + "/u/x") == 302
    assert len(asked) == 1


def test_refusals_and_silence() -> None:
    with answering(410, {}) as (site, _):
        assert post(site + "/u/x") == 410
    assert post(site + "/u/x") == 0
