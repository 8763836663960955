"""A posted form against a questionnaire: rows, or every fault with its question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.ballots.answering import Form, cleaned, read_answers, shown
from tests.ballots.questionnaires import ALL, HEAD, MULTIPLE, SCALE, SINGLE, WORDS, questionnaire, required

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
    assert read_answers(ASKED, form) == (tuple(rows), ())


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
    rows, faults = read_answers(ASKED, [*form, ("charge", "3")] if question != "charge" else form)
    assert rows == ()
    assert [fault.question for fault in faults] == [question]


def test_every_fault_comes_at_once_in_order() -> None:
    form = [("mot", "x" * 30), ("avis", "9"), ("strange", "1"), ("stranger", "1")]
    _rows, faults = read_answers(ASKED, form)
    assert [fault.question for fault in faults] == ["", "avis", "mot"]
    assert faults[2].message.say("en") == "This text is 10 characters too long: 20 are the most."


@pytest.mark.parametrize("question", [SINGLE, MULTIPLE, SCALE, WORDS])
def test_what_is_required(question: str) -> None:
    asked = questionnaire(HEAD + required(question))
    name = asked.questions[0].id
    for form in ([], [(name, "")], [(name, " \r\n")]):
        rows, faults = read_answers(asked, form)
        assert rows == ()
        assert [fault.question for fault in faults] == [name]
    assert read_answers(asked, [(name, "1")])[1] == ()


def test_other_satisfies_what_is_required_and_stands_alone_for_a_single_choice() -> None:
    asked = questionnaire(HEAD + required(SINGLE) + "other = true\n")
    assert read_answers(asked, [("avis", "other"), ("avis.other", "x")]) == ((("avis.other", "x"),), ())
    rows, faults = read_answers(asked, [("avis", "1"), ("avis.other", "x")])
    assert rows == ()
    assert faults[0].message.say("en") == "Choose one answer only."


NAMES = ("avis", "motifs", "motifs.other", "charge", "mot", "x")
VALUES = st.one_of(st.sampled_from(["", "1", "2", "3", "other", "10"]), st.text(max_size=30))


@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8))
def test_any_form_gives_rows_or_faults_and_rows_are_clean(form: Form) -> None:
    rows, faults = read_answers(ASKED, form)
    assert not (rows and faults)
    asked = {question.id for question in ASKED.questions} | {"motifs.other"}
    for name, value in rows:
        assert name in asked
        assert value
        assert value == cleaned(value) == shown(value)
        value.encode("utf-8")
    for fault in faults:
        assert fault.question in asked | {""}


def test_what_is_shown_again_can_be_sent_again() -> None:
    typed = "a\0b\u202ec\td\ud800e"
    assert shown(typed) == "abc\td?e"
    assert read_answers(questionnaire(ALL), [("mot", shown(typed))])[1] == ()
