"""A choice in words, before any typography."""

from mailer.ballots.model import NO, YES, Kind, Question
from mailer.words import Text


def choice_said(question: Question, value: str, language: str) -> str:
    """What one chooses; `value` as a form says it."""
    match question.kind:
        case Kind.YES_NO:
            return {YES: Text("Yes"), NO: Text("No")}[value].say(language)
        case Kind.SCALE:
            steps = question.maximum - question.minimum + 1
            named = len(question.labels) == steps and steps > 2
            return f"{value} · {question.labels[int(value) - question.minimum]}" if named else value
        case _:
            return question.offered[value]
