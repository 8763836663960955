"""The tree in HTML: every element is a macro of the template, so the designer owns all markup."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

from markupsafe import Markup, escape

from mailer.compose import tree, walk

BLOCKS = "blocks.html"  # the template's macros
MACROS = (
    "heading",
    "paragraph",
    "bullets",
    "quote",
    "frame",
    "listing",
    "table",
    "rule",
    "button",
    "link",
    "code",
    "image",
    "strong",
    "emphasis",
    "strike",
    "line_break",
)
BARS = "bars"  # a macro asked for only where figures are shown: templates of before have none


class Macros(Protocol):
    """The module of a template's blocks.html, which has all of `MACROS`."""

    def __getattr__(self, name: str) -> Callable[..., Markup]: ...


@dataclass(frozen=True, slots=True)
class Picturing:
    """An image as the mail shows it: final address and width in CSS px."""

    src: str
    width: int


@dataclass(frozen=True, slots=True)
class Band:
    """A horizontal slice of the mail: plain, or framed; its parts become MJML components."""

    frame: bool
    parts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """Writes blocks with `macros`; addresses of links and images come from the edition."""

    macros: Macros
    address: Callable[[str, str], str]
    picture: Callable[[tree.Picture], Picturing]

    def bands(self, blocks: tree.Blocks) -> list[Band]:
        """The blocks of a tract, cut where a frame begins or ends."""
        bands = []
        for framed, group in groupby(blocks, key=lambda block: isinstance(block, tree.Frame)):
            if framed:
                frames = [block for block in group if isinstance(block, tree.Frame) and block.blocks]
                bands += [Band(True, tuple(self._parts(frame.blocks))) for frame in frames]
            else:
                bands.append(Band(False, tuple(self._parts(tuple(group)))))
        return bands

    def _parts(self, blocks: tree.Blocks) -> Iterator[Mapping[str, Any]]:
        for own, group in groupby(blocks, key=_is_component):
            if own:
                yield from (self._component(block) for block in group)
            else:
                yield {"kind": "text", "html": self.blocks(tuple(group))}

    def _component(self, block: tree.Block) -> Mapping[str, Any]:
        match block:
            case tree.Button(link=link):
                return {"kind": "button", "href": self._href(link), "html": self.inlines(link.inlines)}
            case tree.Picture():
                shown = self.picture(block)
                return {"kind": "image", "src": shown.src, "alt": block.alt, "width": shown.width, "href": ""}
            case tree.Table():
                return {"kind": "table", "html": self._table(block)}
            case tree.Bars():
                return {"kind": "table", "html": self._bars(block)}
            case tree.Rule():
                return {"kind": "rule"}
            case tree.Switch(marks=marks):
                return {"kind": "switch", "marks": marks}
        raise AssertionError(block)

    # --- flow: what stands inside a text

    def blocks(self, blocks: tree.Blocks) -> Markup:
        """Blocks one after the other."""
        return Markup("").join(map(self._block, blocks))

    def _block(self, block: tree.Block) -> Markup:
        write = self.macros
        match block:
            case tree.Heading():
                return write.heading(block.level, self.inlines(block.inlines))
            case tree.Paragraph():
                return write.paragraph(self.inlines(block.inlines))
            case tree.Bullets():
                return write.bullets([self._item(item) for item in block.items], block.start)
            case tree.Quote():
                return write.quote(self.blocks(block.blocks))
            case tree.Frame():
                return write.frame(self.blocks(block.blocks))
            case tree.Table():
                return self._table(block)
            case tree.Bars():
                return self._bars(block)
            case tree.Button(link=link):
                return write.button(self._href(link), self.inlines(link.inlines))
            case tree.Rule():
                return write.rule()
            case tree.Listing():
                return write.listing(block.text)
            case tree.Switch():
                return escape(block.marks)
            case tree.Picture():
                return write.paragraph(self._inline(block))

    def _item(self, item: tree.Blocks) -> Markup:
        # A one-paragraph item is its words alone: margins of <p> differ too much between mail clients.
        match item:
            case [tree.Paragraph(inlines=inlines)]:
                return self.inlines(inlines)
            case [tree.Paragraph(inlines=inlines), tree.Bullets() as inner]:
                return self.inlines(inlines) + self._block(inner)
        return self.blocks(item)

    def _table(self, table: tree.Table) -> Markup:
        rows = [[self.inlines(cell) for cell in row] for row in table.rows]
        header = [self.inlines(cell) for cell in table.header]
        return self.macros.table(header, rows, list(table.alignments))

    def _bars(self, bars: tree.Bars) -> Markup:
        rows = [[self.inlines(cell) for cell in row] for row in bars.table.rows]
        header = [self.inlines(cell) for cell in bars.table.header]
        return self.macros.bars(header, rows, list(bars.lengths))

    def inlines(self, inlines: tree.Inlines) -> Markup:
        """Words and what marks them up."""
        return Markup("").join(map(self._inline, inlines))

    def _inline(self, inline: tree.Inline) -> Markup:
        write = self.macros
        match inline:
            case tree.Run():
                return escape(inline.text)
            case tree.Strong():
                return write.strong(self.inlines(inline.inlines))
            case tree.Emphasis():
                return write.emphasis(self.inlines(inline.inlines))
            case tree.Strike():
                return write.strike(self.inlines(inline.inlines))
            case tree.Code():
                return write.code(inline.text)
            case tree.Break():
                return write.line_break()
            case tree.Link():
                return write.link(self._href(inline), self.inlines(inline.inlines))
            case tree.Picture():
                shown = self.picture(inline)
                return write.image(shown.src, inline.alt, shown.width)

    def _href(self, link: tree.Link) -> str:
        return self.address(link.href, walk.words(link.inlines))


def _is_component(block: tree.Block) -> bool:
    return isinstance(block, tree.Button | tree.Picture | tree.Table | tree.Bars | tree.Rule | tree.Switch)
