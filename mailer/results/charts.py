"""Bars as SVG, made here: no script, no library, words that keep their size on a telephone.

Lengths are percents of the width, so nothing is scaled; labels stand above their bars. Colours are the
page's. A bar of which only a part is known ends open. The same figures stand in a table beside.
"""

from collections.abc import Sequence
from html import escape

from mailer.people.cells import FORBIDDEN
from mailer.results.figures import Figure
from mailer.results.numbers import share

_ROW, _WORDS, _BAR = 46, 16, 14  # px: a row, the base line of its words, the height of its bar
_LONGEST = 30  # letters of a label that fit beside its figure on 320 px; the table has it whole
_LEAST = 0.5  # percent: a bar that is there is seen


def bars(ident: str, title: str, description: str, figures: Sequence[Figure], language: str) -> str:
    """An `<svg>` with a title and a description; `ident` is its own in the page. Full width is everybody."""
    rows = "".join(_row(at, one, language) for at, one in enumerate(figures))
    return (
        f'<svg role="img" aria-labelledby="{ident}-title {ident}-desc" width="100%" '
        f'height="{len(figures) * _ROW}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{ident}-title">{_safe(title)}</title><desc id="{ident}-desc">{_safe(description)}</desc>'
        f"{rows}</svg>"
    )


def _row(at: int, figure: Figure, language: str) -> str:
    top = at * _ROW
    label = figure.label if len(figure.label) <= _LONGEST else f"{figure.label[: _LONGEST - 1]}…"
    width = max(figure.share * 100, _LEAST) if figure.share else 0
    kind = "bar" if figure.count is not None else "bar open"
    return (
        f'<text x="0" y="{top + _WORDS}">{_safe(label)}</text>'
        f'<text class="value" x="100%" y="{top + _WORDS}">{_safe(share(figure, language))}</text>'
        f'<rect class="ground" x="0" y="{top + 23}" width="100%" height="{_BAR}"/>'
        f'<rect class="{kind}" x="0" y="{top + 23}" width="{width:.2f}%" height="{_BAR}"/>'
    )


def _safe(text: str) -> str:
    """As text of SVG: a label is an author's, and may be markup; controls are no characters of XML."""
    return escape(FORBIDDEN.sub("", text))
