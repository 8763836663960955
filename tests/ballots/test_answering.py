"""A posted form against a questionnaire: rows, or every fault with its question."""

import pytest

from mailer.ballots.answering import Filled, Form, read_answers
from mailer.ballots.writing import shown
from tests.ballots.questionnaires import (
    ALL,
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
    required,
)

ASKED = questionnaire()


@pytest.mark.parametrize(
    "form, rows",
    [
        ([], []),
        ([("avis", ""), ("charge", " "), ("mot", "\r\n"), ("motifs.other", "")], []),
        ([("avis", "2")], [("avis", "dégrader")]),
        ([("charge", "0")], [("charge", "0")]),
        ([("charge", "10")], [("charge", "10")]),
        ([("motifs", "1"), ("motifs", "3")], [("motifs", "salaires"), ("motifs", "santé")]),
        (
            [("motifs", "1"), ("motifs", "other"), ("motifs.other", " le  bruit\t")],
            [("motifs", "salaires"), ("motifs.other", "le bruit")],
        ),
        ([("motifs.other", "le bruit")], [("motifs.other", "le bruit")]),
        ([("mot", " a\r\nb\rc\t")], [("mot", "a\nb\nc")]),
        ([("mot", "e\u0301te\u0301")], [("mot", "été")]),
        ([("mot", "x" * 20)], [("mot", "x" * 20)]),
        ([("mot", "<script>alert(1)")], [("mot", "<script>alert(1)")]),
    ],
)
def test_rows(form: Form, rows: list[tuple[str, str]]) -> None:
    assert read_answers(ASKED, form) == Filled(rows=tuple(rows))


@pytest.mark.parametrize(
    "form, question",
    [
        ([("avis", "0")], "avis"),
        ([("avis", "4")], "avis"),
        ([("avis", "dégrader")], "avis"),
        ([("avis", "other")], "avis"),
        ([("avis", "1"), ("avis", "2")], "avis"),
        ([("avis", "1"), ("avis", "1")], "avis"),
        ([("avis.other", "x")], ""),
        ([("charge", "11")], "charge"),
        ([("charge", "-1")], "charge"),
        ([("charge", "05")], "charge"),
        ([("charge", "٣")], "charge"),
        ([("charge", "1"), ("charge", "1")], "charge"),
        ([("motifs", "1"), ("motifs", "2"), ("motifs", "3")], "motifs"),
        ([("motifs", "1"), ("motifs", "2"), ("motifs.other", "x")], "motifs"),
        ([("motifs", "1"), ("motifs", "1")], "motifs"),
        ([("motifs", "other")], "motifs"),
        ([("motifs.other", "x"), ("motifs.other", "y")], "motifs"),
        ([("motifs.other", "x" * 201)], "motifs"),
        ([("motifs.other", "a\u202eb")], "motifs"),
        ([("mot", "x" * 21)], "mot"),
        ([("mot", "x" * 2_000_000)], "mot"),
        ([("mot", "a\0b")], "mot"),
        ([("mot", "a\u202eb")], "mot"),
        ([("mot", "a"), ("mot", "b")], "mot"),
        ([("unknown", "x")], ""),
        ([("", "")], ""),
    ],
)
def test_faults(form: Form, question: str) -> None:
    filled = read_answers(ASKED, [*form, ("charge", "3")] if question != "charge" else form)
    assert filled.rows == ()
    assert [fault.question for fault in filled.faults] == [question]


def test_every_fault_comes_at_once_in_order() -> None:
    form = [("mot", "x" * 30), ("avis", "9"), ("strange", "1"), ("stranger", "1")]
    faults = read_answers(ASKED, form).faults
    assert [fault.question for fault in faults] == ["", "avis", "mot"]
    assert faults[2].message.say("en") == "This text is 10 characters too long: 20 are the most."


@pytest.mark.parametrize("question", [SINGLE, MULTIPLE, SCALE, WORDS, NUMBER])
def test_what_is_required(question: str) -> None:
    asked = questionnaire(HEAD + required(question))
    name = asked.questions[0].id
    for form in ([], [(name, "")], [(name, " \r\n")]):
        filled = read_answers(asked, form)
        assert filled.rows == ()
        assert [fault.question for fault in filled.faults] == [name]
    assert read_answers(asked, [(name, "1")]).faults == ()


def test_other_satisfies_what_is_required_and_stands_alone_for_a_single_choice() -> None:
    asked = questionnaire(HEAD + required(SINGLE) + "other = true\n")
    filled = read_answers(asked, [("avis", "other"), ("avis.other", "x")])
    assert filled == Filled(rows=(("avis.other", "x"),))
    filled = read_answers(asked, [("avis", "1"), ("avis.other", "x")])
    assert filled.rows == ()
    assert filled.faults[0].message.say("en") == "Choose one answer only."


