"""Bars as SVG, made here: no script, no library, words that keep their size on a telephone.

Lengths are percents of the width, so nothing is scaled; labels stand above their bars. Colours are the page's
(`var(--bar)`), light or dark. The same figures stand in a table beside.
"""

from collections.abc import Sequence
from html import escape

from mailer.people.cells import FORBIDDEN
from mailer.reports.cells import Bar, shown

_ROW, _WORDS, _BAR = 44, 16, 14  # px: a row, the base line of its words, the height of its bar
_LONGEST = 30  # letters of a label that fit beside its figure on 320 px; the table has it whole
_LEAST = 0.5  # percent: a bar that is there is seen


def bars(ident: str, title: str, description: str, found: Sequence[Bar], language: str) -> str:
    """An `<svg>` with a title and a description, one row for each bar; `ident` is its own in the page."""
    longest = max(bar.length for bar in found) or 1.0
    rows = "".join(_row(at, bar, bar.length / longest, language) for at, bar in enumerate(found))
    return (
        f'<svg role="img" aria-labelledby="{ident}-title" aria-describedby="{ident}-desc" width="100%" '
        f'height="{len(found) * _ROW}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{ident}-title">{_safe(title)}</title><desc id="{ident}-desc">{_safe(description)}</desc>'
        f"{rows}</svg>"
    )


def _row(at: int, bar: Bar, share: float, language: str) -> str:
    top = at * _ROW
    label = shown(bar.label, language)
    label = label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
    width = max(share * 100, _LEAST) if share else 0
    return (
        f'<text x="0" y="{top + _WORDS}">{_safe(label)}</text>'
        f'<text class="value" x="100%" y="{top + _WORDS}">{_safe(shown(bar.value, language))}</text>'
        f'<rect class="ground" x="0" y="{top + 22}" width="100%" height="{_BAR}"/>'
        f'<rect class="bar" x="0" y="{top + 22}" width="{width:.2f}%" height="{_BAR}"/>'
    )


def _safe(text: str) -> str:
    """As text of SVG: a label is an author's, and may be markup; controls are no characters of XML."""
    return escape(FORBIDDEN.sub("", text))
