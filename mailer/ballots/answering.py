"""One posted form held against a questionnaire: the rows to store, or each fault with its question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailer.ballots.choosing import OTHER, Given, cells_of, filled_in, options_of, order_of, step_of
from mailer.ballots.conditions import holds
from mailer.ballots.crossings import crossing_rows
from mailer.ballots.faults import Fault
from mailer.ballots.model import Kind, Question, Questionnaire
from mailer.ballots.writing import Row, number_of, words_of
from mailer.words import Text

Form = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it was read: with a fault there are no rows.

    `dropped` are the questions (ids) that were answered though they are not asked of who answers so.
    """

    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    dropped: tuple[str, ...] = ()


def read_answers(questionnaire: Questionnaire, form: Form) -> Filled:
    """The rows of one person's answers, and what is wrong with them.

    A row is (question id, value), and nothing ties it to the person's other rows. What is left empty gives
    none. No question's id holds a dot or a `×`, so that no two kinds of row are ever taken for each other:

    * `<id>`: an option in the words of the file, one row for each that is chosen; `yes` or `no`; the step
      of a scale or a number, in digits; free words;
    * `<id>.other`: an answer in one's own words beside the options;
    * `<id>.<rank>`: the option that was given this rank, from 1;
    * `<id>.<number>`: the option chosen in this row of a matrix, from 1;
    * `<id>×<id>`: the answers to both questions of a crossing, as `crossings.write_crossing` joins them.

    An answer whose condition fails is dropped, whatever it is: it is no fault, and what depends on it is
    dropped in turn.
    """
    given: dict[str, list[str]] = {}
    for name, value in form:
        given.setdefault(name, []).append(value)
    rows: list[Row] = []
    faults = list(_strangers(questionnaire, given))
    chosen: dict[str, list[str]] = {}
    dropped: list[str] = []
    for question in questionnaire.questions:
        if not holds(question, chosen):
            dropped += [question.id] if _is_touched(question, given) else []
            continue
        answer = _answer(question, given)
        if isinstance(answer, Fault):
            faults.append(answer)
        else:
            rows += answer
            chosen[question.id] = [value for name, value in answer if name == question.id]
    if faults:
        return Filled(faults=tuple(faults))
    return Filled(rows=(*rows, *crossing_rows(questionnaire.crosstabs, chosen)), dropped=tuple(dropped))


def _strangers(questionnaire: Questionnaire, given: Given) -> Iterator[Fault]:
    known = {name for question in questionnaire.questions for name in question.fields}
    if given.keys() - known:
        message = Text("The form sent answers to questions that are not asked here. Open the page again.")
        yield Fault(question="", message=message)


def _is_touched(question: Question, given: Given) -> bool:
    return any(value != OTHER for name in question.fields for value in filled_in(given, name))


def _answer(question: Question, given: Given) -> list[Row] | Fault:
    answer = _read(question, given)
    if question.required and answer == []:
        return Fault(question=question.id, message=Text("This question needs an answer."))
    return answer


def _read(question: Question, given: Given) -> list[Row] | Fault:
    match question.kind:
        case Kind.TEXT:
            return words_of(question, filled_in(given, question.id))
        case Kind.NUMBER:
            return number_of(question, filled_in(given, question.id))
        case Kind.SCALE | Kind.YES_NO:
            return step_of(question, given)
        case Kind.RANK:
            return order_of(question, given)
        case Kind.MATRIX:
            return cells_of(question, given)
        case _:
            return options_of(question, given)
