"""Whatever is posted gives rows or faults, and never a row that the questionnaire does not allow."""

from hypothesis import given
from hypothesis import strategies as st

from mailer.ballots.answering import Form, read_answers
from mailer.ballots.conditions import holds
from mailer.ballots.crossings import crossing_id, read_crossing
from mailer.ballots.model import Kind, Question
from mailer.ballots.writing import cleaned, shown
from tests.ballots.questionnaires import FULL, questionnaire

ASKED = questionnaire(FULL)
QUESTIONS = {question.id: question for question in ASKED.questions}
NAMES = [name for question in ASKED.questions for name in question.fields]
ANYTHING = st.one_of(
    st.sampled_from(["", " ", "1", "2", "3", "10", "yes", "other", "12"]), st.text(max_size=30)
)


def offered(name: str) -> list[str]:
    """What the page can send in a field."""
    question = QUESTIONS[name.split(".", maxsplit=1)[0]]
    if name.endswith(".other") or question.kind is Kind.TEXT:
        return ["", "le bruit"]
    return [*question.offered, ""] if question.offered else ["", "12"]


LIKELY = st.fixed_dictionaries({name: st.sampled_from(offered(name)) for name in NAMES}).map(
    lambda fields: list(fields.items())
)
WILD = st.lists(st.tuples(st.sampled_from([*NAMES, "x", ""]), ANYTHING), max_size=10)


@given(st.one_of(LIKELY, WILD))
def test_any_form_gives_rows_or_faults(form: Form) -> None:
    filled = read_answers(ASKED, form)
    assert not (filled.faults and (filled.rows or filled.dropped))
    assert {fault.question for fault in filled.faults} <= QUESTIONS.keys() | {""}
    for name, value in filled.rows:
        assert value == cleaned(value) == shown(value) != ""
        value.encode("utf-8")
        if "×" not in name:
            question = QUESTIONS[name.split(".")[0]]
            assert was_offered(question, name, value)


def was_offered(question: Question, name: str, value: str) -> bool:
    match question.kind:
        case Kind.NUMBER:
            return question.minimum <= int(value) <= question.maximum and str(int(value)) == value
        case Kind.TEXT:
            return len(value) <= question.maximum
        case Kind.RANK | Kind.MATRIX:
            return name in question.fields and value in question.options
        case _:
            return name == question.other_id or value in question.offered.values()


@given(LIKELY)
def test_what_is_dropped_leaves_no_row(form: Form) -> None:
    filled = read_answers(ASKED, form)
    chosen: dict[str, list[str]] = {}
    for name, value in filled.rows:
        chosen.setdefault(name, []).append(value)
    for name in filled.dropped:
        assert not holds(QUESTIONS[name], chosen)
    if not filled.faults:
        unasked = {question.id for question in ASKED.questions if not holds(question, chosen)}
        assert set(filled.dropped) <= unasked
        rows = {part.split(".")[0] for name in chosen for part in name.split("×")}
        assert not rows & unasked


@given(LIKELY)
def test_crossings_agree_with_their_two_answers(form: Form) -> None:
    rows = read_answers(ASKED, form).rows
    values = dict(rows)
    for one, other in ASKED.crosstabs:
        both = (values[one], values[other]) if one in values and other in values else None
        crossed = [read_crossing(value) for name, value in rows if name == crossing_id(one, other)]
        assert crossed == ([both] if both else [])


@given(LIKELY)
def test_what_was_stored_is_stored_again_the_same(form: Form) -> None:
    """The review sends the form a second time, cleaned."""
    again = [(name, shown(value)) for name, value in form if value.strip()]
    assert read_answers(ASKED, again) == read_answers(ASKED, form)
