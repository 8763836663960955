"""Every key of a questionnaire file: kind, default, what it may hold."""

import re

from mailer.letters import is_one_line
from mailer.toml.table import Key, Table
from mailer.words import Text

MODES = ("open", "ballot", "named")
KINDS = ("single", "multiple", "yes-no", "scale", "number", "rank", "matrix", "text")

MOST_OPTIONS = 50
MOST_RANKED = 20  # options to put in order: a list to choose a rank from for each
MOST_COLUMNS = 11  # of a matrix
MOST_ROWS = 20  # of a matrix
LONGEST_OPTION = 200  # characters; also of an answer in one's own words beside the options
LONGEST_TEXT = 5000
LONGEST_QUESTION = 1000
STEPS = 11  # of a scale: 0 to 10
FARTHEST = 1_000_000_000  # from zero, of a number
MOST_CROSSTABS = 10
MOST_BUTTONS = 7  # choices of a question that a mail asks


def _line(value: str) -> Text | None:
    if not value.strip():
        return Text("write something between the quotes")
    if not is_one_line(value):
        return Text("write it on one line, without invisible characters")
    return _short(value, LONGEST_QUESTION)


def _option(value: str) -> Text | None:
    return _line(value) or _short(value, LONGEST_OPTION)


def _lines(value: str) -> Text | None:
    if not is_one_line(value.replace("\n", "")):
        return Text("write it without invisible characters")
    return _short(value, LONGEST_TEXT)


def _hint(value: str) -> Text | None:
    return _line(value) if value else None


def _short(value: str, most: int) -> Text | None:
    return Text("write {count} characters at most", count=most) if len(value) > most else None


def _id(value: str) -> Text | None:
    """The name of a form's field: it also stands in addresses and results."""
    if re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", value):
        return None
    return Text("write a letter, then a to z, 0 to 9, - and _, at most 40")


def _year(value: object) -> Text | None:
    # One day more must still be a date.
    return Text("write a nearer date") if getattr(value, "year", 0) > 9000 else None


_QUESTION: Table = (
    Key("id", "string", required=True, check=_id, doc=Text("its name in results, never changed afterwards")),
    Key("kind", "string", required=True, choices=KINDS, doc=Text("how it is answered")),
    Key("text", "string", required=True, check=_line, doc=Text("the question, as people read it")),
    Key("hint", "string", default="", check=_hint, doc=Text("a sentence below the question")),
    Key("required", "boolean", default=False, doc=Text("whether it must be answered")),
    Key("options", "strings", default=[], check=_option, doc=Text("the answers to choose from")),
    Key(
        "other",
        "boolean",
        default=False,
        doc=Text("whether one may answer in one's own words beside the options"),
    ),
    Key(
        "rows",
        "strings",
        default=[],
        check=_option,
        doc=Text("the lines of a matrix, its columns are options"),
    ),
    Key(
        "min",
        "integer",
        minimum=-FARTHEST,
        maximum=FARTHEST,
        doc=Text("where a scale begins (1 if absent), the smallest number (0)"),
    ),
    Key(
        "max",
        "integer",
        minimum=-FARTHEST,
        maximum=FARTHEST,
        doc=Text(
            "where a scale ends (5 if absent), the largest number (1000000), choices or ranks at most (all), "
            "characters at most (1000)"
        ),
    ),
    Key(
        "labels",
        "strings",
        default=[],
        check=_option,
        doc=Text("words for the two ends of a scale, or for each step"),
    ),
    Key(
        "email",
        "boolean",
        default=False,
        doc=Text("whether the mail asks it too: its choices are buttons, which only tick a box on the page"),
    ),
    Key(
        "if",
        "named values",
        default={},
        doc=Text("asked only of those who gave these answers to earlier questions"),
    ),
)

QUESTIONNAIRE: Table = (
    Key("title", "string", required=True, check=_line, doc=Text("the title of the page")),
    Key("mode", "string", default="open", choices=MODES, doc=Text("who may answer, and what is kept")),
    Key(
        "closes",
        "datetime",
        check=_year,
        doc=Text("no answer is taken afterwards; a date closes at its end"),
    ),
    Key(
        "k",
        "integer",
        default=5,
        minimum=5,
        maximum=1000,
        doc=Text("with fewer answers than this nothing is shown"),
    ),
    Key("intro", "string", default="", check=_lines, doc=Text("sentences above the questions")),
    Key(
        "crosstabs",
        "pairs",
        default=(),
        doc=Text("pairs of questions whose answers are also stored together"),
    ),
    Key(
        "question",
        "array of tables",
        one=True,
        default=(),
        keys=_QUESTION,
        doc=Text("the questions, in order"),
    ),
)
"""The keys of a questionnaire file."""
