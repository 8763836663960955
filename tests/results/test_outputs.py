"""The same figures wherever they are written: JSON, CSV, OpenDocument, the page, the terminal."""

import csv
import random
import re
from html import unescape
from io import StringIO

import pytest

from mailer.ballots.answering import read_answers
from mailer.cli.files import as_csv
from mailer.people import write_ods
from mailer.results.figures import Results, results_of
from mailer.results.page import page
from mailer.results.publishing import publish
from mailer.results.rows import COLUMNS, as_json, as_rows
from mailer.results.terminal import lines
from tests.ballots.questionnaires import ALL, MATRIX, NUMBER, RANK, YES_NO, questionnaire
from tests.people.sheets.test_writing import cells

HOSTILE = '=HYPERLINK("http://x";"<b>")'
ASKED = questionnaire(
    'crosstabs = [["avis", "sur-site"]]\n'
    + ALL.replace('"sans avis"', "'" + HOSTILE + "'")
    + YES_NO
    + NUMBER
    + RANK
    + MATRIX
)


def answered(seed: int, people: int) -> Results:
    """What so many people gave who answered at random; some cells are covered, others are not."""
    dice = random.Random(seed)
    tallies: dict[tuple[str, str], int] = {}
    for _ in range(people):
        form = [("avis", dice.choice("112223"[: dice.choice([3, 6])])), ("charge", dice.choice("0257"))]
        form += [("motifs", one) for one in dice.sample("123", dice.randint(0, 2))]
        form += [("sur-site", dice.choice(["yes", "no"])), ("age", str(dice.randint(0, 60)))]
        form += [("ordre.1", "1"), ("lieux.1", dice.choice("123")), ("lieux.2", dice.choice("12"))]
        filled = read_answers(ASKED, form)
        assert not filled.faults
        for row in filled.rows:
            tallies[row] = tallies.get(row, 0) + 1
    return results_of(ASKED, publish(ASKED, tallies, people, {}, None), "en")


@pytest.fixture(params=[(1, 60), (2, 200), (3, 23)], ids=str)
def results(request: pytest.FixtureRequest) -> Results:
    return answered(*request.param)


def figures(results: Results) -> list[tuple[str, str, int | None, int]]:
    """Of the questions, as JSON has them: question, answer, people, least."""
    return [
        (question["id"], answer["label"], answer["people"], answer["least"])
        for question in as_json(results)["questions"]
        for table in question["tables"]
        for answer in table["answers"]
    ]


def test_some_are_covered_and_some_are_shown(results: Results) -> None:
    counts = [count for _, _, count, _ in figures(results)]
    assert None in counts
    assert sum(count is not None for count in counts) > 20


def test_a_spreadsheet_has_those_of_json(results: Results) -> None:
    content = as_csv(COLUMNS, as_rows(results)).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(content, newline=""), delimiter=";"))
    found = [row for row in rows if "×" not in row["question"]]
    assert [(row["question"], row["people"]) for row in found] == [
        (name, "" if count is None else str(count)) for name, _, count, _ in figures(results)
    ]
    assert [row["least"] for row in found] == [
        str(least) if count is None else "" for _, _, count, least in figures(results)
    ]
    crossed = [row["people"] for row in rows if "×" in row["question"]]
    assert crossed == [
        "" if cell is None else str(cell)
        for grid in as_json(results)["crossings"]
        for row in grid["cells"]
        for cell in row
    ]
    guarded = [row["answer"] for row in rows if "HYPERLINK" in row["answer"]]
    assert guarded
    assert all(label.startswith("'=") for label in guarded)


def test_an_opendocument_table_has_those_of_csv(results: Results) -> None:
    rows = list(as_rows(results))
    table = cells(write_ods("r", COLUMNS, rows, numbers=True))
    assert [[text for _, text in row] for row in table] == [list(COLUMNS), *rows]
    assert {kind for row in table for kind, text in row if "HYPERLINK" in text} == {"string"}


def test_the_page_has_those_of_json(results: Results) -> None:
    html = page(results, "CGT", "en", "")
    shown = re.findall(r"<tr><th scope=\"row\">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>", html)
    plain = [(unescape(label), people) for label, people, _ in shown if not people.isspace()]
    said = [
        (
            label,
            f"at least {least}" if count is None and least else "covered" if count is None else str(count),
        )
        for _, label, count, least in figures(results)
    ]
    assert plain[: len(said)] == said
    assert HOSTILE not in html


def test_the_terminal_has_those_of_json(results: Results) -> None:
    told = "\n".join(lines(results, "en", "#"))
    shown = re.findall(r"\((\d+|at least \d+)\)$|  (covered)$", told, re.MULTILINE)
    assert [one or other for one, other in shown] == [
        f"at least {least}" if count is None and least else "covered" if count is None else str(count)
        for _, _, count, least in figures(results)
    ]


TWO_CONDITIONS = questionnaire(
    ALL
    + YES_NO
    + """
[[question]]
id = "deux"
kind = "single"
text = "De qui ?"
options = ["a", "b"]
if = { avis = "améliorer", sur-site = "yes" }
[[question]]
id = "une"
kind = "single"
text = "De qui ?"
options = ["a", "b"]
if = { sur-site = "yes" }
"""
)


def test_where_nothing_tells_how_many_were_asked_it_is_said() -> None:
    """Rows that nothing joins do not tell who answered both so: who was not asked is not called silent."""
    tallies = {("avis", "améliorer"): 30, ("sur-site", "yes"): 40, ("sur-site", "no"): 10, ("une", "a"): 20}
    tallies |= {("deux", "a"): 10, ("deux", "b"): 12}
    found = results_of(TWO_CONDITIONS, publish(TWO_CONDITIONS, tallies, 60, {}, None), "en")
    last = {one.id: one.panels[0] for one in found.questions}
    assert (last["deux"].figures[-1].label, last["deux"].base) == ("no answer, or not asked", 60)
    assert (last["une"].figures[-1].label, last["une"].base) == ("no answer", 40)
    html = page(found, "CGT", "en", "")
    assert html.count("do not tell how many: shares are of everybody.") == 1
    assert html.count("Only some were asked: see the questionnaire.") == 1
    assert as_json(found)["questions"][-2]["tables"][0]["answers"][-1]["label"] == "no answer, or not asked"
