"""Questions asked only of some: what is dropped, what is not required, what is found wrong in a file."""

import pytest

from mailer.ballots.answering import Filled, read_answers
from mailer.ballots.conditions import DEEPEST, ancestors
from mailer.ballots.reading import read_questionnaire
from tests.ballots.questionnaires import (
    FULL,
    HEAD,
    MULTIPLE,
    NUMBER,
    SCALE,
    SINGLE,
    WORDS,
    YES_NO,
    questionnaire,
    required,
)

ASKED = questionnaire(FULL)


def test_an_answer_whose_condition_fails_is_dropped_and_no_fault() -> None:
    filled = read_answers(ASKED, [("avis", "1"), ("motifs", "1")])
    assert filled == Filled(rows=(("avis", "améliorer"),), dropped=("motifs",))


def test_what_depends_on_it_is_dropped_in_turn() -> None:
    form = [("avis", "1"), ("motifs", "1"), ("motifs", "3"), ("mot", "courage")]
    assert read_answers(ASKED, form).dropped == ("motifs", "mot")
    form[0] = ("avis", "2")
    filled = read_answers(ASKED, form)
    assert filled.dropped == ()
    assert ("mot", "courage") in filled.rows


@pytest.mark.parametrize("value", ["9", "<script>", "x" * 2_000_000, "a\0b", "dégrader"])
def test_whatever_a_hidden_question_brings_is_no_fault(value: str) -> None:
    filled = read_answers(ASKED, [("avis", "1"), ("motifs", value), ("motifs", value), ("mot", value)])
    assert filled.faults == ()
    assert filled.rows == (("avis", "améliorer"),)


def test_a_box_ticked_by_nobody_is_not_told_as_dropped() -> None:
    form = [("avis", "1"), ("motifs", "other"), ("motifs.other", " "), ("mot", "")]
    assert read_answers(ASKED, form).dropped == ()


def test_what_is_required_is_so_only_of_those_who_are_asked() -> None:
    asked = questionnaire(HEAD + SINGLE + required(WORDS) + 'if = { avis = "dégrader" }\n')
    assert read_answers(asked, [("avis", "1")]).faults == ()
    assert read_answers(asked, [("mot", "x")]).dropped == ("mot",)
    (fault,) = read_answers(asked, [("avis", "2")]).faults
    assert fault.question == "mot"


@pytest.mark.parametrize(
    "charge, site, is_kept",
    [("8", "yes", True), ("10", "yes", True), ("7", "yes", False), ("8", "no", False), ("", "", False)],
)
def test_all_conditions_must_hold(charge: str, site: str, is_kept: bool) -> None:
    filled = read_answers(ASKED, [("charge", charge), ("sur-site", site), ("lieux.1", "1")])
    assert (("lieux.1", "bien") in filled.rows) is is_kept
    assert filled.dropped == (() if is_kept else ("lieux",))


def test_own_words_meet_no_condition() -> None:
    asked = questionnaire(HEAD + SINGLE + "other = true\n" + WORDS + 'if = { avis = "dégrader" }\n')
    filled = read_answers(asked, [("avis.other", "dégrader"), ("mot", "x")])
    assert filled == Filled(rows=(("avis.other", "dégrader"),), dropped=("mot",))


def test_all_that_a_question_depends_on() -> None:
    assert ancestors(ASKED)["mot"] == ("mot", "motifs", "avis")
    assert ancestors(ASKED)["lieux"] == ("lieux", "sur-site", "charge")
    assert ancestors(ASKED)["avis"] == ("avis",)


# --- faults of the file ----------------------------------------------------------------------------


def told(text: str) -> list[str]:
    _read, findings = read_questionnaire(text, "q.toml")
    return [f"{finding.code} {finding.say('en')}" for finding in findings]


