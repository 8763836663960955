"""The MIME frame: its tree, its names, and texts that come back exactly once filled."""

import email
import hashlib
from email.message import EmailMessage, Message
from email.policy import default
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.filling import fill_page, fill_text, frame_html_filler, frame_text_filler
from mailer.compose.frame import build_frame, content_id
from mailer.model import Asset, Frame, Slotted

TEXT: Slotted = ("Bonjour", "{{ x }}", ",\n-- \nÉté\u202f!\n")
HTML: Slotted = ("<p>Bonjour", "{{ x }}", "</p>\n")


def asset(name: str, media_type: str, content: bytes = b"content") -> Asset:
    suffix = name.rpartition(".")[2]
    digest = hashlib.sha256(content).hexdigest()
    return Asset(name=name, digest=digest, suffix=suffix, media_type=media_type, content=content)


LOGO = asset("logo.png", "image/png", bytes(range(256)) * 5)
PHOTO = asset("défilé.jpg", "image/jpeg", b"\xff\xd8" * 100)
PDF = asset("tract.pdf", "application/pdf", b"%PDF-1.7\r\n\x00")


def filled(frame: Frame, values: dict[str, str]) -> bytes:
    text = b"".join(frame_text_filler(frame.text)(values))
    html = b"".join(frame_html_filler(frame.html)(values))
    header = f"MIME-Version: 1.0\r\nContent-Type: {frame.content_type}\r\n\r\n".encode("ascii")
    return header + frame.opening + text + frame.between + html + frame.closing


def read(frame: Frame, values: dict[str, str] | None = None) -> EmailMessage:
    message = email.message_from_bytes(filled(frame, values or {}), policy=default)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def tree(message: Message) -> object:
    """`[type, children…]` for a multipart, the type otherwise."""
    if not message.is_multipart():
        return message.get_content_type()
    children = cast("list[Message]", message.get_payload())
    return [message.get_content_type(), *map(tree, children)]


def content(message: Message, kind: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == kind)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8").replace("\r\n", "\n")


ALTERNATIVE = ["multipart/alternative", "text/plain", "text/html"]
RELATED = [
    "multipart/alternative",
    "text/plain",
    ["multipart/related", "text/html", "image/png", "image/jpeg"],
]


@pytest.mark.parametrize(
    "images, attachments, expected",
    [
        ((), (), ALTERNATIVE),
        ((LOGO, PHOTO), (), RELATED),
        ((), (PDF,), ["multipart/mixed", ALTERNATIVE, "application/pdf"]),
        ((LOGO, PHOTO), (PDF, PDF), ["multipart/mixed", RELATED, "application/pdf", "application/pdf"]),
    ],
)
def test_tree(images: tuple[Asset, ...], attachments: tuple[Asset, ...], expected: object) -> None:
    message = read(build_frame(TEXT, HTML, images, attachments, "fr"), {"x": " Zoé"})
    assert tree(message) == expected
    assert content(message, "text/plain") == "Bonjour Zoé,\n-- \nÉté\u202f!\n"
    assert content(message, "text/html") == "<p>Bonjour Zoé</p>\n"


def test_snapshot() -> None:
    frame = build_frame(("Été\n",), ("<p>", "{{ x }}", "</p>"), (LOGO,), (PDF,), "fr")
    seed = frame.content_type.partition('boundary="=_mixed_')[2].rstrip('"')
    whole = filled(frame, {"x": "é"}).decode("ascii").replace(seed, "SEED")
    before, image, after = whole.partition(
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4"
    )
    assert image
    assert before.split("\r\n") == [
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed;",
        ' boundary="=_mixed_SEED"',
        "",
        "--=_mixed_SEED",
        "Content-Type: multipart/alternative;",
        ' boundary="=_alternative_SEED"',
        "",
        "--=_alternative_SEED",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Language: fr",
        "",
        "=C3=89t=C3=A9",
        "",
        "--=_alternative_SEED",
        'Content-Type: multipart/related; type="text/html";',
        ' boundary="=_related_SEED"',
        "",
        "--=_related_SEED",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Language: fr",
        "",
        "<p>=",
        "=C3=A9=",
        "</p>",
        "",
        "--=_related_SEED",
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        f"Content-ID: <{LOGO.digest[:32]}@mailer>",
        "Content-Disposition: inline;",
        ' filename="logo.png"',
        "",
        "",
    ]
    assert after.split("\r\n")[-13:] == [
        "--=_related_SEED--",
        "",
        "--=_alternative_SEED--",
        "",
        "--=_mixed_SEED",
        "Content-Type: application/pdf",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;",
        ' filename="tract.pdf"',
        "",
        "JVBERi0xLjcNCgA=",
        "--=_mixed_SEED--",
        "",
    ]


