"""Tracts: where each begins and ends, the levels of their headings, and the rules of the outline."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose import tree
from mailer.compose.markdown import Reader
from mailer.compose.marks import Marks
from mailer.compose.tracts import split
from mailer.findings import Finding, Level, Place

FILE = "campaigns/x.md"
START = Place(FILE, 5)


def cut(body: str) -> tuple[tuple[tree.Tract, ...], list[Finding]]:
    marks = Marks.unlike(body)
    return split(Reader(FILE, body.split("\n"), 5, marks).read(body), START, marks)


def said(body: str) -> list[tuple[str, int]]:
    return [(finding.code, finding.place.line) for finding in cut(body)[1]]


def levels(blocks: tree.Blocks) -> list[int]:
    """The levels of all headings, wherever they stand."""
    found = []
    for block in blocks:
        match block:
            case tree.Heading(level=level):
                found.append(level)
            case tree.Quote(blocks=inner) | tree.Frame(blocks=inner):
                found += levels(inner)
            case tree.Bullets(items=items):
                found += [level for item in items for level in levels(item)]
    return found


def test_one_tract_keeps_its_levels() -> None:
    (tract,), findings = cut("# Titre *fort*\n\n## Un\n\n### Deux\n\ntexte\n\n## Trois")
    assert findings == []
    assert tract.title == (tree.Run("Titre "), tree.Emphasis((tree.Run("fort"),)))
    assert tract.place == Place(FILE, 5)
    assert levels(tract.blocks) == [2, 3, 2]


def test_several_tracts_go_one_level_down() -> None:
    tracts, findings = cut("# A\n\n## Un\n\na\n\n# B\n\n## Deux\n\n### Trois\n\nb\n\nTitre C\n=======\n\nc")
    assert findings == []
    assert [levels(tract.blocks) for tract in tracts] == [[3], [3, 4], []]
    assert [tract.place.line for tract in tracts] == [5, 11, 19]
    assert [len(tract.blocks) for tract in tracts] == [2, 3, 1]


def test_no_level_goes_below_six() -> None:
    tracts, _ = cut("# A\n\n## a\n\n### b\n\n#### c\n\n##### d\n\n###### e\n\n# B\n\nb")
    assert levels(tracts[0].blocks) == [3, 4, 5, 6, 6]


NESTED = [
    ("> # Dedans\n>\n> a", 2),
    ("::: frame\n# Dedans\n\na\n:::", 2),
    ("- # Dedans\n\n  a", 2),
    ("1. > ::: cadre\n   > ## Dedans\n   > :::", 2),
    ("::: frame\n## Dedans\n:::", 2),
    ("> - ## Dedans", 2),
]


@pytest.mark.parametrize("inside, level", NESTED)
def test_a_heading_inside_a_block_is_below_the_title(inside: str, level: int) -> None:
    (alone,), findings = cut(f"# T\n\n{inside}")
    assert (levels(alone.blocks), findings) == ([level], [])
    several, _ = cut(f"# T\n\n{inside}\n\n# U\n\nu")
    assert levels(several[0].blocks) == [level + 1]


FAULTS = [
    ("", [("no-tract", 5)]),
    ("texte\n\n## Titre", [("no-tract", 5)]),
    ("> # Pas un tract", [("no-tract", 5)]),
    ("texte\n\n# T\n\na", [("text-before-title", 5)]),
    ("***\n\n## x\n\n# T\n\na", [("text-before-title", 5)]),
    ("# A\n\na\n\n# B", [("empty-tract", 9)]),
    ("# A\n\n# B\n\nb", [("empty-tract", 5)]),
    ("#\n\na", [("empty-title", 5)]),
    ("# &nbsp;\n\na", [("empty-title", 5)]),
    ("# ![vu](a.png)\n\na", [("title-link", 5)]),
    ("# **[a](https://example.org)**\n\na", [("title-link", 5)]),
    ("# A\n\na\n\n#   **a**\n\nb", [("duplicate-title", 9)]),
    ("# ÉTÉ\n\na\n\n# été\n\nb\n\n# Été\n\nc", [("duplicate-title", 9), ("duplicate-title", 13)]),
    ("# T\n\n### a\n\n## b\n\n#### c", [("heading-jump", 7), ("heading-jump", 11)]),
    ("# T\n\n## a\n\n::: frame\n#### b\n:::", [("heading-jump", 10)]),
    ("# T\n\n## a\n\n- #### b", [("heading-jump", 9)]),
    ("# T\n\n## a\n\n### b\n\n> ### c\n\n## d", []),
]


@pytest.mark.parametrize("body, expected", FAULTS)
def test_each_fault_is_found_where_it_stands(body: str, expected: list[tuple[str, int]]) -> None:
    assert said(body) == expected


def test_only_a_jump_is_a_warning() -> None:
    for body, _ in FAULTS:
        for finding in cut(body)[1]:
            jump = finding.code == "heading-jump"
            assert finding.level is (Level.WARNING if jump else Level.ERROR)


def test_the_sentences_tell_lines_and_levels() -> None:
    twice = cut("# A\n\na\n\n# A\n\nb")[1][0]
    assert twice.message.say("en") == "two tracts have the same title (line 5)"
    jump = cut("# T\n\n#### a")[1][0]
    assert jump.message.say("en") == "a level-4 heading follows one of level 1"
    assert jump.cure.say("en").startswith("write it with 2 '#'")


def test_a_title_that_is_only_a_field_is_empty_for_some() -> None:
    body = "# {{ first_name }}\n\na"
    marks = Marks.unlike(body)
    marked = body.replace("{{ first_name }}", marks.add("{{ first_name }}"))
    _, findings = split(Reader(FILE, body.split("\n"), 5, marks).read(marked), START, marks)
    assert [finding.code for finding in findings] == ["empty-title"]


@given(st.lists(st.integers(1, 6), max_size=12))
def test_any_outline(written: list[int]) -> None:
    body = "\n\n".join(f"{'#' * level} t{at}" for at, level in enumerate(written))
    tracts, findings = cut(body)
    titles = written.count(1)
    assert len(tracts) == titles
    after = written[written.index(1) :] if titles else []
    kept = [level for tract in tracts for level in levels(tract.blocks)]
    assert kept == [min(level + (titles > 1), 6) for level in after if level > 1]
    assert all(2 <= level <= 6 for level in kept)
    jumps = sum(below > above + 1 for above, below in pairwise(after))
    assert [finding.code for finding in findings].count("heading-jump") == jumps
