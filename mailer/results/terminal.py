"""Results on a terminal: each question, a bar for each answer, its share and its people."""

from collections.abc import Iterator

from mailer.results.figures import Figure, Grid, Panel, Results
from mailer.results.numbers import number, people, share
from mailer.results.page import base_words, opening
from mailer.words import Text

_WIDTH = 24  # of a bar of everybody
_LONGEST = 36  # letters of an answer beside its bar


def lines(results: Results, language: str, bar: str) -> Iterator[str]:
    """Line by line; `bar` is the letter that bars are made of."""
    yield results.title
    yield from (one.say(language) for one in opening(results))
    for question in results.questions:
        yield ""
        yield f"{question.number}. {question.text}"
        for panel in question.panels:
            yield from _panel(panel, language, bar)
        if not question.panels:
            yield "   " + Text(
                "Nothing can be shown here: how many were asked would tell what is covered above."
            ).say(language)
        yield from (f"   « {said} »" if language == "fr" else f"   “{said}”" for said in question.words)
    for grid in results.crossings:
        yield ""
        yield from _grid(grid, language)


def _panel(panel: Panel, language: str, bar: str) -> Iterator[str]:
    if panel.title:
        yield f"   {panel.title}"
    width = min(max(len(one.label) for one in panel.figures), _LONGEST)
    for one in panel.figures:
        label = one.label if len(one.label) <= _LONGEST else f"{one.label[: _LONGEST - 1]}…"
        drawn = (bar * round(one.share * _WIDTH)).ljust(_WIDTH)
        yield f"   {label.ljust(width)}  {drawn}  {_told(one, language)}"
    yield f"   {base_words(panel.base, language)}"


def _told(figure: Figure, language: str) -> str:
    if figure.count is None and not figure.least:
        return people(figure, language)
    return f"{share(figure, language)}  ({people(figure, language)})"


def _grid(grid: Grid, language: str) -> Iterator[str]:
    yield Text("Questions {one} and {other} together", one=grid.one, other=grid.other).say(language)
    covered = Text("covered").say(language)
    for row, cells in zip(grid.rows, grid.cells, strict=True):
        for column, count in zip(grid.columns, cells, strict=True):
            yield f"   {row} + {column}: {covered if count is None else number(count, language)}"
    yield f"   {base_words(grid.people, language)}"
