"""The canonical forms, by the examples of RFC 6376 and by the other implementation."""

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from mailer.signing.canonical import fields, name_of, relaxed, simple

_VALUES = st.lists(
    st.sampled_from([b"a", b"Zz", b" ", b"  ", b"\t", b":", b"\r\n ", b"\r\n\t", b"=?"]), max_size=12
)
_BODIES = st.lists(
    st.sampled_from([b"a", b" ", b"\r\n", b"\r\n\r\n", b"\t", b".", b"\r", b"\n"]), max_size=12
)


def test_the_examples_of_the_rfc() -> None:
    """3.4.5."""
    assert fields(b"A: X\r\nB : Y\t\r\n\tZ  \r\n") == [b"A: X", b"B : Y\t\r\n\tZ  "]
    assert relaxed(b"A: X") == b"a:X\r\n"
    assert relaxed(b"B : Y\t\r\n\tZ  ") == b"b:Y Z\r\n"
    assert simple(b" C \r\nD \t E\r\n\r\n\r\n") == b" C \r\nD \t E\r\n"


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"", b"\r\n"),
        (b"\r\n", b"\r\n"),
        (b"\r\n\r\n", b"\r\n"),
        (b"a", b"a\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b"a\r\n\r\n\r\n", b"a\r\n"),
        (b"a\n", b"a\n\r\n"),
    ],
)
def test_a_body_ends_in_one_line_break(body: bytes, form: bytes) -> None:
    assert simple(body) == form


def test_a_body_that_is_canonical_is_not_copied() -> None:
    body = b"line\r\n" * 10
    assert simple(body) is body


def test_a_body_of_line_breaks_is_no_work_without_end() -> None:
    assert simple(b"\r\n" * 500_000) == b"\r\n"


@given(_BODIES)
def test_bodies_as_the_other_implementation_reads_them(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    assert simple(body) == Simple.canonicalize_body(body)


@given(st.sampled_from([b"From", b"list-ID", b"X"]), st.sampled_from([b"", b" ", b"\t"]), _VALUES)
def test_fields_as_the_other_implementation_reads_them(name: bytes, gap: bytes, pieces: list[bytes]) -> None:
    value = b"".join(pieces)
    [(theirs, said)] = Relaxed.canonicalize_headers([(name + gap, value + b"\r\n")])
    assert relaxed(name + gap + b":" + value) == theirs + b":" + said
    assert name_of(name + gap + b":" + value) == name
