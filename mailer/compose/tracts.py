"""Blocks become tracts: one for each level-1 heading, with the rules of a readable outline."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mailer.compose import tree, walk
from mailer.compose.marks import Marks
from mailer.findings import Finding, Place, error, warning
from mailer.words import Text

Placed = tuple[tree.Block, Place]


def split(
    blocks: Sequence[Placed], start: Place, marks: Marks
) -> tuple[tuple[tree.Tract, ...], list[Finding]]:
    """The tracts of a campaign and what is wrong with their outline.

    With one tract its title is the mail's h1; with several the subject is, so that every heading
    goes one level down (design.md, "A campaign file").
    """
    titles = [
        at for at, (block, _) in enumerate(blocks) if isinstance(block, tree.Heading) and block.level == 1
    ]
    if not titles:
        return (), [_no_tract(start)]
    findings = [_before_title(blocks[0][1])] if titles[0] > 0 else []
    shift = 1 if len(titles) > 1 else 0
    tracts = []
    for first, end in pairwise([*titles, len(blocks)]):
        heading, place = blocks[first]
        assert isinstance(heading, tree.Heading)
        inside = tuple(block for block, _ in blocks[first + 1 : end])
        findings += _outline_faults(heading, inside, marks)
        tracts.append(tree.Tract(heading.inlines, _shifted(inside, shift), place))
    return tuple(tracts), findings + _same_titles(tracts, marks)


def _outline_faults(title: tree.Heading, blocks: tree.Blocks, marks: Marks) -> list[Finding]:
    findings = []
    if not marks.blank(walk.words(title.inlines)).strip():
        findings.append(
            error("empty-title", title.place, Text("this tract has no title"), Text("write it after the '#'"))
        )
    if any(isinstance(inline, tree.Link | tree.Picture) for inline in walk.deep(title.inlines)):
        findings.append(
            error(
                "title-link",
                title.place,
                Text("this title holds a link or an image"),
                Text("put it in the text below: the title is itself a link in the table of contents"),
            )
        )
    if not blocks:
        findings.append(
            error(
                "empty-tract",
                title.place,
                Text("this tract has a title and nothing else"),
                Text("write its text below, or remove the title"),
            )
        )
    level = 1
    for heading in _headings(blocks):
        if heading.level > level + 1:
            findings.append(_jump(heading, level))
        level = heading.level
    return findings


def _headings(blocks: tree.Blocks) -> list[tree.Heading]:
    found: list[tree.Heading] = []
    for block in blocks:
        match block:
            case tree.Heading():
                found.append(block)
            case tree.Quote(blocks=inner) | tree.Frame(blocks=inner):
                found += _headings(inner)
            case tree.Bullets(items=items):
                for item in items:
                    found += _headings(item)
    return found


def _shifted(blocks: tree.Blocks, shift: int) -> tree.Blocks:
    def lower(block: tree.Block) -> tree.Block:
        match block:
            case tree.Heading(level=level):
                # A heading inside a frame may be written with one '#': still below the title.
                return replace(block, level=min(max(level, 2) + shift, 6))
            case tree.Quote(blocks=inner) | tree.Frame(blocks=inner):
                return replace(block, blocks=_shifted(inner, shift))
            case tree.Bullets(items=items):
                return replace(block, items=tuple(_shifted(item, shift) for item in items))
            case _:
                return block

    return tuple(lower(block) for block in blocks)


def _same_titles(tracts: Sequence[tree.Tract], marks: Marks) -> list[Finding]:
    seen: dict[str, Place] = {}
    findings = []
    for tract in tracts:
        title = " ".join(marks.blank(walk.words(tract.title)).casefold().split())
        if title and title in seen:
            findings.append(
                error(
                    "duplicate-title",
                    tract.place,
                    Text("two tracts have the same title (line {line})", line=seen[title].line),
                    Text("give each its own: readers find a tract by its title"),
                )
            )
        seen.setdefault(title, tract.place)
    return findings


def _no_tract(place: Place) -> Finding:
    return error(
        "no-tract", place, Text("there is no tract in this campaign"), Text("begin it with a title: '# …'")
    )


def _before_title(place: Place) -> Finding:
    return error(
        "text-before-title",
        place,
        Text("this text stands before the first title and would be lost"),
        Text("put a title '# …' above it, or move it below"),
    )


def _jump(heading: tree.Heading, level: int) -> Finding:
    return warning(
        "heading-jump",
        heading.place,
        Text("a level-{level} heading follows one of level {above}", level=heading.level, above=level),
        Text("write it with {count} '#': screen readers announce levels", count=level + 1),
    )