def test_files_come_back_exactly() -> None:
    message = read(build_frame(TEXT, HTML, (LOGO, PHOTO), (PDF,), "fr"))
    files = {
        part.get_content_type(): part for part in message.walk() if part.get_content_maintype() != "text"
    }
    for file in (LOGO, PHOTO, PDF):
        assert files[file.media_type].get_payload(decode=True) == file.content
    assert files["image/png"]["Content-ID"] == f"<{content_id(LOGO)}>"
    assert files["image/png"].get_content_disposition() == "inline"
    assert files["application/pdf"].get_content_disposition() == "attachment"
    assert files["application/pdf"]["Content-ID"] is None
    assert files["multipart/related"].get_param("type") == "text/html"


@pytest.mark.parametrize(
    "name, fallback, exact",
    [
        ("tract.pdf", "tract.pdf", "tract.pdf"),
        ("tract (2) du 17-11.pdf", "tract (2) du 17-11.pdf", "tract (2) du 17-11.pdf"),
        ("Grève générale.pdf", "Greve generale.pdf", "Grève générale.pdf"),
        ("l’œuvre «é».pdf", "luvre e.pdf", "l’œuvre «é».pdf"),
        ('a"b\\c.pdf', "a_b_c.pdf", 'a"b\\c.pdf'),
        ("../../etc/passwd", "_.._etc_passwd", "../../etc/passwd"),
        ("a\r\nX-Evil: 1.pdf", "a__X-Evil_ 1.pdf", "a__X-Evil: 1.pdf"),
        ("文書.pdf", "file.pdf", "文書.pdf"),
        ("文書", "file", "文書"),
        ("é" * 120 + ".pdf", "e" * 50 + ".pdf", "é" * 120 + ".pdf"),
        ("=?utf-8?q?x?=.pdf", "__utf-8_q_x__.pdf", "=?utf-8?q?x?=.pdf"),
    ],
)
def test_names(name: str, fallback: str, exact: str) -> None:
    frame = build_frame(TEXT, HTML, (), (asset(name, "application/pdf"),), "fr")
    assert f'filename="{fallback}"'.encode() in frame.closing
    attachment = next(iter(read(frame).iter_attachments()))
    # The standard library takes the first of the two names; without the ASCII one it reads the other.
    assert attachment.get_filename() == fallback
    starred = frame.closing.replace(f'filename="{fallback}";\r\n '.encode(), b"")
    assert exact == fallback or starred != frame.closing
    bare = Frame(
        content_type=frame.content_type,
        opening=frame.opening,
        text=frame.text,
        between=frame.between,
        html=frame.html,
        closing=starred,
    )
    assert next(iter(read(bare).iter_attachments())).get_filename() == exact


def test_boundaries_are_short_distinct_and_always_the_same() -> None:
    frames = [build_frame(TEXT, HTML, (LOGO,), (PDF,), "fr") for _ in range(2)]
    assert frames[0] == frames[1]
    boundaries = [part.get_boundary() for part in read(frames[0]).walk() if part.is_multipart()]
    assert len(set(boundaries)) == 3
    assert all(boundary and "=_" in boundary and len(boundary) <= 70 for boundary in boundaries)
    other = build_frame(TEXT, ("<p>other</p>",), (LOGO,), (PDF,), "fr")
    assert other.content_type != frames[0].content_type


def test_lines() -> None:
    images = (LOGO, PHOTO)
    frame = build_frame(("é" * 5000,), ("<p>" + "x" * 5000,), images, (asset("é" * 200, "text/plain"),), "fr")
    whole = filled(frame, {})
    assert whole.endswith(b"--\r\n")
    lines = whole.split(b"\r\n")
    assert [line[:12] for line in lines if len(line) > 78] == [b" filename*=U"]
    assert all(len(line) <= 998 for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)


PIECES = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n.=<&'\" "), max_size=90)
VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(".=<&'\" "), max_size=90)


@given(PIECES, PIECES, PIECES, PIECES, PIECES, st.dictionaries(st.sampled_from("xy"), VALUES))
def test_a_filled_frame_is_the_filled_text(
    start: str, yes: str, no: str, between: str, end: str, values: dict[str, str]
) -> None:
    slotted: Slotted = (
        start,
        "{% if x %}",
        yes,
        "{{ x }}",
        "",
        "{% else %}",
        no,
        "{% endif %}",
        between,
        "{{ y|upper }}",
        end,
    )
    message = read(build_frame(slotted, slotted, (), (), "fr"), values)
    ending = "" if end.endswith("\n") else "\n"
    assert content(message, "text/plain") == fill_text(slotted, values) + ending
    assert content(message, "text/html") == fill_page(slotted, values) + ending
