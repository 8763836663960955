"""Files that travel: known by their bytes, whatever their names say."""

import hashlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.assets import ATTACHMENT_LIMIT, HEAVY_IMAGE, IMAGE_LIMIT, Candidate, document, image
from mailer.findings import Level, Place
from tests.compose.campaigns import codes

PLACE = Place("campaigns/x.md", 7, 5)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 3, height: int = 2) -> bytes:
    """A grey PNG (RFC 2083)."""
    rows = zlib.compress((b"\x00" + b"\x80" * width) * height) if width * height < 10**6 else b""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif(width: int = 3, height: int = 2, version: bytes = b"GIF89a") -> bytes:
    """A GIF of one colour, one pixel drawn."""
    screen = struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    return version + screen + b",\x00\x00\x00\x00\x01\x00\x01\x00\x00" + b"\x02\x02D\x01\x00;"


def jpeg(width: int = 3, height: int = 2, *, comment: bytes = b"") -> bytes:
    """The segments of a JPEG up to its size (ITU T.81, annex B)."""
    jfif = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8" + jfif + said + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\x80\xff\xd9"


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)

SOUND = [
    ("a.png", png(), "png", "image/png"),
    ("a.gif", gif(), "gif", "image/gif"),
    ("a.gif", gif(version=b"GIF87a"), "gif", "image/gif"),
    ("a.jpg", jpeg(), "jpg", "image/jpeg"),
    ("a.jpeg", jpeg(comment=b"<script>"), "jpg", "image/jpeg"),
    ("faux.pdf", png(), "png", "image/png"),
    ("photo.jpg", png(), "png", "image/png"),
    ("sans-suffixe", jpeg(), "jpg", "image/jpeg"),
    ("page.html", gif(), "gif", "image/gif"),
]


@pytest.mark.parametrize("name, content, suffix, media_type", SOUND)
def test_an_image_is_known_by_its_bytes(name: str, content: bytes, suffix: str, media_type: str) -> None:
    asset, findings = image(Candidate(f"sous-dossier/{name}", content, PLACE))
    assert findings == []
    assert asset is not None
    assert (asset.name, asset.suffix, asset.media_type) == (name, suffix, media_type)
    assert (asset.width, asset.height) == (3, 2)
    assert asset.content is content
    assert asset.digest == hashlib.sha256(content).hexdigest()


POLYGLOTS = [
    png() + b"<script>alert(1)</script>",
    png() + PDF,
    gif() + b"/*<script>*/=1;//",
    jpeg(comment=b"<!--<html><script>alert(1)</script>-->" + b"PK\x03\x04"),
    jpeg() + b"PK\x05\x06" + b"\x00" * 18,
]


@pytest.mark.parametrize("content", POLYGLOTS)
def test_a_file_of_two_natures_is_only_ever_an_image(content: bytes) -> None:
    asset, findings = image(Candidate("x.html", content, PLACE))
    assert findings == []
    assert asset is not None
    assert asset.media_type.startswith("image/")
    assert asset.suffix in {"png", "gif", "jpg"}
    assert codes(document(Candidate("x.pdf", content, PLACE), attached=True)[1]) == ["not-pdf"]


NO_IMAGES = [
    b"",
    b"\x89PN",
    b"BM" + b"\x00" * 60,
    b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
    b"II*\x00",
    b"\x00\x00\x01\x00",
    PDF,
    b" " + png(),
    b"<html>" + gif(),
    b"\xef\xbb\xbf" + png(),
]


@pytest.mark.parametrize("content", NO_IMAGES)
def test_what_is_none_is_said(content: bytes) -> None:
    asset, (finding,) = image(Candidate("a.png", content, PLACE))
    assert (asset, finding.code, finding.place) == (None, "image-format", PLACE)
    assert finding.message.say("en") == "'a.png' is not a PNG, JPEG or GIF image"


DAMAGED = [
    png()[:8],
    png()[:15],
    png()[:20],
    png()[:-12],
    jpeg()[:-2],
    png(0, 5),
    png(5, 0),
    b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
    gif()[:7],
    gif(0, 0),
    b"GIF8",
    b"GIF8xa" + b"\x05" * 30,
    jpeg()[:3],
    jpeg()[:15],
    jpeg(0, 0),
    b"\xff\xd8\xff\xd9",
    b"\xff\xd8\xff" + b"\xff" * 1000,
    b"\xff\xd8\xff\xe0\x00\x00" * 100,
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_image_is_said(content: bytes) -> None:
    asset, findings = image(Candidate("a.png", content, PLACE))
    assert (asset, codes(findings)) == (None, ["image-format"])
    assert findings[0].message.say("en") == "'a.png' is a damaged image"


@pytest.mark.parametrize(
    "weight, expected, level",
    [
        (HEAVY_IMAGE, [], None),
        (HEAVY_IMAGE + 1, ["image-heavy"], Level.WARNING),
        (IMAGE_LIMIT, ["image-heavy"], Level.WARNING),
        (IMAGE_LIMIT + 1, ["image-heavy"], Level.ERROR),
    ],
)
def test_heavy_images(weight: int, expected: list[str], level: Level | None) -> None:
    content = png()
    asset, findings = image(Candidate("a.png", content + bytes(weight - len(content)), PLACE))
    assert asset is not None
    assert codes(findings) == expected
    assert {finding.level for finding in findings} == ({level} if level else set())


@pytest.mark.parametrize("size", [(2**31 - 1, 1), (1, 2**32 - 1)])
def test_a_size_nobody_has_is_a_number_all_the_same(size: tuple[int, int]) -> None:
    asset, _ = image(Candidate("a.png", png(*size), PLACE))
    assert asset is not None
    assert (asset.width, asset.height) == size


def test_a_document_is_a_pdf() -> None:
    for attached in (True, False):
        asset, findings = document(Candidate("dossier/Été.pdf", PDF, PLACE), attached=attached)
        assert findings == []
        assert asset is not None
        assert (asset.name, asset.suffix, asset.media_type) == ("Été.pdf", "pdf", "application/pdf")
        assert (asset.width, asset.height) == (0, 0)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF", b"\n" + PDF, b"PK\x03\x04", b"MZ\x90\x00", b"<html>", png()]
)
def test_what_is_no_pdf_is_said(content: bytes) -> None:
    for attached in (True, False):
        asset, (finding,) = document(Candidate("tract.pdf", content, PLACE), attached=attached)
        assert (asset, finding.code, finding.level) == (None, "not-pdf", Level.ERROR)


def test_an_attachment_stops_at_300_kb_and_a_link_does_not() -> None:
    content = PDF + bytes(ATTACHMENT_LIMIT + 1 - len(PDF))
    assert document(Candidate("t.pdf", content[:-1], PLACE), attached=True)[1] == []
    asset, (finding,) = document(Candidate("t.pdf", content, PLACE), attached=True)
    assert (asset, finding.code) == (None, "attachment-heavy")
    assert "[t.pdf](t.pdf)" in finding.cure.say("en")
    assert document(Candidate("t.pdf", content, PLACE), attached=False)[1] == []


STARTS = st.sampled_from([png(), gif(), jpeg(), png()[:12], gif()[:6], jpeg()[:2], b"\xff\xd8\xff\xe1", b""])


@given(STARTS, st.binary(max_size=80), st.integers(0, 60))
def test_any_bytes_are_an_image_or_are_said(start: bytes, tail: bytes, cut: int) -> None:
    asset, findings = image(Candidate("a.png", start[:cut] + tail, PLACE))
    assert (asset is None) == (codes(findings) == ["image-format"])
    if asset is not None:
        assert asset.width > 0
        assert asset.height > 0
