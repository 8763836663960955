"""Questions as the page's template reads them: fields, what was typed into them, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.ballots.answering import OTHER, Fault, Form, shown
from mailer.ballots.model import Kind, Question, Questionnaire
from mailer.ballots.schema import LONGEST_OPTION
from mailer.compose.typography import typeset


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One box to tick."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of the form. `first` is the id of the field a link of the error summary leads to."""

    id: str
    number: int
    kind: str
    text: str
    hint: str
    required: bool
    choices: tuple[Choice, ...]
    other: bool
    other_chosen: bool
    other_words: str
    words: str
    maximum: int
    ends: tuple[str, ...]
    fault: str

    @property
    def first(self) -> str:
        return f"{self.id}-1" if self.choices else f"{self.id}-words"

    @property
    def answers(self) -> list[str]:
        """What was chosen and typed, to read."""
        chosen = [choice.label for choice in self.choices if choice.chosen and choice.value]
        return chosen + [words for words in (self.other_words, self.words) if words]


def asked(questionnaire: Questionnaire, form: Form, faults: Sequence[Fault], language: str) -> list[Asked]:
    """The questions in order, with all that `form` brought to them."""
    told = {fault.question: fault.message.say(language) for fault in faults}
    return [
        _asked(question, number, form, told.get(question.id, ""), language)
        for number, question in enumerate(questionnaire.questions, 1)
    ]


def _asked(question: Question, number: int, form: Form, fault: str, language: str) -> Asked:
    given = [value for name, value in form if name == question.id]
    typed = shown("\n".join(value for name, value in form if name == question.other_id))
    is_text = question.kind is Kind.TEXT
    return Asked(
        id=question.id,
        number=number,
        kind=str(question.kind),
        text=typeset(question.text, language),
        hint=typeset(question.hint, language),
        required=question.required,
        choices=_choices(question, given, language),
        other=question.other,
        other_chosen=OTHER in given,
        other_words=typed,
        words=shown("\n".join(given)) if is_text else "",
        maximum=question.maximum if is_text else LONGEST_OPTION,
        ends=tuple(typeset(one, language) for one in question.labels) if len(question.labels) == 2 else (),
        fault=fault,
    )


def _choices(question: Question, given: Sequence[str], language: str) -> tuple[Choice, ...]:
    match question.kind:
        case Kind.SCALE:
            steps = range(question.minimum, question.maximum + 1)
            named = len(question.labels) == len(steps) and len(steps) > 2
            labels = [
                f"{step} · {question.labels[at]}" if named else str(step) for at, step in enumerate(steps)
            ]
            values = [str(step) for step in steps]
        case Kind.TEXT:
            return ()
        case _:
            labels = list(question.options)
            values = [str(number) for number in range(1, len(labels) + 1)]
    return tuple(
        Choice(value=value, label=typeset(label, language), chosen=value in given)
        for value, label in zip(values, labels, strict=True)
    )
