"""Campaigns as editors save them: any encoding, any line end, and what no text is."""

import pytest

from mailer.findings import Level
from mailer.workspace.texts import read_text
from tests.workspace.author import FILE, Author, body

TEXT = '+++\nsubject = "Grève à l’œuvre"\nlists = ["sample"]\n+++\n\n# Été\n\nDéjà 10 €.\n'


def codes(author: Author) -> list[tuple[str, str]]:
    return sorted((finding.code, str(finding.level)) for finding in author.findings())


@pytest.mark.parametrize(
    "content, said",
    [
        (TEXT.encode(), []),
        (TEXT.encode("utf-8-sig"), [("encoding-bom", "info")]),
        (TEXT.replace("\n", "\r\n").encode(), [("encoding-crlf", "info")]),
        (TEXT.replace("\n", "\r").encode(), [("encoding-crlf", "info")]),
        (
            TEXT.replace("\n", "\r\n").encode("cp1252"),
            [("encoding-cp1252", "info"), ("encoding-crlf", "info")],
        ),
        (TEXT.encode("utf-16"), [("encoding-bom", "info")]),
    ],
    ids=["utf-8", "bom", "crlf", "cr", "cp1252-crlf", "utf-16"],
)
def test_the_same_text_in_any_encoding_is_the_same_mail(
    author: Author, content: bytes, said: list[tuple[str, str]]
) -> None:
    author.write(FILE, content)
    assert codes(author) == said
    message = author.letter()
    assert message["Subject"] == "Grève à l’œuvre"
    assert "Déjà 10\u00a0€." in body(message, "plain")
    edition = author.draft().edition
    author.write(FILE, TEXT)
    again = author.draft().edition
    assert edition is not None
    assert again is not None
    assert edition.digest == again.digest


def test_places_are_of_the_file_as_its_editor_shows_it(author: Author) -> None:
    faulty = TEXT.replace("10 €", "{{ prenon }}").replace("\n", "\r\n")
    for encoding in ("utf-8-sig", "cp1252"):
        author.write(FILE, faulty.encode(encoding))
        assert author.errors() == [("unknown-field", f"{FILE}:8:9")]


@pytest.mark.parametrize("control", ["\0", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_errors_where_they_stand(author: Author, control: str) -> None:
    author.write(FILE, TEXT.replace("Déjà", f"Dé{control}jà"))
    assert author.errors() == [("control-character", f"{FILE}:8:3")]


def test_a_binary_file_says_it_and_stops(author: Author) -> None:
    author.write(FILE, bytes(range(256)) * 400)
    assert 1 <= len(author.errors()) < 60


@pytest.mark.parametrize("size, refused", [(1_000_000, False), (1_000_001, True), (10_000_000, True)])
def test_a_campaign_over_a_megabyte_is_refused_before_it_is_read(
    author: Author, size: int, refused: bool
) -> None:
    author.write(FILE, TEXT.encode().ljust(size - 1, b" ") + b"\n")
    found = author.errors()
    assert (("file-too-large", f"{FILE}:1:1") in found) is refused
    if refused:
        assert len(found) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"# Titre\n\nTexte\n", b"---\nsubject: x\n---\n", b"+++\n"])
def test_without_front_matter(author: Author, content: bytes) -> None:
    author.write(FILE, content)
    assert [code for code, _place in author.errors()] == ["front-matter"]


def test_a_folder_in_place_of_a_text_is_a_finding(author: Author) -> None:
    (author.root / "campaigns/x").mkdir()
    text, (finding,) = read_text(author.root / "campaigns/x", "campaigns/x")
    assert (text, finding.code, finding.level) == (None, "unreadable", Level.ERROR)
