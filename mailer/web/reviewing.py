"""The review before sending: all that would be stored, in words, and what would be dropped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailer.ballots.answering import Form
from mailer.ballots.crossings import crossing_id, read_crossing
from mailer.ballots.model import Kind, Question, Questionnaire
from mailer.ballots.writing import Row, shown
from mailer.compose.typography import typeset
from mailer.web.wording import choice_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The answers to one question, as the rows hold them."""

    number: int
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The answers to two questions (their numbers), stored as one."""

    one: int
    other: int
    answers: tuple[str, str]


def kept(questionnaire: Questionnaire, rows: Sequence[Row], language: str) -> list[Kept]:
    """What the rows hold, question by question; a question without a row is left out."""
    held = _held(rows)
    found = [
        Kept(
            number=number,
            text=typeset(question.text, language),
            answers=tuple(_answers(question, held, language)),
        )
        for number, question in enumerate(questionnaire.questions, 1)
    ]
    return [one for one in found if one.answers]


def together(questionnaire: Questionnaire, rows: Sequence[Row], language: str) -> list[Together]:
    """The crossings among the rows."""
    held = _held(rows)
    places = {question.id: (at, question) for at, question in enumerate(questionnaire.questions, 1)}
    found = []
    for pair in questionnaire.crosstabs:
        (one, first), (other, second) = (places[name] for name in pair)
        for value in held.get(crossing_id(*pair), ()):
            said = read_crossing(value)
            answers = (_words(first, said[0], language), _words(second, said[1], language))
            found.append(Together(one=one, other=other, answers=answers))
    return found


def carried(form: Form) -> list[tuple[str, str]]:
    """The fields that take the answers along, to be sent or changed: there is no cookie to hold them."""
    return [(name, shown(value)) for name, value in form if value.strip()]


def _held(rows: Sequence[Row]) -> Mapping[str, list[str]]:
    held: dict[str, list[str]] = {}
    for name, value in rows:
        held.setdefault(name, []).append(value)
    return held


def _answers(question: Question, held: Mapping[str, list[str]], language: str) -> Iterator[str]:
    if question.kind is Kind.RANK:
        for rank in question.offered:
            for option in held.get(question.line_id(int(rank)), ()):
                yield f"{rank}. {typeset(option, language)}"
    elif question.kind is Kind.MATRIX:
        for number, line in enumerate(question.rows, 1):
            for option in held.get(question.line_id(number), ()):
                yield f"{typeset(line, language)} → {typeset(option, language)}"
    else:
        for value in held.get(question.id, ()):
            yield _words(question, value, language)
        yield from held.get(question.other_id, ())


def _words(question: Question, stored: str, language: str) -> str:
    """A stored value as it was offered; what was typed stays as it is."""
    forms = {value: form for form, value in question.offered.items()}
    return choice_words(question, forms[stored], language) if stored in forms else stored
