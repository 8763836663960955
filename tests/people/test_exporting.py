"""Files for others: what a spreadsheet opens, what reading gives back unchanged."""

import csv
from collections.abc import Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.people import clean, write_people, write_refused
from mailer.people.cells import FORBIDDEN
from tests.people.files import LUC, ZOE, read


def exported(people: list[tuple[str, dict[str, str]]], *columns: str) -> str:
    """The whole file."""
    return "".join(write_people(people, columns))


def mended(content: str, before: str = "", after: str = "") -> str:
    """The lines of a file to mend, one correction made."""
    found = read(content)
    return "".join(write_refused(found.titles, found.refused, "en")).replace(before or "\0", after)


def test_the_form_french_spreadsheets_open() -> None:
    text = exported([(ZOE, {"first_name": "Zoé", "ville": "Lyon; Rhône"}), (LUC, {})], "first_name", "ville")
    assert text == (
        '\ufeffemail;first_name;ville\r\nzoe@example.org;Zoé;"Lyon; Rhône"\r\nluc@example.org;;\r\n'
    )


def test_the_address_comes_first_and_once() -> None:
    assert exported([(ZOE, {"nom": "x"})], "nom", "email") == f"\ufeffemail;nom\r\n{ZOE};x\r\n"
    assert exported([]) == "\ufeffemail\r\n"


@pytest.mark.parametrize("mark", [*"=+-@＝＋－＠\t\r\n"])
def test_no_cell_begins_like_a_formula(mark: str) -> None:
    text = exported([("+zoe@example.org", {"nom": mark + "1"})], "nom")
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert rows == [["email", "nom"], ["'+zoe@example.org", "'" + mark + "1"]]


def test_people_are_written_as_they_come() -> None:
    """Nobody waits for the last of a million."""
    asked = 0

    def people() -> Iterator[tuple[str, dict[str, str]]]:
        nonlocal asked
        for asked in range(1, 100_000):
            yield f"a{asked}@example.org", {}

    pieces = write_people(people(), ["nom"])
    next(pieces)
    next(pieces)
    assert asked <= 1_000


_local = st.from_regex(r"[a-z0-9+=_][a-z0-9_.+=-]{0,20}[a-z0-9]", fullmatch=True).filter(
    lambda local: ".." not in local and "=?" not in local
)
_value = st.text(max_size=30) | st.text(alphabet="'=+-@\t ;\"\n\ré＝", max_size=12)
_kept = _value.map(clean).filter(lambda value: not FORBIDDEN.search(value))
_name = _kept.map(lambda value: clean(value.replace("\n", " ")))
_fields = st.fixed_dictionaries(
    {},
    optional={
        "first_name": _name,
        "last_name": _name,
        "language": st.sampled_from(["fr", "en"]),
        "ville": _kept,
        "note": _kept | st.sampled_from(["=" + "x" * 999, "'" * 10, "x" * 1_000]),
    },
).map(lambda fields: {name: value for name, value in fields.items() if value})
PEOPLE = st.dictionaries(_local.map(lambda local: f"{local}@example.org"), _fields, max_size=8)


@given(PEOPLE)
def test_what_is_exported_is_read_back_unchanged(people: dict[str, dict[str, str]]) -> None:
    columns = ["first_name", "last_name", "language", "ville", "note"]
    text = exported(list(people.items()), *columns)
    found = read(text)
    assert [(one.email, one.fields) for one in found.people] == list(people.items())
    assert found.refused == []
    assert found.notes == []
    again = exported([(one.email, dict(one.fields)) for one in found.people], *columns)
    assert again == text


def test_lines_to_mend_say_where_and_why() -> None:
    text = mended(f"email;nom\n{ZOE};Lefèvre\nluc@example,org;Petit\nmax@example.org;Max;=1+1\n")
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert rows[0] == ["line", "reason", "email", "nom"]
    assert [row[0] for row in rows[1:]] == ["3", "4"]
    assert "luc@example.org" in rows[1][1]
    assert rows[1][2:] == ["luc@example,org", "Petit"]
    assert rows[2][2:] == ["max@example.org", "Max", "'=1+1"]


def test_they_are_said_in_the_reader_s_language() -> None:
    found = read("email\nzoe\nana@example.org\n")
    texts = {
        language: "".join(write_refused(found.titles, found.refused, language)) for language in ("fr", "en")
    }
    assert texts["fr"] != texts["en"]


def test_once_mended_they_are_imported_as_they_are() -> None:
    text = mended(f"email;nom\n{LUC};x\nzoe@example,org;Lefèvre\n", "zoe@example,org;", f"{ZOE};")
    found = read(text)
    assert [(one.email, one.fields) for one in found.people] == [(ZOE, {"last_name": "Lefèvre"})]


def test_without_titles_too() -> None:
    text = mended(f"Luc;{LUC}\nZoé;zoe@example,org\n", "zoe@example,org\r", f"{ZOE}\r")
    assert read(text).emails == [ZOE]


@pytest.mark.parametrize(
    "row",
    [
        "zoe@example,org;x",
        f"{ZOE};Zo\0é",
        f"{ZOE};\x1b[31m",
        f"{ZOE};{'x' * 2_000}",
        f"{ZOE};{'x' * 1_000_000}",
        f"{'x' * 1_000_000};",
        f"{ZOE};a;b",
        f"{ZOE};Zo\ufffd",
        '"=1+1";\x1b',
    ],
)
def test_unmended_they_are_refused_again(row: str) -> None:
    """Above all a line that was cut: half a cell is nobody's."""
    text = mended(f"email;nom\n{LUC};y\n{row}\n")
    found = read(text)
    assert (found.people, len(found.refused)) == ([], 1)
    again = "".join(write_refused(found.titles, found.refused, "en"))
    assert read(again).people == []


def test_lines_to_mend_run_no_formula_and_hold_no_control() -> None:
    text = mended(f"email;'=nom\n{LUC};x\n=1+1;\x1b]0;x\x07\n@SUM(1);y\n")
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-"))]
    assert all(cell.isprintable() for cell in cells)