@pytest.mark.parametrize(
    "question, form, rows",
    [
        (YES_NO, [("sur-site", "yes")], [("sur-site", "yes")]),
        (YES_NO, [("sur-site", "no")], [("sur-site", "no")]),
        (YES_NO, [("sur-site", "")], []),
        (NUMBER, [("age", " 12 ")], [("age", "12")]),
        (NUMBER, [("age", "012")], [("age", "12")]),
        (NUMBER, [("age", "12,0")], [("age", "12")]),
        (NUMBER, [("age", "60")], [("age", "60")]),
        (NUMBER.replace("60", "9999"), [("age", "1\u202f200")], [("age", "1200")]),
        (NUMBER.replace("max = 60", "min = -5"), [("age", "\u22124")], [("age", "-4")]),
        (
            RANK,
            [("ordre.1", "2"), ("ordre.2", ""), ("ordre.3", "1")],
            [("ordre.1", "santé"), ("ordre.2", "salaires")],
        ),
        (RANK, [("ordre.3", "1")], [("ordre.1", "santé")]),
        (MATRIX, [("lieux.1", "1"), ("lieux.2", "3")], [("lieux.1", "bien"), ("lieux.2", "mal")]),
        (MATRIX, [("lieux.1", ""), ("lieux.2", "3")], [("lieux.2", "mal")]),
    ],
)
def test_rows_of_each_kind(question: str, form: Form, rows: list[tuple[str, str]]) -> None:
    filled = read_answers(questionnaire(HEAD + question), form)
    assert filled.faults == ()
    assert list(filled.rows) == rows


def test_a_ranking_is_stored_by_rank() -> None:
    asked = questionnaire(HEAD + RANK)
    form = [("ordre.1", "2"), ("ordre.2", "3"), ("ordre.3", "1")]
    assert read_answers(asked, form).rows == (
        ("ordre.1", "santé"),
        ("ordre.2", "salaires"),
        ("ordre.3", "horaires"),
    )


@pytest.mark.parametrize(
    "question, form, sentence",
    [
        (YES_NO, [("sur-site", "oui")], "This answer is not one of those offered: choose again."),
        (YES_NO, [("sur-site", "yes"), ("sur-site", "no")], "This question was answered twice at once:"),
        (NUMBER, [("age", "douze")], "Write a whole number in digits,"),
        (NUMBER, [("age", "12,5")], "Write a whole number in digits,"),
        (NUMBER, [("age", "1,200")], "Write a whole number in digits,"),
        (NUMBER, [("age", "1e3")], "Write a whole number in digits,"),
        (NUMBER, [("age", "9" * 2_000_000)], "Write a whole number in digits,"),
        (NUMBER, [("age", "61")], "Write a number from 0 to 60."),
        (NUMBER, [("age", "-1")], "Write a number from 0 to 60."),
        (NUMBER, [("age", "1"), ("age", "2")], "This question was answered twice at once:"),
        (RANK, [("ordre.1", "1"), ("ordre.2", "1")], "Two answers have the same rank:"),
        (RANK, [("ordre.1", "2")], "No answer has the rank 1:"),
        (RANK, [("ordre.1", "4")], "This answer is not one of those offered:"),
        (RANK, [("ordre.1", "1"), ("ordre.1", "2")], "This question was answered twice at once:"),
        (RANK, [("ordre.4", "1")], "The form sent answers to questions that are not asked here."),
        (RANK, [("ordre", "1")], "The form sent answers to questions that are not asked here."),
        (RANK + "max = 2\n", [("ordre.1", "3")], "This answer is not one of those offered:"),
        (required(RANK), [("ordre.1", "1")], "Give all ranks, from 1 to 3."),
        (required(RANK), [], "This question needs an answer."),
        (MATRIX, [("lieux.1", "4")], "This answer is not one of those offered:"),
        (MATRIX, [("lieux.1", "1"), ("lieux.1", "2")], "This question was answered twice at once:"),
        (MATRIX, [("lieux.0", "1")], "The form sent answers to questions that are not asked here."),
        (required(MATRIX), [("lieux.1", "1")], "This question needs an answer on each line."),
        (required(MATRIX), [], "This question needs an answer."),
        (required(YES_NO), [("sur-site", " ")], "This question needs an answer."),
    ],
)
def test_faults_of_each_kind(question: str, form: Form, sentence: str) -> None:
    filled = read_answers(questionnaire(HEAD + question), form)
    assert filled.rows == ()
    (fault,) = filled.faults
    assert fault.message.say("en").startswith(sentence)


def test_what_is_shown_again_can_be_sent_again() -> None:
    typed = "a\0b\u202ec\td\ud800e"
    assert shown(typed) == "abc\td?e"
    assert read_answers(questionnaire(ALL), [("mot", shown(typed))]).faults == ()
