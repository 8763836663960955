"""IMAP and POP3 against a real server: from where it ended, marked when done, cut, refused, not trusted."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from mailer.errors import LaterError, UsageError
from mailer.mailboxes.letters import MOST, Mailbox
from mailer.mailboxes.opening import open_mailbox
from tests.mailboxes import dovecot
from tests.mailboxes.cutting import cut_after
from tests.mailboxes.dovecot import PASSWORD, USER, Dovecot
from tests.smtp.server import CERTIFICATE

pytestmark = pytest.mark.xdist_group("dovecot")  # one server is enough

NAMES = ("imaps", "imap", "pop3s", "pop3")


@pytest.fixture(scope="module")
def one() -> Iterator[Dovecot]:
    if reason := dovecot.missing():
        pytest.skip(reason)
    with dovecot.running() as found:
        yield found


@pytest.fixture
def server(one: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Dovecot:
    """The same for all tests of this module, without a letter; its certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    one.empty()
    return one


def opened(
    server: Dovecot, scheme: str, *, password: str = PASSWORD, port: int = 0, folder: str = ""
) -> Mailbox:
    port = port or getattr(server, scheme)
    return open_mailbox(f"{scheme}://{quote(USER)}@localhost:{port}/{folder}", Path(), lambda: password)


def deliver(server: Dovecot, *subjects: str) -> None:
    for subject in subjects:
        server.deliver(subject, f"Subject: {subject}\r\n\r\nBonjour\r\n.\r\n\xa0\r\n".encode())


def subjects(box: Mailbox, after: str = "", *, done: bool = False) -> list[str]:
    found = []
    for letter in box.letters(after):
        match = re.match(rb"Subject: (\w+)\r?\n\r?\nBonjour\r?\n\.\r?\n\xc2\xa0\r?\n$", letter.raw)
        assert match is not None
        found.append(match[1].decode())
        if done:
            letter.done()
    return found


@pytest.mark.parametrize("scheme", NAMES)
def test_from_where_the_last_look_ended(server: Dovecot, scheme: str) -> None:
    deliver(server, "a", "b")
    box = opened(server, scheme)
    assert subjects(box) == ["a", "b"]
    position = box.position
    box.close()
    box.close()
    deliver(server, "c")
    box = opened(server, scheme)
    assert subjects(box, position) == ["c"]
    box.close()
    box = opened(server, scheme)
    assert subjects(box, "rubbish") == ["a", "b", "c"]
    box.close()


def test_a_letter_is_seen_when_it_is_done_and_stays(server: Dovecot) -> None:
    deliver(server, "a", "b")
    box = opened(server, "imaps")
    letters = box.letters("")
    next(letters)
    assert [flags.replace("a", "") for flags in server.flags()] == ["", ""]
    box.close()
    box = opened(server, "imaps")
    assert subjects(box, done=True) == ["a", "b"]
    box.close()
    assert server.flags() == ["S", "S"]


@pytest.mark.parametrize("scheme", ["imaps", "pop3s"])
def test_another_generation_begins_anew(server: Dovecot, scheme: str) -> None:
    """A mailbox restored elsewhere has the same numbers for other letters (UIDVALIDITY)."""
    deliver(server, "a", "b")
    box = opened(server, scheme)
    subjects(box)
    position = box.position
    box.close()
    if scheme == "imaps":
        validity, _, last = position.partition(":")
        position = f"{int(validity) + 1}:{last}"
    else:
        position = position[::-1]
    box = opened(server, scheme)
    assert subjects(box, position) == ["a", "b"]
    box.close()


@pytest.mark.parametrize("scheme", NAMES)
def test_a_wrong_password_is_told_without_it(server: Dovecot, scheme: str) -> None:
    with pytest.raises(UsageError) as caught:
        opened(server, scheme, password="s3cr3t")
    assert "s3cr3t" not in str(caught.value.message)
    assert USER in str(caught.value.message)


@pytest.mark.parametrize("scheme", ["imaps", "pop3s"])
def test_a_certificate_that_is_not_to_be_trusted(
    server: Dovecot, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(UsageError) as caught:
        opened(server, scheme)
    assert "certificate" in str(caught.value.message)


def test_no_such_folder_and_nobody_at_the_port(server: Dovecot) -> None:
    with pytest.raises(UsageError):
        opened(server, "imaps", folder="Autre dossier".replace(" ", "%20"))
    with pytest.raises(LaterError):
        opened(server, "imaps", port=1)
    with pytest.raises(LaterError):
        opened(server, "pop3s", port=1)


@pytest.mark.parametrize("scheme", ["imap", "pop3"])
def test_a_huge_letter_is_read_to_its_first_megabyte(server: Dovecot, scheme: str) -> None:
    """What is returned may be whole, attachments and all; what is said of it stands before."""
    server.deliver("big", b"Subject: big\r\n\r\n" + (b"x" * 998 + b"\r\n") * 50_000)
    deliver(server, "c")
    box = opened(server, scheme)
    big, small = box.letters("")
    assert MOST * 0.95 < len(big.raw) <= MOST
    assert big.raw.startswith(b"Subject: big")
    assert small.raw.startswith(b"Subject: c")
    box.close()


@pytest.mark.parametrize("scheme", ["imap", "pop3"])
@pytest.mark.parametrize("size", [10, 60, 150, 300, 450, 700, 900])
def test_a_connection_that_is_cut_loses_nothing(server: Dovecot, scheme: str, size: int) -> None:
    deliver(server, *"abcdefgh")
    seen: list[str] = []
    position = ""
    with cut_after(getattr(server, scheme), size) as port:
        try:
            box = opened(server, scheme, port=port)
        except LaterError:
            pass
        else:
            with contextlib.suppress(LaterError):  # or it was all in time
                for letter in box.letters(""):
                    seen.append(letter.raw[9:10].decode())
            position = box.position
            box.close()
    box = opened(server, scheme)
    seen += subjects(box, position)
    box.close()
    assert sorted(set(seen)) == list("abcdefgh")
