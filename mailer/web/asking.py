"""Questions as the page's template reads them: fields, what was typed into them, what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailer.ballots.answering import Form
from mailer.ballots.choosing import OTHER
from mailer.ballots.faults import Fault
from mailer.ballots.model import Kind, Question, Questionnaire
from mailer.ballots.schema import LONGEST_OPTION
from mailer.ballots.writing import LONGEST_NUMBER, shown
from mailer.compose.typography import typeset
from mailer.web.hiding import box_id
from mailer.web.wording import choice_words, condition_words, limit_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One box to tick, or one entry of a list. The id of an entry is empty."""

    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the lines under a question, with choices of its own: an option to rank, a row of a matrix."""

    id: str
    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of the form. `first` is the id of the field a link of the error summary leads to."""

    id: str
    number: int
    kind: str
    text: str
    hint: str
    condition: str
    required: bool
    choices: tuple[Choice, ...]
    lines: tuple[Line, ...]
    other: bool
    other_chosen: bool
    other_words: str
    words: str
    limit: str
    maximum: int
    signed: bool  # a number that may be below zero: phones' keypads of digits have no minus
    ends: tuple[str, ...]
    fault: str

    @property
    def first(self) -> str:
        if self.lines:
            return self.lines[0].choices[0].id or self.lines[0].id
        return self.choices[0].id if self.choices else f"{self.id}-words"

    @property
    def answers(self) -> list[str]:
        """What was chosen and typed, to read."""
        chosen = [choice.label for choice in self.choices if choice.chosen]
        placed = [
            (choice.value, line.label, choice.label)
            for line in self.lines
            for choice in line.choices
            if choice.chosen
        ]
        if self.kind == Kind.RANK:
            chosen += [f"{rank}. {label}" for rank, label, _ in sorted(placed, key=lambda one: int(one[0]))]
        else:
            chosen += [f"{label} → {said}" for _, label, said in placed]
        return chosen + [words for words in (self.other_words, self.words) if words]


def asked(questionnaire: Questionnaire, form: Form, faults: Sequence[Fault], language: str) -> list[Asked]:
    """The questions in order, with all that `form` brought to them."""
    told = {fault.question: fault.message.say(language) for fault in faults}
    conditions = condition_words(questionnaire, language)
    return [
        _asked(question, number, form, (told.get(question.id, ""), conditions[question.id]), language)
        for number, question in enumerate(questionnaire.questions, 1)
    ]


def _asked(question: Question, number: int, form: Form, said: tuple[str, str], language: str) -> Asked:
    given = _given(form, question.id)
    is_typed = question.kind in (Kind.TEXT, Kind.NUMBER)
    longest = {Kind.TEXT: question.maximum, Kind.NUMBER: LONGEST_NUMBER}.get(question.kind, LONGEST_OPTION)
    return Asked(
        id=question.id,
        number=number,
        kind=str(question.kind),
        text=typeset(question.text, language),
        hint=typeset(question.hint, language),
        condition=said[1],
        required=question.required,
        choices=() if question.lines or is_typed else tuple(_boxes(question, question.id, given, language)),
        lines=tuple(_lines(question, form, language)),
        other=question.other,
        other_chosen=OTHER in given,
        other_words=shown("\n".join(_given(form, question.other_id))),
        words=shown("\n".join(given)) if is_typed else "",
        limit=limit_words(question, language),
        maximum=longest,
        signed=question.kind is Kind.NUMBER and question.minimum < 0,
        ends=tuple(typeset(one, language) for one in question.labels) if len(question.labels) == 2 else (),
        fault=said[0],
    )


def _given(form: Form, name: str) -> list[str]:
    return [value for given, value in form if given == name]


def _boxes(question: Question, name: str, given: Sequence[str], language: str) -> Iterator[Choice]:
    """The boxes of one field called `name`: a question, or a row of a matrix."""
    for number, value in enumerate(question.offered, 1):
        place = box_id(question, number) if name == question.id else f"{name}-{number}"
        label = choice_words(question, value, language)
        yield Choice(id=place, value=value, label=label, chosen=value in given)


def _lines(question: Question, form: Form, language: str) -> Iterator[Line]:
    for number, text in enumerate(question.lines, 1):
        name = question.line_id(number)
        given = _given(form, name)
        if question.kind is Kind.RANK:
            choices = tuple(
                Choice(id="", value=rank, label=rank, chosen=rank in given) for rank in question.offered
            )
        else:
            choices = tuple(_boxes(question, name, given, language))
        yield Line(id=f"{name}-line", name=name, label=typeset(text, language), choices=choices)
