"""From bytes to text: BOM, strict UTF-8, cp1252, or what was named; and what is no text at all."""

import gzip
import zlib

import pytest

from mailer.errors import UsageError
from tests.people.files import LUC, ZOE, read, unreadable

TEXT = f"Courriel;Prénom;Nom\r\n{ZOE};Zoé;Lefèvre\r\n{LUC};Łukasz;N’Diaye\r\n"
WINDOWS = TEXT.replace("Łukasz", "Luc")
NAMES = ["Zoé", "Łukasz"]


def first_names(content: bytes, encoding: str | None = None) -> list[str]:
    """The first names that a file holds."""
    return [one.fields["first_name"] for one in read(content, encoding).people]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (("\ufeff" + TEXT).encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        (("\ufeff" + TEXT).encode("utf-32-be"), "utf-32"),
    ],
)
def test_utf_is_known_by_itself(content: bytes, name: str) -> None:
    assert first_names(content) == NAMES
    assert read(content).report.encoding == name


def test_what_is_not_utf8_is_windows() -> None:
    found = read(WINDOWS.encode("cp1252"))
    assert found.report.encoding == "cp1252"
    assert found.people[1].fields["last_name"] == "N’Diaye"
    assert found.report.accented == ("Zoé Lefèvre", "Luc N’Diaye")


def test_a_fault_far_down_still_makes_it_windows() -> None:
    """The whole file is looked at, not its first block."""
    rows = "".join(f"a{number}@example.org;A\n" for number in range(20_000))
    found = read(f"email;prenom\n{rows}{ZOE};Zoé\n".encode("cp1252"))
    assert (found.report.encoding, found.people[-1].fields) == ("cp1252", {"first_name": "Zoé"})


def test_a_letter_cut_by_a_block_is_whole() -> None:
    for shift in range(4):
        head = "email;prenom;note\n"
        row = f"{ZOE};Zoé;" + "é" * 900 + "\n"
        rows = [row.replace("zoe@", f"zoe{number}@") for number in range(100)]
        found = read(head + " " * shift + "".join(rows))
        assert {one.fields["note"] for one in found.people} == {"é" * 900}


@pytest.mark.parametrize("name", ["mac-roman", "cp850", "latin-1", "utf-8", "UTF8", "utf-16-le", "utf-16-be"])
def test_a_named_encoding_is_obeyed(name: str) -> None:
    text = TEXT.replace("Ł", "L").replace("’", "'")
    assert first_names(text.encode(name), name) == ["Zoé", "Lukasz"]


def test_a_named_encoding_overrides_what_would_be_guessed() -> None:
    content = "email;prenom\nzoe@example.org;Zoé\n".encode("mac-roman")
    assert first_names(content) != ["Zoé"]
    assert first_names(content, "mac-roman") == ["Zoé"]


@pytest.mark.parametrize("name", ["utf-16-le", "utf-8"])
def test_a_named_encoding_leaves_no_bom(name: str) -> None:
    found = read(("\ufeff" + TEXT).encode(name), name)
    assert found.titles == ("Courriel", "Prénom", "Nom")


def test_a_wrong_encoding_is_told_with_its_line() -> None:
    (fault,) = unreadable(WINDOWS.encode("cp1252").replace(b"Pr\xe9nom", b"prenom"), "utf-8")
    assert (fault.code, fault.place.line) == ("csv-encoding", 2)
    assert "--encoding" in fault.cure.say("en")


@pytest.mark.parametrize("tail", [b"x", b"\x00\xd8"])
def test_utf16_cut_short_is_told(tail: bytes) -> None:
    (fault,) = unreadable(TEXT.encode("utf-16") + tail)
    assert (fault.code, fault.place.line) == ("csv-encoding", 4)


@pytest.mark.parametrize("name", ["klingon", "hex", "zip", "rot13", "undefined", "utf-8\0", "é", "x" * 1000])
def test_what_is_no_encoding(name: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read(TEXT, name)
    assert len(refusal.value.message.say("en")) < 150


def test_bytes_that_are_no_letter_refuse_their_row() -> None:
    found = read(f"email;prénom\n{ZOE};Zo\u00e9\n".encode("cp1252") + f"{LUC};L".encode() + b"\x81c\n")
    assert found.emails == [ZOE]
    assert found.faults == [("row-letter", 3, 2)]


def test_utf8_with_a_few_windows_letters() -> None:
    content = TEXT.encode() + "max@example.org;Loïc;X\n".encode("cp1252")
    found = read(content)
    assert [one.fields["first_name"] for one in found.people] == ["Zoé", "Łukasz", "Loïc"]
    (note,) = found.report.notes
    assert (note.code, note.place.line) == ("csv-mixed-encoding", 4)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BINARY = zlib.compress(bytes(i * 7919 % 251 for i in range(40_000)), 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x05\x06" + b"\0" * 18, "archive"),
        (OLE + "WordDocument".encode("utf-16-le"), "DOC"),
        (OLE + "Workbook".encode("utf-16-le"), "XLS"),
        (OLE + b"\0" * 504, "Microsoft"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "PDF"),
        (b"<html><table><tr><td>zoe@example.org", "web page"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html>", "web page"),
        (b"<?xml version='1.0'?><Workbook>", "web page"),
        (b"<TABLE><TR>", "web page"),
        (gzip.compress(TEXT.encode() * 50), "no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00", "no text"),
        (BINARY, "no text"),
        (b"\0" * 70_000, "no text"),
        (TEXT.encode("utf-16-le"), "--encoding utf-16-le"),
        (TEXT.encode("utf-16-be"), "--encoding utf-16-be"),
    ],
)
def test_what_is_no_csv_is_named(content: bytes, words: str) -> None:
    (fault,) = unreadable(content)
    assert fault.code == "csv-kind"
    assert words in fault.say("en")


def test_a_damaged_workbook_is_no_text() -> None:
    assert [one.code for one in unreadable(b"PK\x03\x04" + b"\0" * 100, "latin-1")] == ["sheet-damaged"]


def test_a_locked_workbook_is_told_from_an_old_one() -> None:
    (fault,) = unreadable(OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"))
    assert fault.code == "sheet-locked"
    assert "password" in fault.cure.say("en")
