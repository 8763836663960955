"""Forms as bytes on the wire: in pieces, in odd writings, too long, or cut."""

import asyncio
import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from mailer.web.bodies import LONGEST, MOST_FIELDS, Form, Refusal, read_form

MULTIPART = "multipart/form-data; boundary=x"


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


END = b"--x--\r\n"


def read(
    chunks: bytes | Iterable[bytes], kind: str = "", *, length: str = "", cut: bool = False
) -> Form | Refusal:
    """What is read of a body that comes in `chunks`; `cut`: the client goes before its end."""
    pieces = iter([chunks] if isinstance(chunks, bytes) else chunks)
    headers = [
        (name, value.encode("latin-1"))
        for name, value in ((b"content-type", kind), (b"content-length", length))
        if value
    ]

    async def receive() -> Message:
        piece = next(pieces, None)
        if piece is None and cut:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    return asyncio.run(read_form(Request({"type": "http", "method": "POST", "headers": headers}, receive)))


@pytest.mark.parametrize(
    "body, fields",
    [
        (b"", []),
        (b"a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        (b"a=&b", [("a", ""), ("b", "")]),
        (b"&&a=1&", [("a", "1")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
        (b"a=%C3%A9+x%26", [("a", "é x&")]),
        ("a=é".encode(), [("a", "é")]),
        (b"a=%E9&b=%", [("a", "\ufffd"), ("b", "%")]),  # cp1252, and half an escape
        (b"a=%ED%A0%80", [("a", "\ufffd" * 3)]),  # half a character
        (b"a=1\r\n", [("a", "1\r\n")]),
        (b"\xff\xfea\x00", [("\ufffd\ufffda\x00", "")]),
    ],
)
@pytest.mark.parametrize("kind", ["", "application/x-www-form-urlencoded", "text/plain", "x" * 1000, "\xff"])
def test_fields_of_any_body_but_multipart(body: bytes, fields: Form, kind: str) -> None:
    assert read(body, kind) == fields
    assert read((body[at : at + 1] for at in range(len(body))), kind) == fields


def test_fields_of_multipart() -> None:
    body = part("a", b"1") + part("b", b"") + part("a", "é\r\nx".encode()) + END
    fields = [("a", "1"), ("b", ""), ("a", "é\r\nx")]
    assert read(body, MULTIPART) == fields
    assert read((body[at : at + 7] for at in range(0, len(body), 7)), MULTIPART) == fields
    assert read(body, MULTIPART.replace("multipart", "MultiPart")) == fields


@pytest.mark.parametrize(
    "charset, value, said",
    [
        ("utf-8", b"\xe9", "é"),  # not UTF-8: taken for Latin-1
        ("iso-8859-1", b"\xe9", "é"),
        ("utf-16-le", "é".encode("utf-16-le"), "é"),
        ("nonsense", b"x", "x"),
    ],
)
def test_the_charset_of_multipart(charset: str, value: bytes, said: str) -> None:
    form = read(part("a", value) + END, f"{MULTIPART}; charset={charset}")
    assert isinstance(form, list)
    assert [found for _name, found in form] == [said]


@pytest.mark.parametrize(
    "body, kind",
    [
        (part("a", b"1") + END, "multipart/form-data"),
        (part("a", b"1") + END, "multipart/form-data; boundary=other"),
        (part("a", b"1", '; filename="a.txt"') + END, MULTIPART),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + END, MULTIPART),
        (b"--x\r\n\r\n1\r\n" + END, MULTIPART),
        (b"x" * 1000, MULTIPART),
        (part("a", b"1") + END, f"{MULTIPART}; charset=punycode"),
        (part("a", b"1") + END, f"{MULTIPART}; charset=u\x00"),
        (b"".join(part(f"f{number}", b"") for number in range(MOST_FIELDS + 1)) + END, MULTIPART),
    ],
)
def test_broken_multipart_is_unreadable(body: bytes, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert read(body, kind) is Refusal.UNREADABLE
    assert capfd.readouterr() == ("", "")  # the parser keeps its remarks


@pytest.mark.parametrize(
    "body, kind", [(b"a=" + b"x" * (LONGEST - 2), ""), (part("a", b"x" * (LONGEST - 100)) + END, MULTIPART)]
)
def test_as_long_as_may_be(body: bytes, kind: str) -> None:
    form = read(body, kind, length=str(len(body)))
    assert isinstance(form, list)
    assert len(form) == 1


@pytest.mark.parametrize("length", [str(LONGEST + 1), "9" * 19, "9" * 5000])
def test_what_says_it_is_too_long_is_not_read(length: str) -> None:
    def chunks() -> Iterable[bytes]:
        pytest.fail("it was read")
        yield b""

    assert read(chunks(), length=length) is Refusal.TOO_LARGE


@pytest.mark.parametrize("length", ["", "0", "12", "-1", "1e3", "²", "x"])
def test_what_does_not_say_so_is_read_up_to_the_limit(length: str) -> None:
    taken = 0

    def chunks() -> Iterable[bytes]:
        nonlocal taken
        for _ in range(10_000):
            taken += 1
            yield b"x" * 1024

    tracemalloc.start()
    try:
        assert read(chunks(), length=length) is Refusal.TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 2_000_000  # bytes, of the 10 MB on offer
    finally:
        tracemalloc.stop()
    assert taken == LONGEST // 1024 + 1


def test_too_many_fields() -> None:
    assert read(b"&".join([b"a=1"] * MOST_FIELDS)) == [("a", "1")] * MOST_FIELDS
    assert read(b"&".join([b"a=1"] * (MOST_FIELDS + 1))) is Refusal.TOO_LARGE
    assert read(b"&" * 200_000) is Refusal.TOO_LARGE


def test_a_client_that_goes_is_nobody_s_form() -> None:
    with pytest.raises(ClientDisconnect):
        read([b"List-Unsubscribe=One-Click"], cut=True)


@given(st.binary(max_size=300), st.text(st.characters(max_codepoint=255), max_size=30))
@example(part("a", b"+2AA-") + END, "utf-7")
def test_whatever_comes_it_is_read_or_refused(body: bytes, charset: str) -> None:
    for kind in ("", MULTIPART, f"{MULTIPART}; charset={charset}", f"multipart/{charset}"):
        assert isinstance(read(body, kind), list | Refusal)
        assert isinstance(read(part("a", body) + END, kind), list | Refusal)
