"""Bytes of any editor become clean text; what was odd is said, with its place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.charset import TEXT_LIMIT, decode, too_large
from mailer.findings import Level, Place

FRENCH = '+++\nsubject = "Évolution"\n+++\n\n# L’été — « où ? »\n\nŒuvre à 5 €…\n'


def found(content: bytes) -> list[tuple[str, int, int, Level]]:
    return [(one.code, one.place.line, one.place.column, one.level) for one in decode(content, "f")[1]]


def test_utf8_with_lf_is_as_it_should_be() -> None:
    assert decode(FRENCH.encode(), "f") == (FRENCH, [])
    assert decode(b"", "f") == ("", [])


@pytest.mark.parametrize(
    "content, findings",
    [
        (FRENCH.encode("utf-8-sig"), [("encoding-bom", 1, 1)]),
        (FRENCH.encode("cp1252"), [("encoding-cp1252", 2, 12)]),
        (FRENCH.replace("\n", "\r\n").encode(), [("encoding-crlf", 1, 4)]),
        (FRENCH.replace("\n", "\r").encode(), [("encoding-crlf", 1, 4)]),
        (FRENCH.replace("\n", "\r\n", 1).encode(), [("encoding-crlf", 1, 4)]),
        (FRENCH.encode("utf-16"), [("encoding-bom", 1, 1)]),
        (b"\xfe\xff" + FRENCH.encode("utf-16-be"), [("encoding-bom", 1, 1)]),
        (FRENCH.encode("utf-32"), [("encoding-bom", 1, 1)]),
        (
            b"\xef\xbb\xbf" + FRENCH.replace("\n", "\r\n").encode("cp1252"),
            [("encoding-bom", 1, 1), ("encoding-cp1252", 2, 12), ("encoding-crlf", 1, 4)],
        ),
    ],
)
def test_other_ways_to_save_are_read_and_said(content: bytes, findings: list[tuple[str, int, int]]) -> None:
    assert decode(content, "f")[0] == FRENCH
    assert found(content) == [(*one, Level.INFO) for one in findings]


def test_a_line_pasted_in_cp1252_does_not_spoil_the_rest() -> None:
    content = "Évolution, été, où\n".encode() + "grève\n".encode("cp1252") + "œuvre à 5 €\n".encode()
    assert decode(content, "f")[0] == "Évolution, été, où\ngrève\nœuvre à 5 €\n"
    assert found(content) == [("encoding-cp1252", 2, 3, Level.INFO)]


def test_cp1252_that_happens_to_look_like_utf8_is_cp1252() -> None:
    text = "L’ÉGALITÉ… ça n’a pas été donné « à tous »\n"  # É… is C9 85, well formed in UTF-8
    assert decode(text.encode("cp1252"), "f")[0] == text


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_bytes_that_are_no_letter_are_errors(byte: int) -> None:
    content = "été\nété ".encode("cp1252") + bytes([byte]) + b"\n"
    assert ("encoding-unknown", 2, 5, Level.ERROR) in found(content)


@pytest.mark.parametrize("content", [b"\xff\xfea", b"\xff\xfe\x00\xd8a\x00", b"\xfe\xff\xd8\x00"])
def test_broken_utf16_is_an_error(content: bytes) -> None:
    assert "encoding-unknown" in [code for code, *_ in found(content)]


@pytest.mark.parametrize(
    "control", ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x85", "\x92"]
)
def test_control_characters_are_errors_where_they_stand(control: str) -> None:
    text, findings = decode(f"été\n\tgr{control}ève\n".encode(), "campaigns/x.md")
    assert text == "été\n\tgr ève\n"
    assert [(one.code, one.place, one.level) for one in findings] == [
        ("control-character", Place("campaigns/x.md", 2, 4), Level.ERROR)
    ]
    assert f"U+{ord(control):04X}" in findings[0].say("en")


def test_a_binary_file_gives_twenty_findings_and_no_more() -> None:
    text, findings = decode(bytes(range(32)) * 10_000, "f")
    assert len([one for one in findings if one.code == "control-character"]) == 20
    assert "\x00" not in text


def test_letters_are_composed() -> None:
    assert decode(unicodedata.normalize("NFD", FRENCH).encode(), "f") == (FRENCH, [])


def test_ten_megabytes_are_refused_before_decoding() -> None:
    text, (finding,) = decode(b"\xff" * 10_000_000, "f")
    assert (text, finding) == ("", too_large("f", 10_000_000))
    assert (finding.code, finding.level) == ("file-too-large", Level.ERROR)
    assert decode(b"a" * TEXT_LIMIT, "f")[1] == []


@given(st.binary(max_size=300))
def test_any_bytes_become_clean_text(content: bytes) -> None:
    text, findings = decode(content, "f")
    assert not set(text) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}
    assert unicodedata.is_normalized("NFC", text)
    assert (
        "\ufeff" not in text[:1] or content.count(b"\xef\xbb\xbf") or b"\xff" in content or b"\xfe" in content
    )
    for one in findings:
        assert 1 <= one.place.line <= text.count("\n") + 1
        assert one.say("fr")
    assert text.startswith("\ufeff") or decode(text.encode(), "f") == (text, [])
