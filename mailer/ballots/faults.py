"""A fault of a posted form: what is wrong with the answer to one question, as a sentence for who answers."""

from dataclasses import dataclass

from mailer.ballots.model import Question
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with the answer to `question` (an id; empty: with the form as a whole)."""

    question: str
    message: Text


def fault(question: Question, message: Text) -> Fault:
    """What is wrong with the answer to a question."""
    return Fault(question=question.id, message=message)


def twice(question: Question) -> Fault:
    """More came than the page can send."""
    return fault(question, Text("This question was answered twice at once: choose again."))


def unknown(question: Question) -> Fault:
    """Something came that the page does not offer."""
    return fault(question, Text("This answer is not one of those offered: choose again."))
