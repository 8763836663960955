"""From text to rows: lines counted, quotes that break, lines too long; what follows is read all the same."""

import csv
import time
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.people.rows import lines, rows
from tests.people.files import LUC, ZOE, read


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_ends_of_every_system(end: str) -> None:
    found = read(end.join(["email;nom", f"{ZOE};Lefèvre", "", f"{LUC};Petit"]))
    assert [(one.email, one.line) for one in found.people] == [(ZOE, 2), (LUC, 4)]


@given(st.text(alphabet='a\n\r;é"', max_size=40), st.integers(1, 5))
def test_lines_do_not_depend_on_where_blocks_end(text: str, size: int) -> None:
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(lines(blocks)) == list(StringIO(text, newline=""))


@given(st.lists(st.lists(st.text(alphabet="a;\n\r\"' é", max_size=6), min_size=2, max_size=4), max_size=6))
def test_what_is_well_written_is_read_back(table: list[list[str]]) -> None:
    page = StringIO(newline="")
    csv.writer(page, delimiter=";", quoting=csv.QUOTE_ALL).writerows(table)
    found = [row for _, row in rows(lines([page.getvalue()]), ";", "x.csv")]
    assert found == table


@given(st.text(alphabet='a;\n"', max_size=60))
def test_no_line_is_lost_and_none_is_read_twice(text: str) -> None:
    """Whatever the quotes, the rows begin in order, on the lines of the text."""
    source = list(lines([text]))
    starts = [line for line, _ in rows(iter(source), ";", "x.csv")]
    assert starts == sorted(set(starts))
    assert all(1 <= line <= len(source) for line in starts)
    if source:
        assert starts[0] == 1


def test_a_cell_on_several_lines() -> None:
    found = read(f'email;note\n{ZOE};"un\ndeux\r\ntrois"\n{LUC};x\n')
    assert found.people[0].fields["note"] == "un\ndeux\ntrois"
    assert [one.line for one in found.people] == [2, 5]


def test_a_name_on_several_lines_is_put_on_one() -> None:
    assert read(f'email;nom\n{ZOE};"Le\nGall"\n').people[0].fields == {"last_name": "Le Gall"}


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (f'{ZOE};"Zoé;Lyon', 2, "opens on line 2 and is never closed"),
        (f'"{ZOE};Zoé;Lyon', 1, "opens on line 2 and is never closed"),
        (f'{ZOE};"Zoé" Lou;Lyon', 2, "a quote stands inside a cell"),
        (f'{ZOE};Zoé; "Lyon"x', 3, "a quote stands inside a cell"),
    ],
)
def test_a_quote_that_breaks_costs_its_line(row: str, column: int, words: str) -> None:
    found = read(f"email;prénom;ville\n{row}\n{LUC};Luc;Metz\nmax@example.org;Max;Nice\n")
    assert found.faults == [("row-quote", 2, column)]
    assert words in found.refused[0].finding.say("en")
    assert found.emails == [LUC, "max@example.org"]
    assert [one.line for one in found.people] == [3, 4]


def test_the_line_where_the_faulty_quote_opens_is_told() -> None:
    found = read(f'email;note;ville\n{ZOE};"un\ndeux";"Lyon\n{LUC};x;Metz\n')
    assert found.faults == [("row-quote", 3, 3)]
    assert found.refused[0].line == 2
    assert found.emails == [LUC]


def test_an_open_quote_far_from_the_end_costs_its_line() -> None:
    """Not the 65,536 characters that are read before giving up."""
    people = "".join(f"a{number}@example.org;{'x' * 50}\n" for number in range(5_000))
    found = read(f'email;note\n{ZOE};"x\n{people}')
    assert found.faults == [("row-quote", 2, 2)]
    assert len(found.people) == 5_000
    assert found.people[-1].line == 5_002


def test_many_quotes_that_break_cost_their_lines() -> None:
    bad = f'{ZOE};"x\n' * 3_000
    found = read(f"email;note\n{bad}{LUC};y\n")
    assert found.report.counts == {"row-quote": 3_000}
    assert found.emails == [LUC]
    assert len(found.report.problems) == 20


def test_two_open_quotes_far_apart_are_told_by_the_cell_they_make() -> None:
    people = "".join(f"a{number}@example.org;x\n" for number in range(100))
    found = read(f'email;note\n{ZOE};"x\n{people}{LUC};"\nmax@example.org;y\n')
    assert found.faults == [("row-too-long", 2, 2)]
    assert "look whether the quote" in found.refused[0].finding.say("en")
    assert found.emails == ["max@example.org"]


@pytest.mark.parametrize("size", [200_000, 1_000_000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_too_long_a_line_is_refused_and_not_kept(size: int, end: str) -> None:
    found = read(end.join(["email;nom", f'{ZOE};"{"x" * size}', f"{LUC};Petit"]) + end)
    assert found.faults == [("row-too-long", 2, 1)]
    assert found.emails == [LUC]
    assert found.people[0].line == 3
    assert sum(map(len, found.refused[0].cells)) < 300


def test_a_line_too_long_is_the_last_one() -> None:
    assert read(f"email\n{ZOE}\n" + "x" * 1_000_000).faults == [("row-too-long", 3, 1)]


def test_a_million_cells_on_a_line() -> None:
    found = read(f"email;nom\n{';' * 1_000_000}\n{ZOE};x;{';' * 100_000}\n{LUC};y{';z' * 60_000}\n")
    assert found.faults == [("row-too-long", 2, 1), ("row-cells", 4, 3)]
    assert found.emails == [ZOE]


@pytest.mark.parametrize("line", ['b";"', 'a;"b', 'a;"""b', '"', 'a;""b', 'a;""', '"";"', ' "', 'b"', '"""'])
def test_a_file_made_of_quotes_is_read_in_time(line: str) -> None:
    start = time.process_time()
    found = read(f"email;note\n{ZOE};x\n" + f"{line}\n" * 60_000 + f'{LUC};y\n"')
    assert found.people[0].email == ZOE
    assert time.process_time() - start < 10


def test_a_row_over_65_536_characters_is_told_by_the_quote_left_open_there() -> None:
    cells = ";".join(['"x\n' + "y" * 900 + '"'] * 80)
    found = read(f"email;note\n{ZOE};{cells}\n{LUC};y\n")
    assert found.report.counts["row-quote"] == 1
    assert found.emails == [LUC]
