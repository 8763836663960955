"""Workbooks made to do harm: bombs, entities, names that lead out, locks; and what is something else."""

import struct
import tracemalloc
import zipfile
from io import BytesIO

import pytest

from mailer.errors import FaultsError, UsageError
from mailer.people.sheets.archive import Archive
from mailer.people.sheets.xlsx import Xlsx
from tests.people.files import LUC, ZOE, opened, read, unreadable
from tests.people.sheets.workbooks import ODS_TYPE, cell, ods, ods_row, row, xlsx, zipped

TITLES = row(1, "email", "nom")
ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>'


def codes(content: bytes) -> list[str]:
    return [one.code for one in unreadable(content)]


@pytest.mark.parametrize("declared", [10 * 2**30, 2**31])
def test_ten_gigabytes_in_ten_kilobytes_are_refused_before_they_are_unpacked(declared: int) -> None:
    """The size that the archive declares is enough to refuse it."""
    content = bytearray(xlsx(TITLES, parts={"xl/worksheets/sheet1.xml": b" " * 100_000}))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        size, name = (
            struct.unpack_from("<I", content, at + 24)[0],
            struct.unpack_from("<H", content, at + 28)[0],
        )
        if content[at + 46 : at + 46 + name] == b"xl/worksheets/sheet1.xml" and size == 100_000:
            struct.pack_into("<I", content, at + 24, min(declared, 0xFFFFFFFE))
        at = content.find(b"PK\x01\x02", at + 4)
    assert codes(bytes(content)) == ["sheet-size"]


def test_what_is_declared_small_is_held_to_it() -> None:
    """An archive that lies about its sizes is damaged: no more is unpacked than it said."""
    content = bytearray(xlsx(TITLES + row(2, ZOE) + " " * 1_000_000))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        if struct.unpack_from("<I", content, at + 24)[0] > 1_000_000:
            struct.pack_into("<I", content, at + 24, 2_000)
        at = content.find(b"PK\x01\x02", at + 4)
    assert codes(bytes(content)) == ["sheet-damaged"]


def test_a_part_or_its_words_stop_at_their_bounds() -> None:
    content = BytesIO(xlsx(TITLES + row(2, ZOE), texts=["<t>abcdefghij</t>"] * 200))
    with pytest.raises(FaultsError) as refusal:
        Xlsx(Archive(content, "x.xlsx", largest=100))
    assert [one.code for one in refusal.value.findings] == ["sheet-size"]
    book = Xlsx(Archive(content, "x.xlsx"), most_texts=1_000)
    with pytest.raises(FaultsError) as refusal:
        list(book.rows(book.sheets[0], print))
    assert [one.code for one in refusal.value.findings] == ["sheet-size"]


def test_one_cell_in_the_last_corner_costs_no_memory() -> None:
    """A reader that lays the sheet out as a rectangle would ask for 400 GB."""
    content = xlsx(TITLES + row(2, ZOE) + row(1_048_576, more=cell("XFD1048576", "x")))
    tracemalloc.start()
    found = read(content)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert (found.emails, [code for code, *_ in found.faults]) == ([ZOE], ["row-cells"])


def test_a_million_columns_are_refused() -> None:
    title = "".join(f"<c><v>{n}</v></c>" for n in range(1_000_000))
    assert codes(xlsx(f"<row r='1'>{title}</row>" + row(2, ZOE))) == ["sheet-damaged"]
    wide = "".join(
        f'<c r="{a}{b}1"><v>1</v></c>'
        for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    assert codes(xlsx(row(1, "email", more=wide) + row(2, ZOE))) == ["csv-columns"]


@pytest.mark.parametrize(
    "content",
    [
        xlsx(TITLES, parts={"xl/worksheets/sheet1.xml": f"{ENTITY}<a>&b;</a>"}),
        xlsx(TITLES, parts={"xl/sharedStrings.xml": f"{ENTITY}<sst><si><t>&a;</t></si></sst>"}),
        xlsx(TITLES, parts={"xl/workbook.xml": f"{ENTITY}<workbook/>"}),
        ods("", parts={"content.xml": f"{ENTITY}<a>&b;</a>"}),
        ods("", parts={"content.xml": "<a>&undeclared;</a>"}),
        ods("", parts={"content.xml": b"\xff\xfe\x00"}),
        ods("", parts={"content.xml": "<a><b></a>"}),
        zipped({"mimetype": ODS_TYPE}),
        xlsx(TITLES)[:-200],
        xlsx(TITLES)[:400],
    ],
)
def test_entities_and_damage_end_the_reading(content: bytes) -> None:
    assert codes(content) == ["sheet-damaged"]


def test_a_token_without_end_is_damage() -> None:
    content = xlsx(TITLES, parts={"xl/worksheets/sheet1.xml": b"<a b='" + b"x" * 6_000_000})
    assert codes(content) == ["sheet-damaged"]


def test_names_that_lead_out_are_only_names() -> None:
    content = xlsx(TITLES + row(2, ZOE), parts={"../../../tmp/x": "x", "/etc/passwd": "x", "..\\x": "x"})
    assert read(content).emails == [ZOE]


def test_nul_and_other_controls() -> None:
    """XML has none; what a sheet hides as an escape is found like in CSV."""
    found = read(xlsx(TITLES + row(2, ZOE, "a_x0000_b") + row(3, LUC, "_x005F_x0041_")))
    assert found.faults == [("row-letter", 2, 2)]
    assert found.people[0].fields == {"last_name": "_x0041_"}
    assert codes(ods(ods_row("email", "a\0b"))) == ["sheet-damaged"]


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (zipped({"word/document.xml": "<a/>"}), "csv-kind", "text document"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "csv-kind", "text document"),
        (zipped({"xl/workbook.bin": "x"}), "csv-kind", "XLSB"),
        (zipped({"Index/Document.iwa": "x"}), "csv-kind", "Numbers"),
        (zipped({"members.csv": "email\n"}), "csv-kind", "archive"),
        (
            ods(ods_row("email"), parts={"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
            "sheet-locked",
            "password",
        ),
    ],
)
def test_what_is_no_workbook_is_told_by_name(content: bytes, code: str, word: str) -> None:
    (fault,) = unreadable(content)
    assert fault.code == code
    assert word in fault.say("en")


def test_an_archive_locked_with_a_password() -> None:
    content = bytearray(xlsx(TITLES + row(2, ZOE)))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    assert codes(bytes(content)) == ["sheet-locked"]


def test_an_archive_of_a_hundred_thousand_parts() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}", b"")
    assert codes(made.getvalue()) == ["sheet-size"]


def test_damage_far_down_is_told_when_it_is_reached() -> None:
    """Nothing is kept of such a file: who imports it does so in one transaction."""
    many = "".join(row(n, f"a{n}@example.org") for n in range(2, 3_000))
    reading = opened(xlsx(TITLES + many + "<row r='9999'><c t='s'><v>3</v></c></row>"))
    with pytest.raises(FaultsError):
        list(reading)


def test_an_encoding_is_for_texts() -> None:
    with pytest.raises(UsageError):
        opened(xlsx(TITLES + row(2, ZOE)), "utf-8")
