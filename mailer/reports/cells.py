"""Cells and tables as people read them: numbers and shares in the way of a language, sentences translated."""

from dataclasses import dataclass
from datetime import datetime

from mailer.reports.words import day
from mailer.words import Text


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; None: of nobody."""

    part: float | None


Cell = str | int | Text | Share | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart; it stands in its table as well."""

    label: Cell
    length: float
    value: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures under their heads; `bars` draws some of them. The first column names the rows."""

    title: Text
    heads: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Text, ...] = ()
    bars: tuple[Bar, ...] = ()
    drawn: Text | None = None  # what the bars show, for who does not see them


def shown(cell: Cell, language: str) -> str:
    """A cell in `language`."""
    if isinstance(cell, Text):
        return cell.say(language)
    if isinstance(cell, Share):
        return _share(cell.part, language)
    if isinstance(cell, datetime):
        return day(cell).say(language)
    return number(cell, language) if isinstance(cell, int) else cell


def number(count: int, language: str) -> str:
    """`12 345` in French, `12,345` in English; with U+00A0, which consoles have (docs/decisions/0003)."""
    return f"{count:,}".replace(",", "\u00a0") if language == "fr" else f"{count:,}"


def _share(part: float | None, language: str) -> str:
    if part is None:
        return "–"
    said = f"{part * 100:.1f}"
    return Text("{share}%", share=said.replace(".", ",") if language == "fr" else said).say(language)
