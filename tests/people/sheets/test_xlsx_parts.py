"""The parts of an XLSX workbook: what each names, and where that stands; nothing outside the archive."""

from io import BytesIO

import pytest

from mailer.people.sheets.archive import Archive
from mailer.people.sheets.xlsx_parts import Relation, relations
from tests.people.sheets.workbooks import relations as written
from tests.people.sheets.workbooks import row, xlsx, zipped


def test_what_a_workbook_names() -> None:
    archive = Archive(BytesIO(xlsx(row(1, "email"), row(1, "nom"))), "x.xlsx")
    [book] = relations(archive, "") or []
    assert (book.kind, book.part) == ("officeDocument", "xl/workbook.xml")
    assert [(one.name, one.kind, one.part) for one in relations(archive, book.part) or []] == [
        ("rId1", "worksheet", "xl/worksheets/sheet1.xml"),
        ("rId2", "worksheet", "xl/worksheets/sheet2.xml"),
        ("rIdS", "styles", "xl/styles.xml"),
        ("rIdT", "sharedStrings", "xl/sharedStrings.xml"),
    ]


def test_a_part_without_a_list_names_nothing_and_an_empty_list_is_one() -> None:
    archive = Archive(BytesIO(zipped({"xl/_rels/b.xml.rels": written()})), "x.xlsx")
    assert relations(archive, "xl/b.xml") == []
    assert relations(archive, "xl/c.xml") is None


@pytest.mark.parametrize(
    ("target", "part"),
    [
        ("sheet1.xml", "xl/sheet1.xml"),
        ("/xl/sheet1.xml", "xl/sheet1.xml"),
        ("../docProps/app.xml", "docProps/app.xml"),
        ("./a/../sheet1.xml", "xl/sheet1.xml"),
        ("../../etc/passwd", "../etc/passwd"),  # a name that no archive's part is read by
        ("/../etc/passwd", "etc/passwd"),
    ],
)
def test_where_a_target_stands(target: str, part: str) -> None:
    assert Relation(name="rId1", kind="worksheet", target=target, folder="xl").part == part
