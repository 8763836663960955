"""A tract as a tree: what the author wrote, free of Markdown, HTML and plain text alike.

Blocks hold inlines; both parts of the mail (HTML, text) are written from this one tree.
Placeholders appear in texts as ASCII marks (see `placeholders`), words like any other.
"""

from dataclasses import dataclass

from mailer.findings import Place

# --- inlines -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    inlines: "Inlines"


@dataclass(frozen=True, slots=True)
class Emphasis:
    inlines: "Inlines"


@dataclass(frozen=True, slots=True)
class Strike:
    inlines: "Inlines"


@dataclass(frozen=True, slots=True)
class Code:
    """Words no typography touches."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break the author asked for."""


@dataclass(frozen=True, slots=True)
class Link:
    """`href` is what the author wrote; its final address is the edition's business."""

    href: str
    inlines: "Inlines"
    place: Place


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: inside words, or alone in its paragraph as a block. `width` (px) if the author says."""

    source: str
    alt: str
    place: Place
    width: int | None = None


Inline = Run | Strong | Emphasis | Strike | Code | Break | Link | Picture
Inlines = tuple[Inline, ...]

# --- blocks ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` as in the mail: 1 only for the one h1."""

    level: int
    inlines: Inlines
    place: Place


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: Inlines
    place: Place


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `start` is None for bullets, the first number otherwise."""

    items: tuple["Blocks", ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Frame:
    """A boxed aside: `::: frame` (`::: cadre`)."""

    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Table:
    """A data table; `alignments` holds left, center or right (default left) per column."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    alignments: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Bars:
    """A table whose rows have a bar each; `lengths` in percent of the width."""

    table: Table
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A call to action: a paragraph that is one link of class `button`."""

    link: Link


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A block of code, kept letter for letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Switch:
    """Marks of `{% if %}`, `{% else %}`, `{% endif %}` standing alone between blocks."""

    marks: str
    place: Place


Block = (
    Heading | Paragraph | Bullets | Quote | Frame | Table | Bars | Button | Rule | Listing | Switch | Picture
)
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tract:
    """One leaflet: a title and what follows."""

    title: Inlines
    blocks: Blocks
    place: Place
