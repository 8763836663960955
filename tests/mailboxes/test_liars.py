"""Servers that lie, or break: told as what may pass, in bounded memory; never a traceback, no letter lost."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mailer.errors import LaterError
from mailer.mailboxes.imap import Imap
from mailer.mailboxes.letters import Letter
from mailer.mailboxes.places import Place, place_of
from mailer.mailboxes.pop import Pop

Answer = Callable[[bytes], bytes]  # to a command, without the last line


@contextmanager
def liar(scheme: str, answer: Answer) -> Iterator[Place]:
    """A server for one client that answers each command so, and then says that all is well."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def go() -> None:
            with contextlib.suppress(OSError):
                client, _ = listening.accept()
                with client, client.makefile("rwb") as said:
                    _talk(scheme, answer, said)

        thread = threading.Thread(target=go, daemon=True)
        thread.start()
        yield place_of(f"{scheme}://u@127.0.0.1:{listening.getsockname()[1]}/INBOX")
    thread.join(10)


def _talk(scheme: str, answer: Answer, said: Any) -> None:
    said.write(b"* OK\r\n" if scheme == "imap" else b"+OK\r\n")
    said.flush()
    while line := said.readline():
        if scheme == "imap":
            tag, _, command = line.partition(b" ")
            said.write(answer(command.upper()) + tag + b" OK done\r\n")
        else:
            many = line.upper().startswith((b"UIDL", b"LIST", b"RETR", b"TOP"))
            said.write(b"+OK\r\n" + (answer(line.upper()) + b".\r\n" if many else b""))
        said.flush()


def imap(**lies: bytes) -> Answer:
    said = {"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n", "SEARCH": b"* SEARCH 1\r\n", **lies}
    return lambda command: next((text for name, text in said.items() if name.encode() in command), b"")


def pop(uidl: bytes = b"1 a\r\n", sizes: bytes = b"1 5\r\n") -> Answer:
    said = {b"UIDL": uidl, b"LIST": sizes}
    return lambda command: next((text for name, text in said.items() if name in command), b"hello\r\n")


def letters(place: Place, after: str = "") -> list[Letter]:
    box = (Imap if place.scheme == "imap" else Pop)(place, "secret")
    try:
        return list(box.letters(after))
    finally:
        box.close()


@pytest.mark.parametrize(
    ("scheme", "answer"),
    [
        ("imap", imap(SELECT=b"* OK [UIDVALIDITY once] x\r\n")),
        ("imap", imap(SEARCH=b"* SEARCH one two\r\n")),
        ("imap", imap(SEARCH=b"* SEARCH " + b"9" * 5000 + b"\r\n")),
        ("imap", imap(FETCH=b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\nhello)\r\n")),
        ("imap", imap(SEARCH=(b"* SEARCH " + b"1 " * 4000 + b"\r\n") * 1200)),
        ("pop3", pop(uidl=b"1\r\n")),
        ("pop3", pop(uidl=b"\r\n", sizes=b"\r\n")),
        ("pop3", pop(sizes=b"1 many\r\n")),
    ],
    ids=["generation", "numbers", "a long number", "a huge letter", "no end", "no id", "nothing", "no size"],
)
def test_what_makes_no_sense_may_pass(scheme: str, answer: Answer) -> None:
    with liar(scheme, answer) as place, pytest.raises(LaterError):
        letters(place)


def test_a_number_beyond_all_hides_no_letter_that_comes_later() -> None:
    fetched = b"* 7 FETCH (UID 7 BODY[]<0> {5}\r\nhello)\r\n"
    lies = imap(SEARCH=b"* SEARCH 7 99999999999999999999\r\n", FETCH=fetched)
    with liar("imap", lies) as place:
        box = Imap(place, "secret")
        assert [one.raw for one in box.letters("")] == [b"hello"]
        assert box.position == "0:7"
        box.close()


def test_a_letter_that_the_server_does_not_give_is_left_out() -> None:
    with liar("imap", imap(FETCH=b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n")) as place:
        assert letters(place) == []
