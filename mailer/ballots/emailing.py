"""The question that a mail asks beside its page: the first one, where one chooses among a few."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.ballots.limits import limits
from mailer.ballots.model import Question, Questionnaire
from mailer.ballots.schema import MOST_BUTTONS
from mailer.findings import Finding, error
from mailer.toml.document import Document
from mailer.toml.positions import Path
from mailer.words import Text

KINDS = ("single", "yes-no", "scale")


def emailed(questionnaire: Questionnaire) -> Question | None:
    """The question that the mail asks too, if there is one."""
    first = questionnaire.questions[0] if questionnaire.questions else None
    return first if first is not None and first.email else None


def email_rules(
    document: Document, questions: tuple[tuple[Path, Mapping[str, Any]], ...]
) -> Iterator[Finding]:
    """What keeps a question from being asked in a mail."""
    for at, (path, question) in enumerate(questions):
        if not question["email"]:
            continue
        place = document.place_of((*path, "email"))
        if at:
            message = Text("only the first question can be asked in the mail")
            yield error("email-question", place, message, Text("move it to the top, or remove the line"))
        elif question["kind"] not in (*KINDS, None):
            message = Text(
                "a question of the kind '{kind}' cannot be asked in the mail", kind=question["kind"]
            )
            cure = Text("write {example}, or remove the line", example=", ".join(KINDS))
            yield error("email-question", place, message, cure)
        elif _buttons(question) > MOST_BUTTONS:
            message = Text("more than {count} choices are too many buttons for a mail", count=MOST_BUTTONS)
            yield error("email-question", place, message, Text("offer fewer, or remove the line"))


def _buttons(question: Mapping[str, Any]) -> int:
    if question["kind"] == "scale":
        low, high = limits(question)
        return high - low + 1
    return len(question["options"])
