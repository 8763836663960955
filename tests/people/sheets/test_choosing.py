"""Which sheet is the list, and what is said of the others."""

import pytest

from tests.people.files import LUC, ZOE, read, unreadable
from tests.people.sheets.workbooks import ods, ods_row, row, xlsx

COVER = row(1, "Fichier des adhérents") + row(2, "Tenu par", "Zoé")


def test_the_first_sheet_in_sight_with_addresses() -> None:
    sheets = [row(1, "x"), COVER, row(1, "email") + row(2, ZOE), row(1, "email") + row(2, LUC)]
    found = read(xlsx(*sheets, names=["A", "Accueil", "Adhérents", "Anciens"]))
    assert (found.emails, found.report.sheet) == ([ZOE], "Adhérents")
    (note,) = found.report.notes
    assert note.code == "sheet-others"
    assert note.say("en").count("'Anciens'") == 1


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read(state: str) -> None:
    sheets = [row(1, "email") + row(2, LUC), row(1, "email") + row(2, ZOE)]
    found = read(xlsx(*sheets, names=["Sortis", "B"], states=[state, "visible"]))
    assert (found.emails, found.notes) == ([ZOE], ["sheet-hidden"])
    (fault,) = unreadable(xlsx(sheets[0], COVER, names=["Sortis", "B"], states=[state, "visible"]))
    assert fault.code == "sheet-hidden"
    assert "'Sortis'" in fault.say("en")


def test_a_hidden_table_of_opendocument_is_not_read() -> None:
    tables = [ods_row("email") + ods_row(LUC), ods_row("email") + ods_row(ZOE)]
    found = read(ods(*tables, hidden=[1]))
    assert (found.emails, found.report.sheet, found.notes) == ([ZOE], "Feuille2", ["sheet-hidden"])


def test_a_workbook_without_addresses_tells_the_titles() -> None:
    (fault,) = unreadable(xlsx("", COVER))
    assert (fault.code, fault.place.line) == ("csv-no-address", 2)
    assert "'Zoé'" in fault.say("en")


@pytest.mark.parametrize("content", [xlsx(""), ods("")])
def test_an_empty_workbook(content: bytes) -> None:
    assert [one.code for one in unreadable(content)] == ["csv-empty"]
