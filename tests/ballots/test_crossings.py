"""Crossings: two answers stored as one more value, and what is found wrong in `crosstabs`."""

import pytest

from mailer.ballots.answering import read_answers
from mailer.ballots.crossings import crossing_id, read_crossing, write_crossing
from mailer.ballots.reading import read_questionnaire
from mailer.ballots.schema import MOST_CROSSTABS
from tests.ballots.questionnaires import FULL, HEAD, SINGLE, WORDS, YES_NO, questionnaire

ASKED = questionnaire(FULL)
TWO = SINGLE + YES_NO


def test_both_answers_are_one_more_row() -> None:
    filled = read_answers(ASKED, [("avis", "2"), ("sur-site", "no"), ("charge", "7")])
    crossed = {name: read_crossing(value) for name, value in filled.rows if "×" in name}
    assert crossed == {"avis×sur-site": ("dégrader", "no"), "charge×avis": ("7", "dégrader")}
    assert crossing_id("avis", "sur-site") in crossed


@pytest.mark.parametrize("form", [[("avis", "2")], [("sur-site", "yes")], [("avis", "2"), ("sur-site", "")]])
def test_one_answer_alone_crosses_nothing(form: list[tuple[str, str]]) -> None:
    assert len(read_answers(ASKED, form).rows) == 1


def test_own_words_and_dropped_answers_are_never_crossed() -> None:
    head = HEAD + 'crosstabs = [["avis", "sur-site"]]\n'
    asked = questionnaire(head + SINGLE + "other = true\n" + YES_NO)
    filled = read_answers(asked, [("avis.other", "tout autre chose"), ("sur-site", "yes")])
    assert filled.rows == (("avis.other", "tout autre chose"), ("sur-site", "yes"))
    asked = questionnaire(head + TWO + 'if = { avis = "dégrader" }\n')
    filled = read_answers(asked, [("avis", "1"), ("sur-site", "yes")])
    assert (filled.rows, filled.dropped) == ((("avis", "améliorer"),), ("sur-site",))


@pytest.mark.parametrize("one", ["", '"', "×", '["a", "b"]', "é\n\u2028"])
def test_any_two_values_come_back(one: str) -> None:
    assert read_crossing(write_crossing(one, "b")) == (one, "b")
    assert read_crossing(write_crossing("b", one)) == ("b", one)


def told(crosstabs: str, questions: str = TWO) -> list[str]:
    _read, findings = read_questionnaire(f"{HEAD}crosstabs = {crosstabs}\n{questions}", "q.toml")
    return [f"{finding.code} {finding.say('en')}" for finding in findings]


@pytest.mark.parametrize(
    "crosstabs, finding",
    [
        ('["avis"]', 'crosstab-pair q.toml:2:14 a crossing is a list of two questions: write ["…", "…"]'),
        ("[[]]", 'crosstab-pair q.toml:2:14 a crossing is a list of two questions: write ["…", "…"]'),
        (
            '[["avis", "sur-site", "avis"]]',
            'crosstab-pair q.toml:2:14 a crossing is a list of two questions: write ["…", "…"]',
        ),
        ("[[1, 2]]", 'crosstab-pair q.toml:2:14 a crossing is a list of two questions: write ["…", "…"]'),
        (
            '[["avi", "sur-site"]]',
            "crosstab-unknown q.toml:2:15 no question is called 'avi': did you mean 'avis'?",
        ),
        (
            '[["avis", "zzzz"]]',
            "crosstab-unknown q.toml:2:23 no question is called 'zzzz': write a question's id",
        ),
        (
            '[["avis", "avis"]]',
            "crosstab-self q.toml:2:23 a question cannot be crossed with itself: name another question",
        ),
        (
            '[["avis", "sur-site"], ["sur-site", "avis"]]',
            "crosstab-twice q.toml:2:36 this crossing stands twice: keep one of them",
        ),
        (
            '"avis"',
            'wrong-type q.toml:2:13 \'crosstabs\' must be a list of pairs: write crosstabs = [["…", "…"]]',
        ),
    ],
)
def test_each_fault_has_its_place_and_its_cure(crosstabs: str, finding: str) -> None:
    assert told(crosstabs) == [finding]


def test_what_has_several_answers_or_free_ones_is_not_crossed() -> None:
    assert told('[["avis", "mot"]]', TWO + WORDS) == [
        (
            "crosstab-kind q.toml:2:23 'mot' cannot be crossed: it has more than one answer, or a free one: "
            "name a question of the kind single, yes-no, scale"
        ),
    ]


def test_many_crossings_would_tie_all_answers_together() -> None:
    questions = "".join(YES_NO.replace("sur-site", f"q{at}") for at in range(12))
    pairs = [f'["q0", "q{at}"]' for at in range(1, MOST_CROSSTABS + 2)]
    assert told(f"[{', '.join(pairs[:-1])}]", questions) == []
    (finding,) = told(f"[{', '.join(pairs)}]", questions)
    assert finding.startswith("crosstab-many q.toml:2:")
    assert "more than 10 crossings: keep those you will read" in finding
