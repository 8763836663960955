"""Cells: what copying and spreadsheets add goes, formulas are made harmless and come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.people import clean, guard, unguard
from mailer.people.cells import FORBIDDEN, FORMULA_MARKS, is_plain, language, value_of


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("  Zoé ", "Zoé"),
        ("Zoe\u0301", "Zoé"),
        ("Le\u00a0Gall", "Le Gall"),
        ("Le\u202fGall", "Le Gall"),
        ("\ufeffZoé\u200b", "Zoé"),
        ("Mar\u00adtin", "Martin"),
        ("\u202eeoZ", "eoZ"),
        ("\u2066Zoé\u2069", "Zoé"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\tb", "a b"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("=1+1", "=1+1"),
        ("", ""),
    ],
)
def test_a_value_has_nothing_invisible(cell: str, value: str) -> None:
    assert clean(cell) == value


@pytest.mark.parametrize("mark", FORMULA_MARKS)
def test_what_begins_like_a_formula_is_guarded(mark: str) -> None:
    cell = mark + "HYPERLINK(1)"
    assert guard(cell) == "'" + cell
    assert guard("'" + cell) == "''" + cell
    assert unguard(guard("'" + cell)) == "'" + cell


@pytest.mark.parametrize("cell", ["Zoé", "'t Hooft", "O'Connor", "a=b", "''", "", "1-2"])
def test_other_texts_are_left_alone(cell: str) -> None:
    assert guard(cell) == cell
    assert unguard(cell) == cell


def test_spaces_around_a_guard_do_not_hide_it() -> None:
    assert value_of("  ' =1") == "' =1"
    assert value_of(" '=1 ") == "=1"


@given(st.text())
def test_a_guard_is_taken_away_whatever_the_text(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in [*FORMULA_MARKS]


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.lists(st.text(max_size=5), max_size=5))
def test_the_cells_of_a_plain_row_need_no_look(row: list[str]) -> None:
    """What lets nearly all rows through fast gives what the long way gives."""
    if is_plain("".join(row)):
        assert FORBIDDEN.search("".join(row)) is None
        assert [cell.strip(" ") for cell in row] == [clean(cell) for cell in row]


@pytest.mark.parametrize(
    ("cell", "known"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-FR", "fr"),
        ("fr_CA", "fr"),
        ("Français", "fr"),
        ("francaise", "fr"),
        ("French (France)", "fr"),
        (" English", "en"),
        ("anglais", "en"),
        ("eng", "en"),
        ("de", ""),
        ("klingon", ""),
        ("", ""),
        ("fr,en", ""),
    ],
)
def test_usual_names_of_languages(cell: str, known: str) -> None:
    assert language(cell) == known
