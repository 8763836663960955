"""Markdown to tree: markdown-it-py reads, nothing of it goes further than this file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.container import container_plugin

from mailer.compose import tree
from mailer.compose.marks import Marks
from mailer.compose.places import Places
from mailer.findings import Finding, Place, error, warning
from mailer.words import Text

DEEPEST = 8  # lists within lists, quotes within quotes: more cannot be read on a phone
FRAMES = ("frame", "cadre")  # one thing, in the author's language
BUTTON = "button"


@cache
def _parser() -> MarkdownIt:
    # What is nested deeper than maxNesting is dropped without a word: it stands far above our own limit.
    # HTML stays off: what an author pastes is words, never markup (security.md, stored XSS).
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable(["table", "strikethrough"])
    parser.use(attrs_plugin, after=("link_close", "image"), allowed=("class", "width"))
    for name in FRAMES:
        parser.use(container_plugin, name)
    # markdown-it prints a forbidden address as words; we would rather see it, and say so.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


@dataclass(slots=True)
class Reader:
    """Turns one body into blocks. `lines` are the author's, for places; marks stand for placeholders."""

    file: str
    lines: Sequence[str]
    first_line: int
    marks: Marks
    findings: list[Finding] = field(default_factory=list)
    _places: Places = field(init=False)

    def __post_init__(self) -> None:
        self._places = Places(self.file, self.lines, self.first_line)

    def read(self, body: str) -> list[tuple[tree.Block, Place]]:
        """The top-level blocks of `body`, each with where it begins."""
        root = SyntaxTreeNode(_parser().parse(body))
        placed = [(node, self._place(node)) for node in root.children]
        return [(block, place) for node, place in placed for block in self._block(node, place)]

    def _place(self, node: SyntaxTreeNode) -> Place:
        return self._places.of_line(node.map[0] if node.map else 0)

    # --- blocks

    def _blocks(self, node: SyntaxTreeNode, outer: Place) -> tree.Blocks:
        return tuple(block for child in node.children for block in self._block(child, outer))

    def _block(self, node: SyntaxTreeNode, outer: Place) -> Iterator[tree.Block]:
        place = self._place(node) if node.map else outer
        if node.type in _HOLDERS and _depth(node) == DEEPEST + 1:
            self.findings.append(_too_deep(place))
        match node.type:
            case "heading":
                yield tree.Heading(int(node.tag[1]), self._inside(node, place), place)
            case "paragraph":
                yield self._paragraph(node, place)
            case "bullet_list":
                yield tree.Bullets(tuple(self._blocks(item, place) for item in node.children))
            case "ordered_list":
                start = int(node.attrs.get("start", 1))
                yield tree.Bullets(tuple(self._blocks(item, place) for item in node.children), start)
            case "blockquote":
                yield tree.Quote(self._blocks(node, place))
            case "container_frame" | "container_cadre":
                yield tree.Frame(self._blocks(node, place))
            case "table":
                yield self._table(node, place)
            case "hr":
                yield tree.Rule()
            case "fence" | "code_block":
                yield tree.Listing(node.content.rstrip("\n"))
            case _:
                raise AssertionError(node.type)

    def _paragraph(self, node: SyntaxTreeNode, place: Place) -> tree.Block:
        inlines = self._inside(node, place)
        match inlines:
            case [tree.Picture() as picture]:
                return picture
            case [tree.Link() as link] if self._is_button(node):
                return tree.Button(link)
            case [tree.Run(text)] if self.marks.only_switches(text):
                return tree.Switch("".join(text.split()), place)
        return tree.Paragraph(inlines, place)

    def _is_button(self, paragraph: SyntaxTreeNode) -> bool:
        links = [node for node in paragraph.walk() if node.type == "link"]
        return BUTTON in str(links[0].attrs.get("class", "")).split()

    def _table(self, node: SyntaxTreeNode, place: Place) -> tree.Table:
        rows = [row for part in node.children for row in part.children]
        self.findings += [
            fault for row in rows for fault in self._lost_cells(row, len(rows[0].children), place)
        ]
        cells = [tuple(self._inside(cell, place) for cell in row.children) for row in rows]
        styles = [str(cell.attrs.get("style", "")) for cell in rows[0].children]
        alignments = tuple(style.removeprefix("text-align:") or "left" for style in styles)
        return tree.Table(cells[0], tuple(cells[1:]), alignments, place)

    def _lost_cells(self, row: SyntaxTreeNode, columns: int, place: Place) -> Iterator[Finding]:
        """GFM drops the cells that have no column: they must not be lost in silence."""
        at = row.map[0] if row.map else 0
        # Around a table stand the marks of a quote or an item: no cell begins with them.
        line = self.lines[at].lstrip(" \t>*+-0123456789.)").rstrip().removeprefix("|").removesuffix("|")
        cells = re.split(r"(?<!\\)\|", line)
        if len(cells) > columns:
            yield error(
                "lost-cell",
                Place(self.file, self.first_line + at),
                Text("this row has {cells} cells, the header {columns}", cells=len(cells), columns=columns),
                Text("add a column, or write \\| for a bar that is a letter"),
            )

    # --- inlines

    def _inside(self, node: SyntaxTreeNode, place: Place) -> tree.Inlines:
        inlines = [found for child in node.children for found in self._inlines(child.children, place)]
        return tuple(_joined(inlines))

    def _inlines(self, nodes: Sequence[SyntaxTreeNode], place: Place) -> Iterator[tree.Inline]:
        for node in nodes:
            match node.type:
                case "text":
                    yield tree.Run(node.content)
                case "softbreak":
                    yield tree.Run(" ")
                case "hardbreak":
                    yield tree.Break()
                case "code_inline":
                    yield tree.Code(node.content)
                case "strong":
                    yield tree.Strong(self._children(node, place))
                case "em":
                    yield tree.Emphasis(self._children(node, place))
                case "s":
                    yield tree.Strike(self._children(node, place))
                case "link":
                    yield self._link(node, place)
                case "image":
                    yield self._picture(node, place)
                case _:
                    raise AssertionError(node.type)

    def _children(self, node: SyntaxTreeNode, place: Place) -> tree.Inlines:
        return tuple(_joined(self._inlines(node.children, place)))

    def _link(self, node: SyntaxTreeNode, block: Place) -> tree.Link:
        href = str(node.attrs["href"])
        place = self._places.of_address(href, block)
        self._check_class(node, place)
        return tree.Link(href, self._children(node, place), place)

    def _picture(self, node: SyntaxTreeNode, block: Place) -> tree.Picture:
        source = str(node.attrs["src"])
        place = self._places.of_address(source, block)
        self._check_class(node, place)
        alt = "".join(_spoken(child) for child in node.walk())
        return tree.Picture(source, alt.strip(), place, self._width(node, place))

    def _width(self, node: SyntaxTreeNode, place: Place) -> int | None:
        width = str(node.attrs.get("width", ""))
        if not width or re.fullmatch(r"[1-9]\d{0,3}(px)?", width):
            return int(width.removesuffix("px")) if width else None
        self.findings.append(
            error(
                "image-width",
                place,
                Text("'{width}' is not a width", width=width),
                Text("write a number of pixels: {example}", example="{width=300}"),
            )
        )
        return None

    def _check_class(self, node: SyntaxTreeNode, place: Place) -> None:
        classes = str(node.attrs.get("class", "")).split()
        for name in classes:
            if name != BUTTON or node.type != "link":
                self.findings.append(
                    warning(
                        "unknown-class",
                        place,
                        Text("'{name}' is not known here", name="{." + self.marks.spelt(name) + "}"),
                        Text("only a link can carry a class, and only {example}", example="{.button}"),
                    )
                )


_HOLDERS = frozenset({"bullet_list", "ordered_list", "blockquote"})


def _depth(node: SyntaxTreeNode) -> int:
    depth, at = 0, node
    while at.parent is not None:
        depth, at = depth + (at.type in _HOLDERS), at.parent
    return depth


def _too_deep(place: Place) -> Finding:
    return error(
        "too-deep",
        place,
        Text("lists or quotes stand more than {limit} deep within one another", limit=DEEPEST),
        Text("write fewer levels: what is deeper could be lost, and nobody reads it on a phone"),
    )


def _spoken(node: SyntaxTreeNode) -> str:
    """What a part of an alternative text says (CommonMark 0.31, 6.4: its plain string content)."""
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    return node.content if node.type in {"text", "code_inline"} else ""


def _joined(inlines: Iterator[tree.Inline] | list[tree.Inline]) -> Iterator[tree.Inline]:
    """Neighbouring runs as one, empty ones left out."""
    words = ""
    for inline in inlines:
        if isinstance(inline, tree.Run):
            words += inline.text
            continue
        if words:
            yield tree.Run(words)
            words = ""
        yield inline
    if words:
        yield tree.Run(words)
