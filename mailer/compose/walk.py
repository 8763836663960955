"""Going through a tree: every inline it holds, and a copy of it with other words."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from mailer.compose import tree

Rewrite = Callable[[tree.Inlines], tree.Inlines]


def inlines_of(blocks: tree.Blocks) -> Iterator[tree.Inline]:
    """Every inline of `blocks`, pictures that are blocks included, in reading order."""
    for block in blocks:
        match block:
            case tree.Heading(inlines=inlines) | tree.Paragraph(inlines=inlines):
                yield from deep(inlines)
            case tree.Button(link=link):
                yield from deep((link,))
            case tree.Picture():
                yield block
            case tree.Bullets(items=items):
                for item in items:
                    yield from inlines_of(item)
            case tree.Quote(blocks=inner) | tree.Frame(blocks=inner):
                yield from inlines_of(inner)
            case tree.Table(header=header, rows=rows) | tree.Bars(table=tree.Table(header=header, rows=rows)):
                for cell in (*header, *(cell for row in rows for cell in row)):
                    yield from deep(cell)


def deep(inlines: tree.Inlines) -> Iterator[tree.Inline]:
    """The inlines and all that they hold."""
    for inline in inlines:
        yield inline
        match inline:
            case (
                tree.Strong(inlines=inner)
                | tree.Emphasis(inlines=inner)
                | tree.Strike(inlines=inner)
                | tree.Link(inlines=inner)
            ):
                yield from deep(inner)


def words(inlines: tree.Inlines) -> str:
    """What is read aloud: texts and alternative texts, no markup."""
    spoken = []
    for inline in deep(inlines):
        match inline:
            case tree.Run(text=text) | tree.Code(text=text):
                spoken.append(text)
            case tree.Break():
                spoken.append(" ")
            case tree.Picture(alt=alt):
                spoken.append(alt)
    return "".join(spoken).strip()


def rewritten(blocks: tree.Blocks, rewrite: Rewrite) -> tree.Blocks:
    """The same blocks, each stretch of inlines replaced by what `rewrite` makes of it."""
    return tuple(_block(block, rewrite) for block in blocks)


def _block(block: tree.Block, rewrite: Rewrite) -> tree.Block:
    match block:
        case tree.Heading() | tree.Paragraph():
            return replace(block, inlines=rewrite(block.inlines))
        case tree.Button() | tree.Picture():
            return _single(block, rewrite)
        case tree.Bullets():
            return replace(block, items=tuple(rewritten(item, rewrite) for item in block.items))
        case tree.Quote() | tree.Frame():
            return replace(block, blocks=rewritten(block.blocks, rewrite))
        case tree.Table():
            return replace(
                block,
                header=tuple(map(rewrite, block.header)),
                rows=tuple(tuple(map(rewrite, row)) for row in block.rows),
            )
        case tree.Bars(table=table):
            (rewrote,) = rewritten((table,), rewrite)
            assert isinstance(rewrote, tree.Table)
            return replace(block, table=rewrote)
        case _:
            return block


def _single(block: tree.Button | tree.Picture, rewrite: Rewrite) -> tree.Block:
    (inline,) = rewrite((block.link if isinstance(block, tree.Button) else block,))
    match inline:
        case tree.Link():
            return tree.Button(inline)
        case tree.Picture():
            return inline
    raise AssertionError(inline)
