"""What separates the cells, told from the first lines."""

import pytest

from mailer.people.dialect import declared
from tests.people.files import LUC, ZOE, read

ROWS = [["email", "prenom", "nom"], [ZOE, "Zoé", "Lefèvre"], [LUC, "Luc", "Petit"]]


def written(mark: str) -> str:
    """The same rows, with this mark between the cells."""
    return "".join(mark.join(row) + "\n" for row in ROWS)


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_each_mark_is_known(mark: str) -> None:
    found = read(written(mark))
    assert found.report.delimiter == mark
    assert found.people[0].fields == {"first_name": "Zoé", "last_name": "Lefèvre"}


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("first", ["sep={}", "SEP={}", '"sep={}"', "sep ={}"])
def test_a_declared_mark_is_obeyed_and_is_no_row(mark: str, first: str) -> None:
    found = read("\ufeff" + first.format(mark) + "\r\n" + written(mark))
    assert (found.report.delimiter, found.report.header_line, found.people[0].line) == (mark, 2, 3)
    assert found.notes == []


def test_a_declared_mark_wins() -> None:
    found = read(f"sep=,\nemail,note\n{ZOE},a;b;c;d\n")
    assert found.people[0].fields == {"note": "a;b;c;d"}


@pytest.mark.parametrize("line", ["sep=", "sep=x", "sep=;;", "sep;", "email;sep=;", "september=;"])
def test_what_declares_nothing(line: str) -> None:
    assert declared(line) == ""


def test_marks_inside_quotes_do_not_count() -> None:
    text = f'email;ville\n{ZOE};"Lyon, Rhône, Alpes | x"\n{LUC};"Metz, Moselle, Est | x"\n'
    found = read(text)
    assert found.report.delimiter == ";"
    assert found.people[0].fields["ville"] == "Lyon, Rhône, Alpes | x"


def test_more_commas_than_semicolons_in_the_texts() -> None:
    found = read(f"email;note\n{ZOE};a, b, c, d\n{LUC};e, f, g, h\n")
    assert (found.report.delimiter, found.people[0].fields) == (";", {"note": "a, b, c, d"})


def test_one_column_alone() -> None:
    assert read(f"email\n{ZOE}\n{LUC}\n").emails == [ZOE, LUC]
    assert read(f"{ZOE}\n{LUC}\n").emails == [ZOE, LUC]
