"""A mail to one person: its exact headers, its lines, and nothing that a stranger's words could add."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from mailer.compose.notice import Letterhead, laid_out, write_notice
from mailer.errors import RenderError
from mailer.model import Message

HEAD = Letterhead(sender="CGT Éxemple <tracts@example.org>", reply_to="")
LONG = {"content": "Ça dépend de l’été : " * 40 + "\n.\nFrom là\n"}
LINK = "https://lettre.example.org/c/" + "a" * 120


def written(other: dict[str, str] | None = None, head: Letterhead = HEAD) -> Message:
    said = {
        "id": "0123456789abcdef",
        "to": "zoe@example.org",
        "language": "fr",
        "subject": "Confirmez votre inscription",
        "content": f"Bonjour,\n\n{LINK}\n",
        **(other or {}),
    }
    return write_notice(head, date=datetime(2026, 11, 24, 9, 0, tzinfo=UTC), **said)


def test_its_headers_are_these_and_no_others() -> None:
    mail = message_from_bytes(written().as_bytes(), policy=default)
    assert mail.items() == [
        ("Date", "Tue, 24 Nov 2026 09:00:00 +0000"),
        ("From", "CGT Éxemple <tracts@example.org>"),
        ("To", "zoe@example.org"),
        ("Subject", "Confirmez votre inscription"),
        ("Message-ID", "<0123456789abcdef@example.org>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Transfer-Encoding", "quoted-printable"),
        ("Content-Language", "fr"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    assert isinstance(mail, EmailMessage)
    assert mail.get_content().replace("\r\n", "\n") == f"Bonjour,\n\n{LINK}\n"


def test_answers_go_where_the_settings_say() -> None:
    head = Letterhead(sender=HEAD.sender, reply_to="contact@example.org")
    mail = message_from_bytes(written(head=head).as_bytes(), policy=default)
    assert mail["Reply-To"] == "contact@example.org"


def test_the_same_arguments_give_the_same_bytes_in_short_ascii_lines() -> None:
    text = written(LONG).as_bytes()
    assert text == written(LONG).as_bytes()
    assert text.isascii()
    assert max(map(len, text.split(b"\r\n"))) <= 78
    assert b"\n." not in text


@pytest.mark.parametrize(
    "other",
    [
        {"to": "zoe@example.org\r\nBcc: x@example.org"},
        {"to": "x"},
        {"subject": "Oui\r\nBcc: x@example.org"},
        {"language": "fr\r\nBcc: x@example.org"},
    ],
)
def test_nothing_adds_a_header(other: dict[str, str]) -> None:
    with pytest.raises(RenderError):
        written(other)


def test_lines_are_cut_at_spaces_and_links_never() -> None:
    text = laid_out(["Un mot\u00a0: " * 20, LINK, "CGT\n1 rue"])
    assert text.endswith(f"\n\n{LINK}\n\nCGT\n1 rue")
    first = text.split("\n\n", 1)[0].split("\n")
    assert max(map(len, first)) <= 72
    assert all(line.startswith(("Un mot\u00a0:", "mot\u00a0:")) for line in first)