@pytest.mark.parametrize(
    "text, finding",
    [
        (
            HEAD + WORDS + 'if = { mot = "x" }\n',
            "condition-self q.toml:8:8 a question cannot depend on its own answer: name an earlier question",
        ),
        (
            HEAD + WORDS + 'if = { avis = "dégrader" }\n' + SINGLE,
            (
                "condition-later q.toml:8:8 'avis' is asked after this question: "
                "move it up, or move this question down"
            ),
        ),
        (
            HEAD + SINGLE + WORDS + 'if = { avi = "dégrader" }\n',
            "condition-unknown q.toml:14:8 no question is called 'avi': did you mean 'avis'?",
        ),
        (
            HEAD + SINGLE + WORDS + 'if = { zzzz = "dégrader" }\n',
            "condition-unknown q.toml:14:8 no question is called 'zzzz': name an earlier question",
        ),
        (
            HEAD + NUMBER + WORDS + "if = { age = 3 }\n",
            (
                "condition-kind q.toml:14:8 no condition can name 'age': one does not choose its answer "
                "from a list: name a question of the kind single, multiple, yes-no, scale"
            ),
        ),
        (
            HEAD + SINGLE + WORDS + 'if = { avis = "degrader" }\n',
            "condition-value q.toml:14:15 'degrader' is no answer to 'avis': did you mean 'dégrader'?",
        ),
        (
            HEAD + SINGLE + WORDS + 'if = { avis = ["dégrader", "zzz"] }\n',
            (
                "condition-value q.toml:14:28 'zzz' is no answer to 'avis': "
                'write "améliorer" / "dégrader" / "sans avis"'
            ),
        ),
        (
            HEAD + SINGLE + WORDS + "if = { avis = [] }\n",
            (
                "condition-value q.toml:14:15 this condition names no answer: "
                'write "améliorer" / "dégrader" / "sans avis"'
            ),
        ),
        (
            HEAD + SCALE + WORDS + 'if = { charge = "3" }\n',
            "condition-value q.toml:16:17 '3' is no answer to 'charge': write 0 / 1 / 2 / 3 / 4",
        ),
        (
            HEAD + SCALE + WORDS + "if = { charge = 11 }\n",
            "condition-value q.toml:16:17 '11' is no answer to 'charge': write 0 / 1 / 2 / 3 / 4",
        ),
        (
            HEAD + SCALE + WORDS + "if = { charge = true }\n",
            "condition-value q.toml:16:17 'true' is no answer to 'charge': write 0 / 1 / 2 / 3 / 4",
        ),
        (
            HEAD + SCALE + WORDS + "if = { charge = 1.0 }\n",
            "condition-value q.toml:16:17 '1.0' is no answer to 'charge': write 0 / 1 / 2 / 3 / 4",
        ),
        (
            HEAD + YES_NO + WORDS + "if = { sur-site = true }\n",
            "condition-value q.toml:13:19 'true' is no answer to 'sur-site': write \"yes\" / \"no\"",
        ),
        (
            HEAD + SINGLE + WORDS + 'if = "avis"\n',
            (
                "wrong-type q.toml:14:6 'question[2].if' must be a table of names and values: "
                'write if = { … = "…" }'
            ),
        ),
    ],
)
def test_each_fault_has_its_place_and_its_cure(text: str, finding: str) -> None:
    assert told(text) == [finding]


def test_a_condition_may_be_a_table_of_its_own() -> None:
    text = HEAD + SINGLE + WORDS + '[question.if]\navis = "dégrader"\n'
    assert questionnaire(text).questions[1].conditions[0].values == ("dégrader",)


@pytest.mark.parametrize("count", [DEEPEST, DEEPEST + 1])
def test_too_long_a_chain_is_told_once_it_is(count: int) -> None:
    chain = "".join(
        YES_NO.replace("sur-site", f"q{at}") + (f'if = {{ q{at - 1} = "yes" }}\n' if at else "")
        for at in range(count + 1)
    )
    codes = [one.split()[0] for one in told(HEAD + chain)]
    assert codes == (["condition-depth"] if count > DEEPEST else [])


def test_a_fault_of_the_other_question_is_told_once() -> None:
    text = HEAD + MULTIPLE.replace('"multiple"', '"multipel"') + WORDS + 'if = { motifs = "santé" }\n'
    assert [one.split()[0] for one in told(text)] == ["bad-value"]
