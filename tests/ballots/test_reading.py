"""A questionnaire file: what it may hold, and every fault of it with its place."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.ballots.model import Kind
from mailer.ballots.reading import read_questionnaire
from tests.ballots.questionnaires import ALL, HEAD, MULTIPLE, SCALE, SINGLE, WORDS, questionnaire

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
        (HEAD + 'mode = "ballot"\n' + SINGLE, [("not-yet", 2, 8)]),
        (HEAD + 'mode = "named"\n' + SINGLE, [("not-yet", 2, 8)]),
        (HEAD + 'mode = "opne"\n' + SINGLE, [("bad-value", 2, 8)]),
        (HEAD + 'closes = "2027-01-01"\n' + SINGLE, [("wrong-type", 2, 10)]),
        (HEAD + "closes = 9999-12-31\n" + SINGLE, [("bad-value", 2, 10)]),
        (HEAD + "k = 4\n" + SINGLE, [("bad-value", 2, 5)]),
        (HEAD + 'crosstabs = [["a", "b"]]\n' + SINGLE, [("not-yet", 2, 1)]),
        (HEAD + 'intro = "a\\u0000b"\n' + SINGLE, [("bad-value", 2, 9)]),
        (HEAD + "[[question]]\n", [("missing-key", 2, 3)] * 3),
        (HEAD + SINGLE + 'if = { avis = "x" }\n', [("not-yet", 8, 1)]),
        (HEAD + SINGLE + "max = 2\n", [("unused-key", 8, 1)]),
        (HEAD + SINGLE + "reqired = true\n", [("unknown-key", 8, 1)]),
        (HEAD + WORDS + 'options = ["a", "b"]\n', [("unused-key", 8, 1)]),
        (HEAD + SCALE + "other = true\n", [("unused-key", 10, 1)]),
        (HEAD + SINGLE + SINGLE, [("duplicate-question", 10, 6)]),
        (HEAD + SINGLE.replace('"avis"', '"Avis"'), [("bad-value", 4, 6)]),
        (HEAD + SINGLE.replace('"avis"', '"a.other"'), [("bad-value", 4, 6)]),
        (HEAD + SINGLE.replace("Ce projet va…", " "), [("bad-value", 6, 8)]),
        (HEAD + SINGLE.replace('"single"', '"rank"'), [("not-yet", 5, 8)]),
        (HEAD + SINGLE.replace('"single"', '"yes-no"'), [("not-yet", 5, 8)]),
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
        (HEAD + WORDS.replace("max = 20", "max = 5001"), [("bad-value", 7, 7)]),
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
        for number in range(18)
    ]
    assert [code for code, _line, _column in faults(HEAD + "".join(many))] == ["questionnaire-size"]
    assert faults(HEAD + "".join(many[:17])) == []


def test_fifty_options_are_the_most() -> None:
    options = ", ".join(f'"{number}"' for number in range(51))
    text = f'[[question]]\nid = "q"\nkind = "single"\ntext = "…"\noptions = [{options}]\n'
    assert faults(HEAD + text) == [("options", 6, 1)]


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
    lines = ALL.splitlines()
    at = data.draw(st.sampled_from([number for number, line in enumerate(lines) if " = " in line]))
    value = data.draw(
        st.sampled_from(
            ["0", "-1", "9" * 30, "1.5", "true", '""', "[]", '[""]', "[1]", "{}", "2026-01-01", "[[]]"]
        )
    )
    lines[at] = lines[at].split(" = ")[0] + " = " + value
    read, findings = read_questionnaire("\n".join(lines), "q.toml")
    assert (read is None) == any(finding.level == "error" for finding in findings)
