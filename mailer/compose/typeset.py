"""The tree in print: French (or English) typography on what is read, never on code or addresses."""

from collections.abc import Iterator
from dataclasses import replace

from mailer.compose import tree, typography, walk

_WORD = "x"  # stands for code or a picture: what follows it is spaced as after a word


def typeset(tract: tree.Tract, language: str) -> tree.Tract:
    """The tract with the spaces, quotes and apostrophes of `language`."""

    def in_print(inlines: tree.Inlines) -> tree.Inlines:
        return _inlines(inlines, language)

    return replace(tract, title=in_print(tract.title), blocks=walk.rewritten(tract.blocks, in_print))


def _inlines(inlines: tree.Inlines, language: str) -> tree.Inlines:
    # A rule may span markup, as in « **mot** » : the runs of a stretch are typeset together.
    done = iter(
        text for stretch in _stretches(inlines) for text in typography.typeset_runs(stretch, language)
    )
    return tuple(_rebuilt(inline, done, language) for inline in inlines)


def _stretches(inlines: tree.Inlines) -> Iterator[list[str]]:
    stretch: list[str] = []
    for inline in walk.deep(inlines):
        match inline:
            case tree.Run(text=text):
                stretch.append(text)
            case tree.Code() | tree.Picture():
                stretch.append(_WORD)
            case tree.Break():
                yield stretch
                stretch = []
    yield stretch


def _rebuilt(inline: tree.Inline, done: Iterator[str], language: str) -> tree.Inline:
    match inline:
        case tree.Run():
            return tree.Run(next(done))
        case tree.Strong() | tree.Emphasis() | tree.Strike() | tree.Link():
            return replace(inline, inlines=tuple(_rebuilt(inner, done, language) for inner in inline.inlines))
        case tree.Code():
            next(done)
            return inline
        case tree.Picture():
            next(done)
            return replace(inline, alt=typography.typeset(inline.alt, language))
        case _:
            return inline
