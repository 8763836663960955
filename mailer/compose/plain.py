"""The tree in plain text: real text, with headings, list marks, aligned tables and whole addresses.

Written from the tree and not from the HTML: html2text prints table debris on MJML pages (rendering.md).
"""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest

from mailer.compose import tree, walk

WIDTH = 72  # RFC 3676 asks for at most 78; quotation marks of a reply still fit


@dataclass(slots=True)
class PlainWriter:
    """Writes tracts one after the other; `notes` are the addresses, numbered as first met.

    `blank` takes the marks out of a text: a line is as long as its words.
    """

    address: Callable[[str, str], str]
    blank: Callable[[str], str] = str
    notes: list[str] = field(default_factory=list)

    def tract(self, blocks: tree.Blocks) -> str:
        """The text of a tract below its title."""
        return self._blocks(blocks, WIDTH).strip("\n")

    def heading(self, inlines: tree.Inlines, level: int, width: int = WIDTH) -> str:
        """A heading, underlined for the two levels a reader scans for."""
        words = _filled(self._inlines(inlines), width)
        under = {1: "=", 2: "-"}.get(level)
        if under is None:
            return words
        return f"{words}\n{under * min(max(map(len, self.blank(words).split(chr(10)))), width)}"

    def _blocks(self, blocks: tree.Blocks, width: int) -> str:
        # The gap stands before each block, so that a switch that opens on nothing leaves nothing.
        return "".join(_gap(block) + self._block(block, width) for block in blocks)

    def _block(self, block: tree.Block, width: int) -> str:
        match block:
            case tree.Switch(marks=marks):
                return marks
            case tree.Heading():
                return self.heading(block.inlines, block.level, width)
            case tree.Paragraph():
                return _filled(self._inlines(block.inlines), width)
            case tree.Bullets():
                return self._list(block, width)
            case tree.Quote():
                return _prefixed(self._blocks(block.blocks, width - 2), "> ")
            case tree.Frame():
                edge = "-" * width
                return f"{edge}\n{self._blocks(block.blocks, width).strip(chr(10))}\n{edge}"
            case tree.Table():
                return self._table(block, width)
            case tree.Bars(table=table):
                return self._table(table, width)
            case tree.Button(link=link):
                words = self._inlines(link.inlines)
                address = _shown(self.address(link.href, walk.words(link.inlines)))
                return f"{_filled('>> ' + words, width)}\n{address}"
            case tree.Rule():
                return "* * *".center(width).rstrip()
            case tree.Listing():
                return _prefixed(block.text, "    ")
            case tree.Picture():
                return _filled(f"[{block.alt}]", width)

    def _list(self, bullets: tree.Bullets, width: int) -> str:
        items = []
        for number, item in enumerate(bullets.items, bullets.start or 0):
            sign = "- " if bullets.start is None else f"{number}. "
            inside = self._blocks(item, width - len(sign)).strip("\n")
            items.append(_prefixed(inside, " " * len(sign), first=sign))
        apart = "\n\n" if any(len(item) > 1 for item in bullets.items) else "\n"
        return apart.join(items)

    def _table(self, table: tree.Table, width: int) -> str:
        rows = [[self._inlines(cell) for cell in row] for row in (table.header, *table.rows)]
        widths = [max(map(self._seen, column)) for column in zip_longest(*rows, fillvalue="")]
        if sum(widths) + 3 * (len(widths) - 1) > width:
            return _as_list(rows, width)
        lines = []
        for row in rows:
            cells = zip(row, widths, table.alignments, strict=False)
            lines.append(" | ".join(self._aligned(*cell) for cell in cells).rstrip())
        lines.insert(1, "-+-".join("-" * width for width in widths))
        return "\n".join(lines)

    def _seen(self, cell: str) -> int:
        return len(self.blank(cell))

    def _aligned(self, cell: str, width: int, alignment: str) -> str:
        width += len(cell) - self._seen(cell)
        return {"right": cell.rjust, "center": cell.center}.get(alignment, cell.ljust)(width)

    def _inlines(self, inlines: tree.Inlines) -> str:
        return "".join(map(self._inline, inlines))

    def _inline(self, inline: tree.Inline) -> str:
        match inline:
            case tree.Run(text=text) | tree.Code(text=text):
                return text
            case tree.Strong():
                return f"*{self._inlines(inline.inlines)}*"
            case tree.Emphasis():
                return f"_{self._inlines(inline.inlines)}_"
            case tree.Strike():
                return f"~{self._inlines(inline.inlines)}~"
            case tree.Break():
                return "\n"
            case tree.Picture(alt=alt):
                return f"[{alt}]"
            case tree.Link():
                return self._link(inline)

    def _link(self, link: tree.Link) -> str:
        words = self._inlines(link.inlines)
        shown = _shown(self.address(link.href, walk.words(link.inlines)))
        if words == shown:
            return words
        if shown not in self.notes:
            self.notes.append(shown)
        return f"{words} [{self.notes.index(shown) + 1}]"


def _as_list(rows: list[list[str]], width: int) -> str:
    """A table too wide for a line: each row as a small list under its column names."""
    header, *body = rows
    if not body:
        return _filled(", ".join(header), width)
    return "\n\n".join(
        "\n".join(_filled(f"{name}: {cell}", width) for name, cell in zip(header, row, strict=False))
        for row in body
    )


def _filled(text: str, width: int) -> str:
    lines = text.split("\n")
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in lines
    )


def _prefixed(text: str, prefix: str, first: str | None = None) -> str:
    lines = text.strip("\n").split("\n")
    opening = prefix if first is None else first
    return "\n".join((opening + line if at == 0 else prefix + line).rstrip() for at, line in enumerate(lines))


def _gap(block: tree.Block) -> str:
    match block:
        case tree.Switch():
            return ""
        case tree.Heading():
            return "\n\n\n"
    return "\n\n"


def _shown(address: str) -> str:
    """An address as one reads it: of a mailto: only whom to write to."""
    scheme, _, rest = address.partition(":")
    return rest.partition("?")[0] if scheme in {"mailto", "tel"} else address
