"""A questionnaire file: what it may hold, and every fault of it with its place."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.ballots.model import Kind
from mailer.ballots.reading import read_questionnaire
from tests.ballots.questionnaires import (
    ALL,
    FULL,
    HEAD,
    MATRIX,
    MULTIPLE,
    NUMBER,
    RANK,
    SCALE,
    SINGLE,
    WORDS,
    YES_NO,
    questionnaire,
)

SAMPLE = Path(__file__).parents[2] / "campaigns" / "relation-clients" / "questionnaire.toml"
PARIS = ZoneInfo("Europe/Paris")


def faults(text: str) -> list[tuple[str, int, int]]:
    _read, findings = read_questionnaire(text, "q.toml")
    return [(finding.code, finding.place.line, finding.place.column) for finding in findings]


def test_the_sample_is_right() -> None:
    read, findings = read_questionnaire(SAMPLE.read_text("utf-8"), "questionnaire.toml")
    assert findings == []
    assert read is not None
    assert [question.kind for question in read.questions] == [
        Kind.SCALE,
        Kind.SINGLE,
        Kind.MULTIPLE,
        Kind.SINGLE,
        Kind.TEXT,
    ]
    assert (read.mode, read.k, read.closes) == ("open", 5, date(2027, 3, 31))


def test_what_is_left_out_has_its_default() -> None:
    read = questionnaire(HEAD + SINGLE + WORDS.replace("max = 20\n", "") + MULTIPLE.replace("max = 2\n", ""))
    assert (read.mode, read.k, read.closes, read.intro) == ("open", 5, None, "")
    single, words, multiple = read.questions
    assert (single.required, single.other, single.hint) == (False, False, "")
    assert (single.maximum, words.maximum, multiple.maximum) == (1, 1000, 4)
    scale = questionnaire(HEAD + '[[question]]\nid = "s"\nkind = "scale"\ntext = "…"\n').questions[0]
    assert (scale.minimum, scale.maximum, scale.labels) == (1, 5, ())


def test_one_question_may_be_a_single_table() -> None:
    assert len(questionnaire(HEAD + SINGLE.replace("[[question]]", "[question]")).questions) == 1


@pytest.mark.parametrize(
    "text, found",
    [
        ("", [("missing-key", 1, 1), ("no-question", 1, 1)]),
        ("titel = 'x'\n" + SINGLE, [("unknown-key", 1, 1)]),
        (HEAD + 'mode = "ballot"\n' + SINGLE, []),
        (HEAD + SINGLE + "email = true\n", []),
        (HEAD + YES_NO + "email = true\n" + SINGLE + "email = true\n", [("email-question", 14, 1)]),
        (HEAD + MULTIPLE + "email = true\n", [("email-question", 10, 1)]),
        (HEAD + SCALE + "email = true\n", [("email-question", 10, 1)]),
        (HEAD + 'mode = "named"\n' + SINGLE, []),
        (HEAD + 'mode = "opne"\n' + SINGLE, [("bad-value", 2, 8)]),
        (HEAD + 'closes = "2027-01-01"\n' + SINGLE, [("wrong-type", 2, 10)]),
        (HEAD + "closes = 9999-12-31\n" + SINGLE, [("bad-value", 2, 10)]),
        (HEAD + "k = 4\n" + SINGLE, [("bad-value", 2, 5)]),
        (HEAD + 'intro = "a\\u0000b"\n' + SINGLE, [("bad-value", 2, 9)]),
        (HEAD + "[[question]]\n", [("missing-key", 2, 3)] * 3),
        (HEAD + SINGLE + "max = 2\n", [("unused-key", 8, 1)]),
        (HEAD + SINGLE + "reqired = true\n", [("unknown-key", 8, 1)]),
        (HEAD + WORDS + 'options = ["a", "b"]\n', [("unused-key", 8, 1)]),
        (HEAD + SCALE + "other = true\n", [("unused-key", 10, 1)]),
        (HEAD + SINGLE + SINGLE, [("duplicate-question", 10, 6)]),
        (HEAD + SINGLE.replace('"avis"', '"Avis"'), [("bad-value", 4, 6)]),
        (HEAD + SINGLE.replace('"avis"', '"a.other"'), [("bad-value", 4, 6)]),
        (HEAD + SINGLE.replace("Ce projet va…", " "), [("bad-value", 6, 8)]),
        (HEAD + SINGLE.replace('"single"', '"yes-no"'), [("unused-key", 7, 1)]),
        (HEAD + SINGLE.replace('"single"', '"singel"'), [("bad-value", 5, 8)]),
        (HEAD + SINGLE.replace(', "dégrader", "sans avis"', ""), [("options", 7, 1)]),
        (HEAD + SINGLE.replace("options =", "#"), [("options", 3, 3)]),
        (HEAD + SINGLE.replace("dégrader", "Améliorer "), [("options", 7, 25)]),
        (HEAD + SINGLE.replace("dégrader", ""), [("bad-value", 7, 25)]),
        (HEAD + MULTIPLE.replace("max = 2", "max = 5"), [("bad-value", 9, 7)]),
        (HEAD + MULTIPLE.replace("max = 2", "max = 0"), [("bad-value", 9, 7)]),
        (HEAD + SCALE.replace("max = 10", "max = 11"), [("bad-value", 8, 7)]),
        (HEAD + SCALE.replace("min = 0", "min = 10"), [("bad-value", 8, 7)]),
        (HEAD + SCALE.replace("max = 10\n", "").replace("min = 0", "min = 7"), [("bad-value", 7, 7)]),
        (HEAD + SCALE.replace('"légère", ', ""), [("bad-value", 9, 10)]),
        (HEAD + SCALE.replace("min = 0", "min = 101"), [("bad-value", 7, 7)]),
        (HEAD + WORDS.replace("max = 20", "max = 5001"), [("bad-value", 7, 7)]),
        (HEAD + WORDS.replace("max = 20", "max = 0"), [("bad-value", 7, 7)]),
        (HEAD + NUMBER.replace("max = 60", "max = 0"), [("bad-value", 7, 7)]),
        (HEAD + NUMBER.replace("max = 60", "min = 1000000001"), [("bad-value", 7, 7)]),
        (HEAD + NUMBER + 'options = ["a", "b"]\n', [("unused-key", 8, 1)]),
        (HEAD + YES_NO + "max = 2\n", [("unused-key", 7, 1)]),
        (HEAD + RANK + "max = 4\n", [("bad-value", 8, 7)]),
        (HEAD + RANK + "other = true\n", [("unused-key", 8, 1)]),
        (HEAD + RANK.replace(', "horaires", "santé"', ""), [("options", 7, 1)]),
        (HEAD + SINGLE + 'rows = ["a"]\n', [("unused-key", 8, 1)]),
        (HEAD + MATRIX + "other = true\n", [("unused-key", 9, 1)]),
        (HEAD + MATRIX.replace("rows =", "#"), [("options", 3, 3)]),
        (HEAD + MATRIX.replace('"les bureaux", "la cantine"', ""), [("options", 7, 1)]),
        (HEAD + MATRIX.replace("la cantine", "Les  bureaux"), [("options", 7, 24)]),
        (HEAD + MATRIX.replace('rows = ["les bureaux", "la cantine"]', "rows = 2"), [("wrong-type", 7, 8)]),
    ],
)
def test_each_fault_is_found_at_its_place(text: str, found: list[tuple[str, int, int]]) -> None:
    assert faults(text) == found


def test_all_faults_come_at_once() -> None:
    text = ALL.replace("max = 2\n", "max = 9\n").replace('"single"', '"singel"').replace("title", "titel")
    assert [code for code, _line, _column in faults(text)] == ["unknown-key", "bad-value", "bad-value"]


def test_a_questionnaire_no_form_can_carry() -> None:
    words = "".join(WORDS.replace("mot", f"m{number}").replace("20", "5000") for number in range(5))
    assert faults(HEAD + words) == [("questionnaire-size", 27, 3)]
    options = ", ".join(f'"{number}"' for number in range(50))
    many = [
        f'[[question]]\nid = "q{number}"\nkind = "multiple"\ntext = "…"\noptions = [{options}]\n'
        for number in range(19)
    ]
    assert [code for code, _line, _column in faults(HEAD + "".join(many))] == ["questionnaire-size"]
    assert faults(HEAD + "".join(many[:18])) == []


@pytest.mark.parametrize("kind, most", [("single", 50), ("multiple", 50), ("rank", 20), ("matrix", 11)])
def test_so_many_options_are_the_most(kind: str, most: int) -> None:
    rows = 'rows = ["a"]\n' if kind == "matrix" else ""
    for count, found in ((most, []), (most + 1, [("options", 6, 1)])):
        options = ", ".join(f'"{number}"' for number in range(count))
        text = f'[[question]]\nid = "q"\nkind = "{kind}"\ntext = "…"\noptions = [{options}]\n{rows}'
        assert faults(HEAD + text) == found


def test_twenty_rows_are_the_most() -> None:
    for count, found in ((20, []), (21, [("options", 7, 1)])):
        rows = ", ".join(f'"{number}"' for number in range(count))
        assert faults(HEAD + MATRIX.replace('"les bureaux", "la cantine"', rows)) == found


def test_every_kind_is_read_whole() -> None:
    read = questionnaire(FULL)
    assert {question.kind for question in read.questions} == set(Kind)
    assert read.crosstabs == (("avis", "sur-site"), ("charge", "avis"))
    (*_others, number, rank, matrix) = read.questions
    assert (number.minimum, number.maximum) == (0, 60)
    assert (rank.fields, rank.maximum) == (("ordre.1", "ordre.2", "ordre.3"), 3)
    assert (matrix.rows, matrix.fields) == (("les bureaux", "la cantine"), ("lieux.1", "lieux.2"))
    assert [(one.question, one.values) for one in matrix.conditions] == [
        ("sur-site", ("yes",)),
        ("charge", ("8", "9", "10")),
    ]


@pytest.mark.parametrize(
    "closes, instant",
    [
        ("2026-12-15", datetime(2026, 12, 15, 23, tzinfo=UTC)),  # midnight in Paris
        ("2026-10-24", datetime(2026, 10, 24, 22, tzinfo=UTC)),  # the night before clocks go back
        ("2026-12-15T12:30:00", datetime(2026, 12, 15, 11, 30, tzinfo=UTC)),
        ("2026-12-15T12:30:00Z", datetime(2026, 12, 15, 12, 30, tzinfo=UTC)),
    ],
)
def test_when_it_closes(closes: str, instant: datetime) -> None:
    read = questionnaire(f"{HEAD}closes = {closes}\n{SINGLE}")
    assert read.closing(PARIS) == instant
    assert read.is_closed(instant, PARIS)
    assert not read.is_closed(instant - timedelta(microseconds=1), PARIS)


def test_without_a_date_it_stays_open() -> None:
    assert not questionnaire(HEAD + SINGLE).is_closed(datetime(2100, 1, 1, tzinfo=UTC), PARIS)


@given(st.text(max_size=300))
def test_any_text_is_read_or_told(text: str) -> None:
    read, findings = read_questionnaire(text, "q.toml")
    assert read is not None or findings


@given(st.data())
def test_any_value_at_any_key_is_read_or_told(data: st.DataObject) -> None:
    lines = FULL.splitlines()
    at = data.draw(st.sampled_from([number for number, line in enumerate(lines) if " = " in line]))
    value = data.draw(
        st.sampled_from(
            [
                "0",
                "-1",
                "9" * 30,
                "1.5",
                "true",
                '""',
                "[]",
                '[""]',
                "[1]",
                "{}",
                "2026-01-01",
                "[[]]",
                '{ avis = "x" }',
                "{ avis = [[1], {}] }",
                '[["avis", "mot"], [{}]]',
            ]
        )
    )
    lines[at] = lines[at].split(" = ")[0] + " = " + value
    read, findings = read_questionnaire("\n".join(lines), "q.toml")
    assert (read is None) == any(finding.level == "error" for finding in findings)
