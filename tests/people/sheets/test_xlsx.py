"""XLSX: cells as a person sees them, and where they stand."""

import pytest

from tests.people.files import LUC, ZOE, read, unreadable
from tests.people.sheets.workbooks import cell, relations, row, xlsx

TITLES = row(1, "Courriel", "Prénom", "Nom")


def test_a_workbook_is_read_like_a_csv() -> None:
    found = read(
        xlsx(TITLES + row(2, ZOE, "Zoé", "Lefèvre") + row(3, ZOE) + row(4, "nope", "A") + row(9, LUC))
    )
    assert [(one.email, one.line, one.fields) for one in found.people] == [
        (ZOE, 2, {"first_name": "Zoé", "last_name": "Lefèvre"}),
        (LUC, 9, {}),
    ]
    assert found.faults == [("row-address", 4, 1)]
    assert found.titles == ("Courriel", "Prénom", "Nom")
    report = found.report
    assert (report.kind, report.sheet, report.encoding, report.duplicates) == ("xlsx", "Feuil1", "", 1)
    assert report.accented == ("Zoé Lefèvre",)


def test_titles_below_a_heading_are_found() -> None:
    found = read(xlsx(row(2, "Adhérents 2026") + row(5, "Nom", "Courriel") + row(7, "Lefèvre", ZOE)))
    assert (found.emails, found.report.header_line, found.people[0].line) == ([ZOE], 5, 7)
    assert "csv-header" in found.notes


def test_shared_texts_with_runs_and_their_pronunciation() -> None:
    texts = [f"<t>{ZOE}</t>", "<r><t>Zo</t></r><r><t>é</t></r><rPh><t>ゾエ</t></rPh>", "<t>N_x0027_Diaye</t>"]
    cells = "".join(f'<c r="{c}2" t="s"><v>{n}</v></c>' for n, c in enumerate("ABC"))
    found = read(xlsx(TITLES + row(2, more=cells), texts=texts))
    assert found.people[0].fields == {"first_name": "Zoé", "last_name": "N'Diaye"}


def test_numbers_keep_the_zeros_that_their_format_shows() -> None:
    titles = row(1, "email", "a", "b", "c", "d", "e")
    more = cell("B2", 1200, 1) + cell("C2", 75001.0) + cell("D2", 1.5) + cell("E2", 6, 2) + cell("F2", -3, 1)
    found = read(xlsx(titles + row(2, ZOE, more=more), formats=["00000", '[$-40C]"F-"000']))
    assert found.people[0].fields == {"a": "01200", "b": "75001", "c": "1.5", "d": "006", "e": "-3"}


@pytest.mark.parametrize(
    ("number", "style", "text"),
    [
        (46082, 3, "2026-03-01"),  # Excel's own format 14
        (46082.5, 1, "2026-03-01 12:00"),
        (0.5, 1, "12:00"),
        (46082, 2, "46082"),  # a word in quotes is no date
        (-1, 3, "-1.0"),
        (99999999, 3, "99999999.0"),
    ],
)
def test_dates_are_dates(number: float, style: int, text: str) -> None:
    titles = row(1, "email", "depuis")
    found = read(
        xlsx(titles + row(2, ZOE, more=cell("B2", number, style)), formats=["dd/mm/yyyy\\ hh:mm", '0" days"'])
    )
    assert found.people[0].fields == {"depuis": text}


def test_dates_of_old_macs() -> None:
    sheets = '<sheets><sheet name="A" r:id="rId1"/></sheets>'
    book = f'<workbook xmlns:r="x"><workbookPr date1904="1"/>{sheets}</workbook>'
    rows = row(1, "email", "depuis") + row(2, ZOE, more=cell("B2", 44620, 1))
    found = read(xlsx(rows, parts={"xl/workbook.xml": book}))
    assert found.people[0].fields == {"depuis": "2026-03-01"}


def test_an_address_behind_a_word_is_read_and_told() -> None:
    rows = row(1, "Nom", "Courriel") + row(2, "Lefèvre", "écrire") + row(3, "Petit", LUC)
    links = [("B2", "mailto:zoe%40example.org?subject=x"), ("A3", "mailto:other@example.org")]
    found = read(xlsx(rows, links=links))
    assert found.emails == [ZOE, LUC]
    assert [(one.code, one.place.line, one.place.column) for one in found.report.problems] == [
        ("cell-link", 2, 2)
    ]
    assert found.people[1].fields == {"last_name": "Petit"}


