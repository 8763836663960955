"""The size of the form that a questionnaire makes, when people fill all of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.ballots.limits import limits
from mailer.ballots.schema import LONGEST_OPTION
from mailer.findings import Finding, error
from mailer.toml.document import Document
from mailer.toml.positions import Path
from mailer.words import Text

# Of one form. The site reads 1,000 fields and 256 KB; the review adds a field of its own.
MOST_FIELDS = 900
MOST_BYTES = 250_000
_BYTES_OF_A_LETTER = 12  # four in UTF-8, three for each as a form writes them (%F0)
_BYTES_OF_A_CHOICE = 16  # a number, a rank, `other`; and the marks around name and value


def size_rules(
    document: Document, questions: tuple[tuple[Path, Mapping[str, Any]], ...]
) -> Iterator[Finding]:
    """Whatever people answer must fit into one form; told of the first question that does not."""
    fields = letters = 0
    for path, question in questions:
        more, length = _fields(question), len(question["id"] or "") + len(".other")
        fields += more
        letters += more * (length + _BYTES_OF_A_CHOICE) + _BYTES_OF_A_LETTER * _letters(question)
        if fields > MOST_FIELDS or letters > MOST_BYTES:
            message = Text("from this question on, the questionnaire is longer than one form can carry")
            cure = Text("ask less, or give the free words a smaller max")
            yield error("questionnaire-size", document.place_of(path), message, cure)
            return


def _fields(question: Mapping[str, Any]) -> int:
    """How many fields it sends at most."""
    match question["kind"]:
        case "multiple":
            return len(question["options"]) + 2 * int(question["other"])
        case "rank":
            return len(question["options"])
        case "matrix":
            return len(question["rows"])
        case _:
            return 1 + int(question["other"])


def _letters(question: Mapping[str, Any]) -> int:
    """How many letters one may write there."""
    own = LONGEST_OPTION if question["other"] else 0
    return own + (limits(question)[1] if question["kind"] == "text" else 0)
