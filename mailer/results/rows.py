"""Results for a spreadsheet or a program: the figures line by line, and the answers they stand for."""

from collections.abc import Iterator, Sequence
from typing import Any

from mailer.results.counting import OTHER, WROTE, cell_name
from mailer.results.covering import NONE
from mailer.results.figures import Answered, Figure, Grid, Panel, Results

COLUMNS = ("question", "text", "line", "answer", "people", "least", "base")
ANSWERS = ("question", "value")
_OURS = {OTHER: "other", WROTE: "words", NONE: "none"}


def as_rows(results: Results) -> Iterator[list[str]]:
    """A line for each figure; `people` is empty where it is covered, then at least `least` are known.

    A crossing has the question `one×other`, one answer in `line` and the other in `answer`.
    """
    for question in results.questions:
        for panel, figure in _figures(question):
            people = "" if figure.count is None else str(figure.count)
            least = str(figure.least) if figure.count is None else ""
            yield [question.id, question.text, panel.title, figure.label, people, least, str(panel.base)]
    for grid in results.crossings:
        for row, column, count in _cells(grid):
            people = "" if count is None else str(count)
            yield [grid.name, f"{grid.one} × {grid.other}", row, column, people, "", str(grid.people)]


def as_json(results: Results) -> dict[str, Any]:
    """The same as one object; keys stay English."""
    return {
        "title": results.title,
        "k": results.k,
        "people": results.people,
        "closed": results.closed,
        "late": results.late,
        "questions": [_question(one) for one in results.questions],
        "crossings": [_grid(one) for one in results.crossings],
    }


def _question(question: Answered) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind,
        "text": question.text,
        "mean": question.mean,
        "tables": [
            {
                "name": panel.name,
                "title": panel.title,
                "base": panel.base,
                "answers": [
                    {
                        "value": value_of(one),
                        "label": one.label,
                        "people": one.count,
                        "least": one.least,
                    }
                    for one in panel.figures
                ],
            }
            for panel in question.panels
        ],
        "words": list(question.words),
    }


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "name": grid.name,
        "people": grid.people,
        "rows": list(grid.values[0]),
        "columns": list(grid.values[1]),
        "cells": [list(row) for row in grid.cells],
    }


def as_answers(results: Results) -> list[tuple[str, str]]:
    """A line for each answer that is counted in a figure which is shown; and the words that may be read.

    What is covered is not here, so that no count of lines gives it back. The order is the caller's to mix.
    """
    found: list[tuple[str, str]] = []
    for question in results.questions:
        for panel, figure in _figures(question):
            if figure.count and figure.cell.startswith(cell_name("")):
                found += [(panel.name, value_of(figure))] * figure.count
        found += [(f"{question.id}.words", said) for said in question.words]
    return found


def value_of(figure: Figure) -> str:
    """An answer as it is stored; `other`, `words` or `none` for what is no option."""
    return _OURS.get(figure.cell, figure.cell.removeprefix(cell_name("")))


def _figures(question: Answered) -> Iterator[tuple[Panel, Figure]]:
    return ((panel, figure) for panel in question.panels for figure in panel.figures)


def _cells(grid: Grid) -> Iterator[tuple[str, str, int | None]]:
    for row, cells in zip(grid.rows, grid.cells, strict=True):
        yield from ((row, column, count) for column, count in _pairs(grid.columns, cells))


def _pairs(columns: Sequence[str], cells: Sequence[int | None]) -> Iterator[tuple[str, int | None]]:
    return zip(columns, cells, strict=True)
