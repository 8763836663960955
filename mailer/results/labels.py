"""Answers in words: what stood beside a box, in the language of the page."""

from mailer.ballots.model import Kind, Question
from mailer.ballots.wording import option_said
from mailer.compose.typography import typeset
from mailer.results.counting import CHOSEN, OTHER, WROTE, bounds, cell_name
from mailer.results.covering import NONE
from mailer.words import Text

_OURS = {
    OTHER: Text("in their own words"),
    WROTE: Text("wrote something"),
    CHOSEN: Text("chosen"),
    NONE: Text("no answer"),
}


def option_words(question: Question, stored: str, language: str) -> str:
    """A stored value of a question, as it was offered."""
    return typeset(option_said(question, stored, language), language)


def cell_words(question: Question, cell: str, language: str) -> str:
    """A cell of a table; a class of numbers by its first and last one."""
    if cell in _OURS:
        return _OURS[cell].say(language)
    value = cell.removeprefix(cell_name(""))
    if question.kind is Kind.SCALE and len(question.labels) == 2:
        ends = dict(zip((question.minimum, question.maximum), question.labels, strict=True))
        end = ends.get(int(value))
        return f"{value} · {typeset(end, language)}" if end else value
    if question.kind is not Kind.NUMBER:
        return option_words(question, value, language)
    begins = [*bounds(question), question.maximum + 1]
    begin = int(value)
    last = begins[begins.index(begin) + 1] - 1
    return value if last == begin else Text("{low} to {high}", low=begin, high=last).say(language)
