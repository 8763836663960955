"""Signatures that somebody else's verifier believes, and no more once anything was touched."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.compose.frame import build_frame
from mailer.compose.message import MessageWriter
from mailer.model import Message, Recipient
from mailer.signing.keys import Algorithm, new_key, read_key
from mailer.signing.record import record_of
from tests.compose.campaigns import DATE, KEYS, PUBLIC_ID, asset, edition
from tests.signing.verifier import BOTH, DOMAIN, NOON, holds, records, signed, signer, tags, verified

_HEADER = b"From: a@lettre.example.org\r\nTo: b@example.org\r\nSubject: Essai\r\n"
_ACCENTS = "« L’œuvre »\u202f: 10\u202f000\u00a0€, à 12h30 — " + "été " * 30


def _message(body: str = "Bonjour {{ first_name }}.", subject: str = "Objet", **changes: object) -> Message:
    made = edition(f"# Titre\n\n{body}\n", subject=subject)
    made = replace(made, **changes)  # type: ignore[arg-type]
    return _written(MessageWriter(made, KEYS), 7)


def _written(writer: MessageWriter, number: int) -> Message:
    fields = {"first_name": "Zoé", "email": f"membre{number}@example.org"}
    person = Recipient(
        subscriber=number, email=f"membre{number}@example.org", list="adherents", fields=fields
    )
    return writer.write(person, DATE)


def _raw(header: bytes, body: bytes = b"Un mot.\r\n") -> Message:
    return Message(recipient="b@example.org", message_id="<x@y>", header=header, pieces=(body,))


def _fields(message: Message) -> list[bytes]:
    return [field for field in re.split(rb"\r\n(?![ \t])", message.header) if field]


@pytest.mark.parametrize("algorithms", [BOTH[:1], BOTH[1:], BOTH, BOTH[::-1]])
def test_somebody_else_believes_it(algorithms: tuple[Algorithm, ...]) -> None:
    message = replace(_message(), sender="lettre+k7qk-ab12@lettre.example.org")
    sent = signed(message, algorithms)
    assert verified(sent.as_bytes(), records(algorithms)) == [True] * len(algorithms)
    said = [tags(field)["a"] for field in _fields(sent)[: len(algorithms)]]
    assert said == [f"{one}-sha256" for one in algorithms]
    assert sent.header.endswith(message.header)  # nothing of the message was touched
    assert replace(sent, header=message.header) == message  # nor of its envelope


@pytest.mark.parametrize("subject", ["Objet", _ACCENTS, "x" * 300, "{{ first_name }} : " + _ACCENTS])
def test_subjects(subject: str) -> None:
    assert holds(signed(_message(subject=subject)).as_bytes()) == [True, True]


def test_attachments_and_images_inside() -> None:
    made = edition("# Titre\n\nUn mot.\n")
    images = [asset("é.png", bytes(range(256)) * 20)]
    files = [asset("Appel à la grève.pdf", b"\r\n.\r\n" * 300)]
    frame = build_frame(made.text, made.html, images, files, "fr")
    assert holds(signed(_message(frame=frame)).as_bytes()) == [True, True]


@pytest.mark.parametrize("body", [b"", b"\r\n", b"\r\n\r\n", b"a", b"a\r\n\r\n", b" \t\r\n", b"\r\n.\r\n"])
def test_bodies_that_are_odd(body: bytes) -> None:
    assert holds(signed(_raw(_HEADER, body)).as_bytes()) == [True, True]


def test_what_is_signed() -> None:
    """All that we write; both fields of one-click (RFC 8058, 3.1); From, To and Subject once more."""
    sent = signed(_message())
    names = [field.partition(b":")[0].decode() for field in _fields(sent)]
    for field in _fields(sent)[:2]:
        said = tags(field)
        listed = said["h"].split(":")
        ours = [one for one in names if one != "DKIM-Signature" and not one.startswith("X-")]
        assert sorted(listed) == sorted([*ours, "From", "To", "Subject"])
        assert {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID"} < set(listed)
        assert (said["v"], said["c"], said["d"]) == ("1", "relaxed/simple", DOMAIN)
        assert said["t"] == str(int(NOON.timestamp()))
        assert set(said) == {"v", "a", "c", "d", "s", "h", "t", "bh", "b"}  # no l=, nothing that expires


def test_lines_are_short_and_end_in_crlf() -> None:
    sent = signed(_message())
    for field in _fields(sent)[:2]:
        lines = field.split(b"\r\n")
        assert max(map(len, lines)) <= 78
        assert all(line.startswith(b" ") for line in lines[1:])
        assert b"\n" not in field.replace(b"\r\n", b"")
        assert b"=?" not in field


def test_without_a_site_there_is_no_one_click_to_sign() -> None:
    sent = signed(_message(site=""))
    assert "List-Unsubscribe-Post" not in tags(_fields(sent)[0])["h"]
    assert holds(sent.as_bytes()) == [True, True]


# --- what happens on the way --------------------------------------------------------------


def _respaced(data: bytes) -> bytes:
    """What a relay may do: fold elsewhere, space otherwise, spell names otherwise."""
    header, _, body = data.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", header)
    changed = []
    for field in fields:
        name, _, value = field.partition(b":")
        changed.append(
            name.upper() + b":\t " + re.sub(rb"(?:\r\n)?[ \t]+", b"\r\n \t ", value.strip()) + b" \t"
        )
    return b"\r\n".join(changed) + b"\r\n\r\n" + body


def test_a_relay_may_fold_and_space_headers_anew() -> None:
    data = signed(_message(subject=_ACCENTS)).as_bytes()
    assert _respaced(data) != data
    assert holds(_respaced(data)) == [True, True]


def test_a_relay_may_put_its_own_fields_before() -> None:
    data = b"Received: from a by b;\r\n\tThu, 26 Nov 2026\r\nX-Spam: no\r\n" + signed(_message()).as_bytes()
    assert holds(data) == [True, True]


def test_a_relay_may_take_away_what_was_for_itself() -> None:
    data = signed(_message()).as_bytes()
    assert b"X-Auto-Response-Suppress: All\r\n" in data
    assert holds(data.replace(b"X-Auto-Response-Suppress: All\r\n", b"")) == [True, True]


def test_a_relay_may_add_empty_lines_at_the_end() -> None:
    assert holds(signed(_message()).as_bytes() + b"\r\n\r\n") == [True, True]


_TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "a second From": lambda data: b"From: Chef <chef@example.com>\r\n" + data,
    "a second To": lambda data: b"To: everybody@example.com\r\n" + data,
    "a second Subject": lambda data: b"Subject: Gagnez\r\n" + data,
    "another From": lambda data: data.replace(b"\r\nFrom: CGT", b"\r\nFrom: CFD", 1),
    "another Subject": lambda data: re.sub(rb"\r\nSubject: [^\r]*", b"\r\nSubject: Autre", data, count=1),
    "another To": lambda data: data.replace(b"\r\nTo: membre7@", b"\r\nTo: membre8@", 1),
    "another Date": lambda data: re.sub(rb"\r\nDate: ...", b"\r\nDate: Sun", data, count=1),
    "no List-Unsubscribe": lambda data: re.sub(
        rb"\r\nList-Unsubscribe:[^\r]*(?:\r\n [^\r]*)*", b"", data, count=1
    ),
    "no List-Unsubscribe-Post": lambda data: re.sub(rb"\r\nList-Unsubscribe-Post:[^\r]*", b"", data, count=1),
    "another way out": lambda data: data.replace(b"/u/", b"/v/", 1),
    "another Feedback-ID": lambda data: data.replace(PUBLIC_ID.encode() + b":", b"k7qk2m4x9b:", 1),
    "a byte of the body": lambda data: data[:-200] + bytes([data[-200] ^ 1]) + data[-199:],
    "a body that goes on": lambda data: data + b"PS\r\n",
    "a body cut short": lambda data: data[:-40],
    "another structure": lambda data: data.replace(b"alternative;", b"mixed;", 1),
    "no signed body": lambda data: data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", _TAMPERED)
def test_what_was_touched_is_not_believed(name: str) -> None:
    data = signed(_message()).as_bytes()
    touched = _TAMPERED[name](data)
    assert touched != data
    assert not any(holds(touched))


def test_the_key_of_another_is_not_believed() -> None:
    sent = signed(_message(), BOTH[1:]).as_bytes()
    [ours] = records(BOTH[1:])
    stranger = record_of(read_key(new_key(Algorithm.ED25519), "k"), DOMAIN, "s")
    assert verified(sent, [ours]) == [True]
    assert verified(sent, [replace(ours, value=stranger.value)]) == [False]


# --- one signer, many messages ---------------------------------------------------------------


def test_what_the_last_message_had_is_not_taken_for_this_one_s() -> None:
    """Messages with other fields, in turn and at the same time, through one signer."""
    long, short = _message(), _message(site="")
    writer = MessageWriter(edition("# Titre\n\nBonjour {{ first_name }}.\n"), KEYS)
    messages = [long, short, long, *(_written(writer, number) for number in range(20)), short]

    async def through() -> list[Message]:
        one = signer()
        return await asyncio.gather(*(one.sign(message) for message in messages))

    for message, sent in zip(messages, asyncio.run(through()), strict=True):
        assert sent.header.endswith(message.header)
        assert holds(sent.as_bytes()) == [True, True]


_NAMES = st.sampled_from(
    [b"From", b"To", b"Subject", b"List-Id", b"list-unsubscribe", b"Reply-To", b"X-A", b"D"]
)
_WORDS = st.text(st.sampled_from("aé: =?<>@;,\t-"), max_size=30).map(lambda text: ascii(text).encode())
_LINES = st.lists(_WORDS, min_size=1, max_size=3).map(b"\r\n ".join)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(_NAMES, _LINES), max_size=8),
    st.lists(st.sampled_from([b"mot", b" ", b"\t", b"\r\n", b"=3D", b"--x", b"."]), max_size=20),
)
def test_any_header_and_body(fields: list[tuple[bytes, bytes]], pieces: list[bytes]) -> None:
    """Fields that come twice too: verifiers take the last first."""
    header = b"".join(name + b": " + value + b"\r\n" for name, value in [(b"From", b"a@b.org"), *fields])
    assert holds(signed(_raw(header, b"".join(pieces))).as_bytes()) == [True, True]


@pytest.mark.parametrize("algorithms", [BOTH, BOTH[1:]])
def test_what_is_to_come_is_counted(algorithms: tuple[Algorithm, ...]) -> None:
    """SIZE says so before the signatures are there (RFC 1870): more than they take, then about as much."""

    async def sign() -> list[tuple[int, Message]]:
        one = signer(algorithms)
        begun = [one.sign(_message())]
        first = await begun[0]
        begun.append(one.sign(_message(subject="Autre")))
        return [(begun[0].message.size, first), (begun[1].message.size, await begun[1])]

    (said, first), (then, second) = asyncio.run(sign())
    assert first.size == len(first.as_bytes()) <= said <= first.size + 1000
    assert then == second.size == len(second.as_bytes())
