"""Bars as SVG, made here: no script, no library, words that keep their size on a telephone.

Lengths are percents of the width, so nothing is scaled; labels stand above their bars. Colours are the page's
(`var(--bar)`), light or dark. The same figures stand in a table beside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mailer.people.cells import FORBIDDEN

_ROW, _WORDS, _TOP, _BAR = 44, 16, 22, 14  # px: a row, the base line of its words, its bar's top and height
_LONGEST = 30  # letters of a label that fit beside its figure on 320 px; the table has it whole
_LEAST = 0.5  # percent: a bar that is there is seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A bar with its words."""

    label: str
    value: str
    share: float  # 0 to 1, of the width
    open: bool = False  # only a part of it is known: it ends open


def bars(ident: str, title: str, description: str, rows: Sequence[Row]) -> str:
    """An `<svg>` with a title and a description, one row for each bar; `ident` is its own in the page."""
    drawn = "".join(_row(at * _ROW, row) for at, row in enumerate(rows))
    return (
        f'<svg role="img" aria-labelledby="{ident}-title" aria-describedby="{ident}-desc" width="100%" '
        f'height="{len(rows) * _ROW}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{ident}-title">{_safe(title)}</title><desc id="{ident}-desc">{_safe(description)}</desc>'
        f"{drawn}</svg>"
    )


def _row(top: int, row: Row) -> str:
    label = row.label if len(row.label) <= _LONGEST else f"{row.label[: _LONGEST - 1]}…"
    width = max(row.share * 100, _LEAST) if row.share else 0
    return (
        f'<text x="0" y="{top + _WORDS}">{_safe(label)}</text>'
        f'<text class="value" x="100%" y="{top + _WORDS}">{_safe(row.value)}</text>'
        f'<rect class="ground" x="0" y="{top + _TOP}" width="100%" height="{_BAR}"/>'
        f'<rect class="{"bar open" if row.open else "bar"}" x="0" y="{top + _TOP}" '
        f'width="{width:.2f}%" height="{_BAR}"/>'
    )


def _safe(text: str) -> str:
    """As text of SVG: a label is an author's, and may be markup; controls are no characters of XML."""
    return escape(FORBIDDEN.sub("", text))
