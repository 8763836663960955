"""Quoted-printable pieces: whatever their order, they decode to the exact text."""

import email
import quopri
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.quoted_printable import encode_text, encode_value

ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\r")
TRICKY = st.sampled_from(
    [".", "..", "From ", "=", "=3D", " ", "\t", "\n", "--", "é", "’", "\u202f", "👨‍👩‍👧‍👦", "a" * 74]
)
TEXTS = st.one_of(st.text(ANY), st.lists(TRICKY).map("".join))


def decoded(encoded: str) -> str:
    return quopri.decodestring(encoded.encode("ascii")).decode("utf-8").replace("\r\n", "\n")


def assert_lines(encoded: str) -> None:
    assert encoded == "" or encoded.endswith("\r\n")
    assert not {"\r", "\n"} & set(encoded.replace("\r\n", ""))
    for line in encoded.split("\r\n"):
        assert len(line) <= 76
        assert not line.startswith((".", "From "))
        assert not line.endswith((" ", "\t"))
        quopri.decodestring(line.removesuffix("=").encode()).decode("utf-8")  # no character is cut


@pytest.mark.parametrize(
    "text, encoded",
    [
        ("", ""),
        ("a", "a=\r\n"),
        ("a\n", "a\r\n"),
        ("a\r\nb\rc\n", "a\r\nb\r\nc\r\n"),
        ("é\n", "=C3=A9\r\n"),
        ("1=2\n", "1=3D2\r\n"),
        ("-- \n", "--=20\r\n"),
        ("tab\t\n", "tab=09\r\n"),
        ("ends in a space ", "ends in a space =\r\n"),
        (".\n..\n", "=2E\r\n=2E.\r\n"),
        ("From here\nFrom\n", "=46rom here\r\nFrom\r\n"),
        ("\x00\x7f\n", "=00=7F\r\n"),
        ("a" * 75 + "é\n", "a" * 75 + "=\r\n=C3=A9\r\n"),
        ("a" * 70 + "é\n", "a" * 70 + "=\r\n=C3=A9\r\n"),
        ("a" * 75 + ".b", "a" * 75 + "=\r\n=2Eb=\r\n"),
        ("half \ud83d\n", "half =3F\r\n"),
    ],
)
def test_table(text: str, encoded: str) -> None:
    assert encode_text(text) == encoded


@pytest.mark.parametrize(
    "text", ["", "a", "é", "a" * 75, "a" * 76, ".a", "From me", "é" * 12, "é" * 13, "x=1", "a "]
)
def test_a_value_is_written_as_a_text_is(text: str) -> None:
    assert decoded(encode_value(text)) == text
    assert_lines(encode_value(text))


def test_a_word_of_5000_characters() -> None:
    for word in ("x" * 5000, "œ" * 5000, "🏳️‍🌈" * 1000, "." * 5000, "=" * 5000):
        assert decoded(encode_value(word) + encode_text("\n")) == word + "\n"
        assert_lines(encode_value(word))


@given(TEXTS)
def test_one_piece(text: str) -> None:
    for encode in (encode_text, encode_value):
        assert_lines(encode(text))
        assert decoded(encode(text)) == text


@given(st.lists(st.tuples(st.booleans(), TEXTS)))
def test_pieces_in_any_order(pieces: list[tuple[bool, str]]) -> None:
    encoded = "".join(encode_value(text) if is_value else encode_text(text) for is_value, text in pieces)
    assert_lines(encoded)
    assert decoded(encoded) == "".join(text for _, text in pieces)


@given(st.lists(TEXTS))
def test_an_independent_parser_reads_the_body(pieces: list[str]) -> None:
    body = "".join(map(encode_value, pieces)) + encode_text("\n")
    header = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    message = email.message_from_bytes((header + body).encode("ascii"), policy=default)
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode("utf-8").replace("\r\n", "\n") == "".join(pieces) + "\n"
