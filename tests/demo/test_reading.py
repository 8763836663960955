"""Opening a mail: whatever it holds, something is shown and nothing breaks."""

from hypothesis import given
from hypothesis import strategies as st

from mailer.demo.reading import Part, field, fields, in_new_tabs, read
from tests.demo.letters import EVIL, PIXEL, caught, letter, part, with_image

AT = "/m/1/part/"


def test_both_texts() -> None:
    reading = read(caught(letter(text="Bonjour é")), AT)
    assert reading.text == "Bonjour é"
    assert reading.html == '<html><head><base target="_blank"></head><body><p>Bonjour</p></body></html>'
    assert reading.parts == ()


def test_an_image_inside_is_asked_for_here() -> None:
    reading = read(caught(with_image()), AT)
    assert reading.html is not None
    assert '<img src="/m/1/part/3"' in reading.html
    assert reading.parts == (
        Part(place=3, name="image/png", media_type="image/png", content=PIXEL, attached=False),
    )


def test_images_in_styles_and_quotes_of_any_kind() -> None:
    inside = part(PIXEL, "Content-Type: image/png\r\nContent-ID: <a b>\r\n")
    html = "<p style='background:url(cid:a%20b)'><img src='CID:a%20b'><img src=cid:other>cid:a"
    reading = read(caught(letter(html, extra=inside)), AT)
    assert reading.html is not None
    assert "url(/m/1/part/3)" in reading.html
    assert "'/m/1/part/3'" in reading.html
    assert "src=cid:other>cid:a" in reading.html


def test_attachments_keep_their_names_and_lose_their_tricks() -> None:
    extra = part(
        b"%PDF", 'Content-Type: application/pdf; name="t.pdf"\r\nContent-Disposition: attachment\r\n'
    )
    extra += part(b"<svg/>", "Content-Type: image/svg+xml\r\nContent-ID: <s>\r\n")
    extra += part(
        b"x", "Content-Type: text/html\r\nContent-Disposition: attachment; filename*=utf-8''%E2%80%AEx\r\n"
    )
    parts = read(caught(letter(extra=extra)), AT).parts
    assert [(one.name, one.attached) for one in parts] == [
        ("t.pdf", True),
        ("image/svg+xml", True),
        ("�x", True),
    ]


def test_the_tab_is_asked_for_without_a_head_and_without_losing_the_doctype() -> None:
    assert in_new_tabs("<!DOCTYPE html><p>") == '<!DOCTYPE html><base target="_blank"><p>'
    assert in_new_tabs("<p>") == '<base target="_blank"><p>'


def test_fields_are_decoded_one_line_each_and_cut() -> None:
    raw = letter(
        subject="=?utf-8?q?Gr=C3=A8ve?=", fields="X-Long: " + "x" * 9_000 + "\r\nX-Mark: a\u202eb\r\n"
    )
    shown = dict(fields(caught(raw)))
    assert shown["Subject"] == field(caught(raw), "subject") == "Grève"
    assert len(shown["X-Long"]) == 4_001
    assert "\u202e" not in shown["X-Mark"]
    assert field(caught(raw), "Absent") == ""


def test_a_header_without_end() -> None:
    raw = b"Subject: x\r\n" + b"X-A: b\r\n" * 200_000 + b"\r\nx"
    assert len(fields(caught(raw))) == 200


def test_parts_within_parts_without_end() -> None:
    raw = b""
    for depth in range(3_000):
        raw += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth)
    reading = read(caught(raw), AT)
    assert reading.parts == ()


def test_charsets_that_do_not_exist() -> None:
    for charset in ("klingon", "rot13", "\0", "utf-8;;"):
        raw = f"Content-Type: text/html; charset={charset}\r\n\r\n<p>é".encode()
        assert "<p>" in str(read(caught(raw), AT).html)


STRUCTURE = [b"\r\n", b"\r\n\r\n", b"--b", b"--b--\r\n", b"Content-Type: ", b"text/html", b"multipart/mixed"]
NAMES = [b"Subject: ", b"To: ", b"Content-ID: ", b"; charset=", b"; boundary=b", b"filename*=utf-8''%ff"]
ODD = [
    b"=?utf-8?q?=",
    b"=?x?b?",
    b"\xff\xfe",
    b"\0",
    b'"',
    b"<",
    b"(" * 50,
    b"@,,;:[",
    b"cid:",
    EVIL.encode(),
]
PIECES = st.sampled_from([*STRUCTURE, *NAMES, *ODD])


@given(st.lists(PIECES | st.binary(max_size=6), max_size=30))
def test_any_bytes_can_be_read(pieces: list[bytes]) -> None:
    one = caught(b"".join(pieces))
    reading = read(one, AT)
    names = [leaf.name for leaf in reading.parts]
    for text in (*(value for pair in fields(one) for value in pair), *names):
        text.encode()
        assert not set(text) & set("\r\n\0\u202e")
