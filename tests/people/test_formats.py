"""Lists written out in each kind of file: what is written is read back, and no program runs any of it."""

import json
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings

from mailer.cli.subscribers import showing
from mailer.people import FORMATS, SUFFIXES, written
from mailer.people.writing_cards import write_cards
from tests.people.files import LUC, ZOE, read
from tests.people.test_exporting import PEOPLE

COLUMNS = ["first_name", "last_name", "language", "ville", "note"]
IN_CARDS = {"first_name", "last_name", "language"}


def made(kind: str, people: dict[str, dict[str, str]], *columns: str) -> bytes:
    return b"".join(written(kind, "members", people.items(), columns or COLUMNS))


@given(PEOPLE)
@settings(max_examples=40)
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_is_read_back_unchanged(kind: str, people: dict[str, dict[str, str]]) -> None:
    found = read(made(kind, people))
    assert [(one.email, one.fields) for one in found.people] == list(people.items())
    assert (found.refused, found.notes, found.report.kind) == ([], [], kind)


@given(PEOPLE.filter(bool))
@settings(max_examples=40)
def test_cards_are_read_back_unchanged(people: dict[str, dict[str, str]]) -> None:
    found = read(made("vcard", people))
    assert [(one.email, one.fields) for one in found.people] == [
        (email, {name: value for name, value in fields.items() if name in IN_CARDS})
        for email, fields in people.items()
    ]
    assert found.refused == []


def test_what_spreadsheets_lose_is_kept() -> None:
    people = {
        ZOE: {"first_name": "a  b", "note": "01200\n=1+1\n_x0041_ _x005F_"},
        LUC: {"note": "1e5", "ville": "-3"},
    }
    for kind in ("csv", "xlsx", "ods"):
        assert {one.email: one.fields for one in read(made(kind, people)).people} == people


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_formulas_are_words(kind: str) -> None:
    content = made(kind, {ZOE: {"first_name": "=cmd|' /C calc'!A0"}})
    if kind != "csv":
        with zipfile.ZipFile(BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"<f>" not in content
        assert b"formula" not in content
    assert b"'=cmd" in content


def test_json_holds_what_is_filled() -> None:
    assert json.loads(made("json", {ZOE: {"email": ZOE, "first_name": "", "note": "=1"}, LUC: {}})) == [
        {"email": ZOE, "note": "=1"},
        {"email": LUC},
    ]
    assert json.loads(made("json", {})) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_list_is_the_same_file(kind: str) -> None:
    people = {ZOE: {"first_name": "Zoé"}}
    assert made(kind, people) == made(kind, people)


def test_the_command_knows_each_kind() -> None:
    assert showing.FORMATS == FORMATS
    assert set(SUFFIXES.values()) == set(FORMATS)


def test_nobody_at_all() -> None:
    assert made("vcard", {}) == b""
    for kind in ("xlsx", "ods"):
        assert made(kind, {}).startswith(b"PK")


def test_a_name_of_a_sheet_that_excel_would_refuse() -> None:
    content = b"".join(written("xlsx", "a/b:c?*[d]\\" + "x" * 60, [(ZOE, {})], []))
    assert read(content).report.sheet == "a-b-c---d--" + "x" * 20


def test_cards_have_short_lines() -> None:
    text = "".join(write_cards([(ZOE, {"last_name": "é" * 200, "first_name": "a;b,c\\d"})]))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert read(text).people[0].fields == {"last_name": "é" * 200, "first_name": "a;b,c\\d"}


def test_columns_beyond_z() -> None:
    columns = [f"f{number}" for number in range(450)]
    people = {ZOE: dict.fromkeys(columns, "x")}
    assert read(made("xlsx", people, *columns)).people[0].fields == people[ZOE]
