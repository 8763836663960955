"""Mails for the inbox: an ordinary one, one with an image inside, and hostile ones."""

import base64
from datetime import UTC, datetime

from mailer.demo.catcher import Caught

AT = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
SITE = "http://127.0.0.1:8000"
PIXEL = base64.b64decode(  # four red dots, PNG
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mPYLCQLRAwQCgAbHgOJ7elbxgAAAABJRU5ErkJggg=="
)
EVIL = "<script>document.title='owned'</script>"


def letter(
    html: str = "<html><head></head><body><p>Bonjour</p></body></html>",
    *,
    text: str = "Bonjour",
    subject: str = "Tract",
    fields: str = "",
    extra: bytes = b"",
) -> bytes:
    """A multipart/mixed message; `fields` and `extra` (whole parts) are added as they are."""
    head = (
        f"From: CGT Exemple <tracts@example.org>\r\nTo: a@example.org\r\nSubject: {subject}\r\n{fields}"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    )
    bodies = "".join(
        f"--b\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        f"\r\n{body}\r\n"
        for kind, body in (("plain", text), ("html", html))
    )
    return (head + bodies).encode() + extra + b"--b--\r\n"


def part(content: bytes, fields: str) -> bytes:
    """One more part of a letter."""
    return f"--b\r\n{fields}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(
        content
    ).replace(b"\n", b"\r\n")


def with_image() -> bytes:
    """A letter whose image lies inside it (RFC 2392)."""
    inside = part(PIXEL, "Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline\r\n")
    return letter('<html><head></head><body><img src="cid:logo@x" alt="logo"></body></html>', extra=inside)


def leaving(url: str) -> str:
    """The header fields of a one-click unsubscribe (RFC 8058, 3.1)."""
    return (
        f"List-Unsubscribe: <{url}>,\r\n <mailto:contact@example.org>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    )


def caught(raw: bytes, number: int = 1) -> Caught:
    """As if it had come by SMTP."""
    return Caught(number=number, sender="t@example.org", recipient="a@example.org", raw=raw, at=AT)
