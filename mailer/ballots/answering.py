"""One posted form held against a questionnaire: the rows to store, or each fault with its question."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailer.ballots.model import Kind, Question, Questionnaire
from mailer.ballots.schema import LONGEST_OPTION
from mailer.letters import UNSAFE
from mailer.words import Text, plural

Form = Sequence[tuple[str, str]]
Row = tuple[str, str]

# In the form an option is its number from 1, so that no encoding on the way can change it.
OTHER = "other"  # the choice of one's own words
_LAYOUT = re.compile("[\n\t]")  # what may stand in free words beside letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with the answer to `question` (an id; empty: with the form as a whole)."""

    question: str
    message: Text


def read_answers(questionnaire: Questionnaire, form: Form) -> tuple[tuple[Row, ...], tuple[Fault, ...]]:
    """The rows of one person's answers, and what is wrong with them; no rows when anything is.

    A row is (question id, value): one for each option chosen, its words as the file has them, the
    number of a scale, or the free words; an answer in one's own words beside the options is a row of
    its own, `<id>.other`. What is left empty gives no row.
    """
    given: dict[str, list[str]] = {}
    for name, value in form:
        given.setdefault(name, []).append(value)
    rows: list[Row] = []
    faults = list(_strangers(questionnaire, given))
    for question in questionnaire.questions:
        answer = _answer(question, given)
        if isinstance(answer, Fault):
            faults.append(answer)
        elif question.required and not answer:
            message = Text("This question needs an answer.")
            faults.append(Fault(question=question.id, message=message))
        else:
            rows += answer
    return ((), tuple(faults)) if faults else (tuple(rows), ())


def _strangers(questionnaire: Questionnaire, given: Mapping[str, list[str]]) -> Iterator[Fault]:
    known = {question.id for question in questionnaire.questions}
    known |= {question.other_id for question in questionnaire.questions if question.other}
    if given.keys() - known:
        message = Text("The form sent answers to questions that are not asked here. Open the page again.")
        yield Fault(question="", message=message)


def _answer(question: Question, given: Mapping[str, list[str]]) -> list[Row] | Fault:
    values = [value for value in given.get(question.id, ()) if value.strip()]
    match question.kind:
        case Kind.TEXT:
            return _words(question, values)
        case Kind.SCALE:
            return _step(question, values)
        case _:
            return _choices(question, values, given.get(question.other_id, []) if question.other else [])


def _words(question: Question, values: list[str]) -> list[Row] | Fault:
    if len(values) > 1:
        return _twice(question)
    words = cleaned("".join(values))
    fault = _fault_of_words(question, words, question.maximum)
    return fault or ([(question.id, words)] if words else [])


def _step(question: Question, values: list[str]) -> list[Row] | Fault:
    if len(values) > 1:
        return _twice(question)
    steps = {str(step) for step in range(question.minimum, question.maximum + 1)}
    if not steps.issuperset(values):
        return _unknown(question)
    return [(question.id, value) for value in values]


def _choices(question: Question, values: list[str], others: list[str]) -> list[Row] | Fault:
    """The options chosen. Words typed beside them count as chosen, whether or not "other" is ticked."""
    offered = {str(number): option for number, option in enumerate(question.options, 1)}
    own = " ".join(cleaned("".join(others)).split())  # one line, as its field
    if len(others) > 1 or len(set(values)) < len(values):
        return _twice(question)
    if set(values) - offered.keys() - ({OTHER} if question.other else set()):
        return _unknown(question)
    if OTHER in values and not own:
        return _fault(
            question, Text("You chose to answer in your own words: write them, or choose another answer.")
        )
    rows = [(question.id, offered[value]) for value in values if value != OTHER]
    rows += [(question.other_id, own)] if own else []
    return _too_many(question, len(rows)) or _fault_of_words(question, own, LONGEST_OPTION) or rows


def _too_many(question: Question, count: int) -> Fault | None:
    if count <= question.maximum:
        return None
    message = plural("Choose one answer only.", "Choose {count} answers at most.", count=question.maximum)
    return _fault(question, message)


def _fault_of_words(question: Question, words: str, most: int) -> Fault | None:
    if UNSAFE.search(_LAYOUT.sub("", words)):
        return _fault(
            question, Text("This text holds an invisible character, taken out below: send it again.")
        )
    if len(words) > most:
        message = plural(
            "This text is {count} character too long: {most} are the most.",
            "This text is {count} characters too long: {most} are the most.",
            count=len(words) - most,
            most=most,
        )
        return _fault(question, message)
    return None


def cleaned(words: str) -> str:
    """Free words as they are stored: lines end in LF, letters composed, no space around."""
    text = re.sub(r"\r\n?", "\n", words)
    # Halves of characters: no UTF-8 can say them.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", text).strip()


def shown(words: str) -> str:
    """Free words as the form shows them again: all that was typed but invisible characters."""
    return UNSAFE.sub(lambda found: found[0] if _LAYOUT.match(found[0]) else "", cleaned(words))


def _twice(question: Question) -> Fault:
    return _fault(question, Text("This question was answered twice at once: choose again."))


def _unknown(question: Question) -> Fault:
    return _fault(question, Text("This answer is not one of those offered: choose again."))


def _fault(question: Question, message: Text) -> Fault:
    return Fault(question=question.id, message=message)
