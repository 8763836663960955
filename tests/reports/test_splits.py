"""A text under several subjects, told: what is hidden of a link is hidden of its subjects, in every form."""

import csv
from dataclasses import replace
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from mailer.people import write_table
from mailer.reports.cells import Share
from mailer.reports.document import as_json
from mailer.reports.facts import ClickDay, CountedLink, Split, SubjectCount
from mailer.reports.figures import Report, report_of
from mailer.reports.sheet import COLUMNS, as_rows
from mailer.reports.splits import drawn, together
from mailer.reports.subjects import Verdict
from mailer.reports.tables import tables
from tests.reports.given import facts, link

A, B = "https://www.example.org/", "https://www.example.org/b"


def split(*counts: tuple[int | None, int, int]) -> Report:
    """Subjects of a text: people, clicks on a link with 35 clicks in all, clicks on one that is hidden."""
    subjects = tuple(
        SubjectCount(subject=f"Objet {at}", people=people, clicks={A: shown_link, B: hidden})
        for at, (people, shown_link, hidden) in enumerate(counts, 1)
    )
    hidden_link = replace(link(3, 9), destination=B)
    known = facts(link(1, 20, 12, 3), hidden_link)
    return report_of(replace(known, splits=(Split(edition=1, subjects=subjects),)))


def told(report: Report) -> dict[str, object]:
    (one,) = as_json(report)["subjects"]  # type: ignore[misc]
    return one  # type: ignore[no-any-return, has-type]


def test_each_subject_with_its_people_and_clicks() -> None:
    report = split((50, 24, 5), (50, 11, 4))
    assert told(report)["tried"] == [
        {"subject": "Objet 1", "people": 50, "clicks": 24},
        {"subject": "Objet 2", "people": 50, "clicks": 11},
    ]
    assert (told(report)["edition"], told(report)["verdict"], told(report)["best"]) == (
        1,
        "chance",
        "Objet 1",
    )
    (table,) = [one for one in tables(report) if one.title.msgid == "Subjects of edition {number}"]
    assert table.rows == (("Objet 1", 50, 24, Share(0.48)), ("Objet 2", 50, 11, Share(0.22)))
    assert "peut être un hasard" in table.notes[0].say("fr").replace("\u00a0", " ")
    assert [bar.label for bar in table.bars] == ["Objet 1", "Objet 2"]


def test_a_clear_lead_is_said_in_plain_words() -> None:
    report = split((500, 30, 0), (500, 5, 0), (500, 12, 0))
    assert told(report)["verdict"] == "too_few"
    clear = split((500, 25, 0), (500, 10, 0))
    assert told(clear)["verdict"] == "chance"
    assert told(split((500, 80, 0), (500, 20, 0)))["verdict"] == "clear"
    notes = [note.say("en") for table in tables(split((500, 80, 0), (500, 20, 0))) for note in table.notes]
    assert any("“Objet 1” drew more clicks, and hardly by chance" in note for note in notes)


def test_what_a_subject_drew_is_hidden_with_any_of_them_and_with_the_link() -> None:
    for report in (split((19, 24, 0), (200, 11, 0)), split((200, 26, 90), (200, 9, 90))):
        assert told(report)["verdict"] == Verdict.TOO_FEW
        clicks = [one["clicks"] for one in told(report)["tried"]]  # type: ignore[attr-defined]
        assert clicks == [None, None]
        assert (told(report)["best"], told(report)["chance"]) == (None, None)
        table = next(one for one in tables(report) if one.title.msgid == "Subjects of edition {number}")
        assert [row[2:] for row in table.rows] == [("–", "–")] * 2
        assert table.bars == ()


def test_once_only_counts_are_kept_nobody_knows() -> None:
    report = split((None, 30, 0), (None, 12, 0))
    assert told(report)["verdict"] == "forgotten"
    assert told(report)["tried"][0] == {"subject": "Objet 1", "people": None, "clicks": None}  # type: ignore[index]


def test_in_a_spreadsheet_and_in_both_languages() -> None:
    report = split((50, 24, 0), (50, 11, 0))
    text = "".join(write_table(COLUMNS, as_rows(report))).removeprefix("\ufeff")
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=";"))
    assert ["subjects.tried", "1 / Objet 1", "", "", "clicks", "24", ""] in rows
    assert ["subjects", "1", "", "", "verdict", "chance", ""] in rows
    for table in tables(report):
        for note in (*table.heads, *table.notes):
            assert note.say("fr")


def test_links_of_one_destination_are_one_link() -> None:
    first, second = link(1, 3, 0, 4), link(3, 1, 7)
    other = replace(link(2, 5), destination=B)
    later = replace(link(4, 6), edition=2)
    found = together([first, other, second, later])
    assert [(one.number, one.edition, one.destination) for one in found] == [(1, 1, A), (2, 1, B), (4, 2, A)]
    assert [(day.day, day.people, day.machines) for day in found[0].days] == [
        ("2026-11-01", 4, 2),
        ("2026-11-02", 7, 2),
        ("2026-11-03", 4, 1),
    ]
    assert together([first, other]) == (first, other)


def test_a_page_with_ballots_is_said_to_judge_none() -> None:
    given = (SubjectCount(subject="a", people=50, clicks={}), SubjectCount(subject="b", people=50, clicks={}))
    for apart in (False, True):
        report = report_of(replace(facts(), splits=(Split(edition=1, subjects=given, apart=apart),)))
        [table] = [one for one in tables(report) if "Subjects of edition" in one.title.say("en")]
        assert any("counts for no subject" in note.say("en") for note in table.notes) == apart


def test_what_one_subject_drew() -> None:
    links = [link(1, 3, 4), replace(link(2, 5), destination=B), link(3, 9)]
    assert drawn(links, {1: A, 2: B}) == {A: 7, B: 5}


@given(clicks=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=4))
def test_no_sum_of_what_is_shown_leads_to_what_is_hidden(clicks: list[tuple[int, int]]) -> None:
    """Two links under some subjects: what is told of subjects is a sum over links that are told."""
    days = [tuple(ClickDay(day="2026-11-01", people=one[at], machines=0) for one in clicks) for at in (0, 1)]
    raw = [
        CountedLink(number=1 + at + 2 * which, edition=1, label="x", destination=(A, B)[at], days=(day,))
        for at in (0, 1)
        for which, day in enumerate(days[at])
    ]
    subjects = tuple(
        SubjectCount(subject=f"{which}", people=100, clicks=drawn(raw, {1 + 2 * which: A, 2 + 2 * which: B}))
        for which in range(len(clicks))
    )
    known = facts()
    known = replace(known, own=replace(known.own, links=together(raw)))
    report = report_of(replace(known, splits=(Split(edition=1, subjects=subjects),)))
    judgement = report.splits[0].judgement
    assert judgement is not None
    if judgement.tried:
        assert sum(one.clicks for one in judgement.tried) == report.own.clicks.shown.people
        assert min(one.clicks for one in judgement.tried) >= 10
