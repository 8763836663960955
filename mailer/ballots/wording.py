"""What one may answer in words, before any typography."""

from mailer.ballots.model import NO, YES, Kind, Question
from mailer.words import Text


def option_said(question: Question, stored: str, language: str) -> str:
    """An answer as it was offered; `stored` as it stands in the box."""
    match question.kind:
        case Kind.YES_NO:
            return {YES: Text("Yes"), NO: Text("No")}[stored].say(language)
        case Kind.SCALE:
            steps = question.maximum - question.minimum + 1
            named = len(question.labels) == steps and steps > 2
            return f"{stored} · {question.labels[int(stored) - question.minimum]}" if named else stored
        case _:
            return stored
