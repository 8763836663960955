"""ODS: cells as a person sees them, repeated ones, and what is in no cell."""

import pytest

from tests.people.files import LUC, ZOE, read, unreadable
from tests.people.sheets.workbooks import ods, ods_row, text_cell, value_cell

TITLES = ods_row("Courriel", "Prénom", "Nom")
LINK = '<table:table-cell><text:p><text:a xlink:href="{}">{}</text:a></text:p></table:table-cell>'


def test_a_document_is_read_like_a_csv() -> None:
    gap = ods_row("<table:table-cell/>", attributes=' table:number-rows-repeated="6"')
    end = ods_row("<table:table-cell/>", attributes=' table:number-rows-repeated="1048566"')
    found = read(ods(TITLES + ods_row(ZOE, "Zoé", "Lefèvre") + ods_row("nope") + gap + ods_row(LUC) + end))
    assert [(one.email, one.line) for one in found.people] == [(ZOE, 2), (LUC, 10)]
    assert found.people[0].fields == {"first_name": "Zoé", "last_name": "Lefèvre"}
    assert found.faults == [("row-address", 3, 1)]
    assert (found.report.kind, found.report.sheet) == ("ods", "Feuille1")


def test_numbers_are_as_they_are_shown_and_dates_as_they_are() -> None:
    titles = ods_row("email", "cp", "ville", "montant", "depuis", "heure", "membre")
    cells = (
        value_cell("float", "01200", value="1200"),
        value_cell("float", "75001", value="75001"),
        value_cell("currency", "1 200,50 €", value="1200.5"),
        value_cell("date", "1 mars 2026", date_value="2026-03-01"),
        value_cell("date", "01/03/26 12:00", date_value="2026-03-01T12:00:00"),
        value_cell("boolean", "VRAI", boolean_value="true"),
    )
    assert read(ods(titles + ods_row(ZOE, *cells))).people[0].fields == {
        "cp": "01200",
        "ville": "75001",
        "montant": "1200.5",
        "depuis": "2026-03-01",
        "heure": "2026-03-01 12:00:00",
        "membre": "VRAI",
    }


def test_repeated_and_covered_cells_keep_their_places() -> None:
    titles = ods_row("email", "a", "b", "c", "d")
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    covered = "<table:covered-table-cell/>"
    twice = text_cell("x", ' table:number-columns-repeated="2"')
    rows = titles + ods_row(ZOE, empty, twice) + ods_row(LUC, "m", covered, "n")
    assert [one.fields for one in read(ods(rows)).people] == [{"c": "x", "d": "x"}, {"a": "m", "c": "n"}]


def test_spaces_lines_and_notes() -> None:
    note = "<office:annotation><text:p>absent@example.org</text:p></office:annotation>"
    drawn = "<draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame>"
    words = "<text:p>Zo<text:span>é</text:span><text:s text:c='2'/>A</text:p>"
    name = f"<table:table-cell>{note}{words}{drawn}</table:table-cell>"
    found = read(ods(TITLES + ods_row(ZOE, name)))
    assert found.people[0].fields == {"first_name": "Zoé  A"}


def test_an_address_behind_a_word_is_read_and_told() -> None:
    rows = ods_row("Nom", "Courriel") + ods_row("Lefèvre", LINK.format(f"mailto:{ZOE}", "écrire"))
    rows += ods_row(LINK.format("mailto:b@example.org", "Petit"), LUC)
    found = read(ods(rows))
    assert found.emails == [ZOE, LUC]
    assert [(one.code, one.place.line, one.place.column) for one in found.report.problems] == [
        ("cell-link", 2, 2)
    ]
    assert found.people[1].fields == {"last_name": "Petit"}


def test_a_formula_that_failed_leaves_its_cell_empty() -> None:
    fault = text_cell("#N/A", ' table:formula="of:=X"')
    found = read(ods(TITLES + ods_row(ZOE, fault, "#N/A")))
    assert found.people[0].fields == {"last_name": "#N/A"}  # words that somebody typed are theirs
    assert [one.code for one in found.report.problems] == ["cell-fault"]


def test_rows_that_a_filter_hides_are_told_once() -> None:
    rows = TITLES + ods_row(ZOE) + ods_row(LUC, attributes=' table:visibility="filter"')
    found = read(ods(rows))
    assert found.emails == [ZOE, LUC]
    assert [(one.code, one.place.line) for one in found.report.problems] == [("sheet-hidden-row", 3)]


def test_a_row_repeated_is_somebody_twice() -> None:
    found = read(ods(TITLES + ods_row(ZOE, attributes=' table:number-rows-repeated="1000"')))
    assert (found.emails, found.report.duplicates) == ([ZOE], 999)


def test_a_row_repeated_beyond_the_sheet_is_damage() -> None:
    rows = TITLES + ods_row(ZOE, attributes=' table:number-rows-repeated="99999999"')
    assert [one.code for one in unreadable(ods(rows))] == ["sheet-damaged"]


@pytest.mark.parametrize("times", ["1000000", "99999999", "-1", "x", "١"])
def test_a_cell_repeated_a_million_times_refuses_its_row(times: str) -> None:
    rows = TITLES + ods_row(ZOE) + ods_row(LUC, text_cell("x", f' table:number-columns-repeated="{times}"'))
    found = read(ods(rows))
    expected = ["row-cells"] if times.isascii() and times.isdecimal() else []
    assert [code for code, *_ in found.faults] == expected


def test_a_cell_without_end_is_refused() -> None:
    found = read(ods(TITLES + ods_row(ZOE, "x" * 2_000_000) + ods_row(LUC)))
    assert (found.emails, [code for code, *_ in found.faults]) == ([LUC], ["row-too-long"])