def test_a_link_far_below_many_rows() -> None:
    """What follows the rows may begin where two blocks meet."""
    for filler in range(0, 70, 7):
        rows = TITLES + row(2, "Zoé") + "".join(row(n, f"a{n}@example.org") for n in range(3, 1_200))
        content = xlsx(rows + " " * filler, links=[("A2", f"mailto:{ZOE}")])
        assert read(content).emails[0] == ZOE


def test_a_link_that_a_formula_makes() -> None:
    more = f'<c r="A2" t="str"><f>HYPERLINK("mailto:{ZOE}","Zoé")</f><v>Zoé</v></c>'
    assert read(xlsx(TITLES + row(2, more=more))).emails == [ZOE]


def test_a_link_elsewhere_is_no_address() -> None:
    rows = TITLES + row(2, "Zoé") + row(3, LUC)
    found = read(xlsx(rows, links=[("A2", "https://example.org/zoe@example.org")]))
    assert (found.emails, found.faults) == ([LUC], [("row-address", 2, 1)])


def test_a_formula_that_failed_leaves_its_cell_empty() -> None:
    more = f'{cell("A2", ZOE)}<c r="B2" t="e"><f>VLOOKUP(1)</f><v>#N/A</v></c>'
    found = read(xlsx(TITLES + row(2, more=more)))
    assert found.people[0].fields == {}
    assert [(one.code, one.place.line, one.place.column) for one in found.report.problems] == [
        ("cell-fault", 2, 2)
    ]


def test_rows_that_a_filter_hides_are_told_once() -> None:
    hidden = ' hidden="1"'
    rows = TITLES + row(2, ZOE) + row(3, LUC, attributes=hidden) + row(4, "a@example.org", attributes=hidden)
    found = read(xlsx(rows))
    assert len(found.emails) == 3
    assert [(one.code, one.place.line) for one in found.report.problems] == [("sheet-hidden-row", 3)]


def test_rows_and_cells_without_their_place() -> None:
    rows = "<row><c t='inlineStr'><is><t>email</t></is></c></row>"
    rows += f"<row><c t='inlineStr'><is><t>{ZOE}</t></is></c><c t='b'><v>1</v></c></row>"
    found = read(xlsx(rows))
    assert found.faults == [("row-cells", 2, 2)]
    rows = rows.replace("</c></row>", "</c><c t='str'><v>ok</v></c></row>", 1)
    found = read(xlsx(rows))
    assert [(one.email, one.line, one.fields) for one in found.people] == [(ZOE, 2, {"ok": "1"})]


def test_merged_cells_have_their_value_once() -> None:
    """A merged cell is its first: the others are empty, as they are in CSV."""
    rows = row(1, "email", "service") + row(2, ZOE, "Accueil") + row(3, LUC)
    found = read(xlsx(rows, tail='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'))
    assert [one.fields for one in found.people] == [{"service": "Accueil"}, {}]


def test_cells_too_many_are_refused() -> None:
    found = read(xlsx(TITLES + row(2, ZOE) + row(3, LUC, more=cell("XFD3", "x"))))
    assert (found.emails, [code for code, *_ in found.faults]) == ([ZOE], ["row-cells"])


def test_the_last_row_of_a_sheet_costs_no_memory() -> None:
    found = read(xlsx(TITLES + row(2, ZOE) + row(1_048_576, LUC)))
    assert [one.line for one in found.people] == [2, 1_048_576]


@pytest.mark.parametrize(
    "rows",
    [
        row(1_048_577, ZOE),
        row(2, ZOE) + row(2, LUC),
        row(2, more=cell("XFE2", ZOE)),
        row(2, more=cell("AAAAAAAAAA2", ZOE)),
        row(2, more=cell("2", ZOE)),
        row(2, more='<c r="A2" t="s"><v>7</v></c>'),
        row(2, more='<c r="A2" t="s"><v>-1</v></c>'),
        "<row r='1'><c>",
    ],
)
def test_what_no_spreadsheet_writes_is_damage(rows: str) -> None:
    assert [one.code for one in unreadable(xlsx(rows))] == ["sheet-damaged"]


def test_a_workbook_without_its_list_of_parts() -> None:
    assert [one.code for one in unreadable(xlsx(TITLES, parts={"xl/_rels/workbook.xml.rels": "<a/>"}))] == [
        "csv-empty"
    ]
    nowhere = relations(("rId1", "worksheet", "../../../etc/passwd"))
    assert [one.code for one in unreadable(xlsx(TITLES, parts={"xl/_rels/workbook.xml.rels": nowhere}))] == [
        "sheet-damaged"
    ]
