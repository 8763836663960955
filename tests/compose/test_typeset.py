"""The tree in print: rules see across markup; code, addresses and placeholders stay as written."""

import pytest
from hypothesis import given, settings

from mailer.compose import tree, walk
from mailer.compose.marks import Marks
from mailer.compose.tree import (
    Break,
    Bullets,
    Button,
    Code,
    Emphasis,
    Frame,
    Heading,
    Link,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Run,
    Strike,
    Strong,
    Switch,
    Table,
)
from mailer.compose.typeset import typeset
from mailer.findings import Place
from tests.compose.bodies import Written, bodies, joined
from tests.compose.campaigns import campaign

PLACE = Place("campaigns/x.md")
URL = "https://example.org/l'avis?a=1;b=2!"


def link(text: str, href: str = URL) -> Link:
    return Link(href, (Run(text),), PLACE)


def printed(*inlines: tree.Inline, language: str = "fr") -> tree.Inlines:
    """The inlines of a paragraph, with `~` for U+00A0."""
    done = typeset(tree.Tract((), (Paragraph(inlines, PLACE),), PLACE), language)
    (block,) = done.blocks
    assert isinstance(block, Paragraph)
    return block.inlines


def runs(inlines: tree.Inlines) -> list[str]:
    """What is read of each run, `~` for U+00A0."""
    return [
        inline.text.replace("\u00a0", "~") for inline in walk.deep(inlines) if isinstance(inline, Run | Code)
    ]


ACROSS = [
    ((Run("« "), Strong((Run("mot"),)), Run(" » !")), ["«~", "mot", "~»~!"]),
    ((Run('"'), Emphasis((Run("mot"),)), Run('"')), ["«~", "mot", "~»"]),
    ((Run('"'), Strong((Emphasis((Run("mot"),)),)), Run('":')), ["«~", "mot", "~»~:"]),
    ((Strong((Run("Attention"),)), Run(" : suite")), ["Attention", "~: suite"]),
    ((Strong((Run("Attention :"),)), Run(" suite")), ["Attention~:", " suite"]),
    ((Run("l'"), Strong((Run("entreprise"),))), ["l’", "entreprise"]),
    ((Strike((Run("12"),)), Run(" 500 €")), ["12", "~500~€"]),
    ((link("L'avis"), Run(" !")), ["L’avis", "~!"]),
    ((Run("Voir "), link("l'avis"), Run(" ; fin")), ["Voir ", "l’avis", "~; fin"]),
    ((Run("Bonjour zq0000qz"), Run("!")), ["Bonjour zq0000qz", "~!"]),
    ((Run('"a'), Break(), Run('b"')), ['"a', 'b"']),
    ((Run("a"), Break(), Run("! b")), ["a", "! b"]),
    ((Code("x"), Run(" : y")), ["x", "~: y"]),
    ((Run("« "), Code("l'x : y"), Run(" »")), ["«~", "l'x : y", "~»"]),
    ((Run("« "), Picture("a.png", "l'an !", PLACE), Run(" » !")), ["«~", "~»~!"]),
    ((Picture("a.png", "vu", PLACE), Run(" : vu")), ["~: vu"]),
]


@pytest.mark.parametrize("inlines, expected", ACROSS)
def test_rules_see_across_markup(inlines: tree.Inlines, expected: list[str]) -> None:
    done = printed(*inlines)
    assert runs(done) == expected
    assert [type(inline) for inline in walk.deep(done)] == [type(inline) for inline in walk.deep(inlines)]


def test_what_is_never_touched() -> None:
    kept = (
        Code("l'an : 12500 € !"),
        Link(URL, (Run(URL),), PLACE),
        Link("mailto:l'a@b.org", (Run("l.a@b.org"),), PLACE),
        Run(" 12:30 "),
        Run("zq0001qz"),
    )
    assert printed(*kept) == kept


def test_addresses_and_places_stay_whatever_the_words() -> None:
    (done,) = printed(link("L'accord !"))
    assert done == Link(URL, (Run("L’accord\u00a0!"),), PLACE)
    (picture,) = printed(Picture("l'an.png", "L'an 1 : vu", PLACE, 30))
    assert picture == Picture("l'an.png", "L’an 1\u00a0: vu", PLACE, 30)


TYPED, SET = (Run("l'an !"),), (Run("l’an\u00a0!"),)
BLOCKS = [
    (Heading(2, TYPED, PLACE), Heading(2, SET, PLACE)),
    (Button(Link(URL, TYPED, PLACE)), Button(Link(URL, SET, PLACE))),
    (Picture("a.png", "l'an !", PLACE), Picture("a.png", "l’an\u00a0!", PLACE)),
    (Bullets(((Paragraph(TYPED, PLACE),),), 3), Bullets(((Paragraph(SET, PLACE),),), 3)),
    (Quote((Frame((Paragraph(TYPED, PLACE),)),)), Quote((Frame((Paragraph(SET, PLACE),)),))),
    (
        Table((TYPED, ()), ((TYPED, TYPED),), ("left", "right"), PLACE),
        Table((SET, ()), ((SET, SET),), ("left", "right"), PLACE),
    ),
    (Listing("l'an !"), Listing("l'an !")),
    (Rule(), Rule()),
    (Switch("zq0000qz", PLACE), Switch("zq0000qz", PLACE)),
]


@pytest.mark.parametrize("block, expected", BLOCKS)
def test_every_block_and_the_title(block: tree.Block, expected: tree.Block) -> None:
    done = typeset(tree.Tract(TYPED, (block,), PLACE), "fr")
    assert done == tree.Tract(SET, (expected,), PLACE)


def test_cells_and_items_are_apart() -> None:
    table = Table(((Run('"a'),), (Run('b"'),)), (((Run("c"),), (Run("! d"),)),), ("left", "left"), PLACE)
    done = typeset(tree.Tract((), (table,), PLACE), "fr")
    assert done.blocks == (table,)


@pytest.mark.parametrize("language, words", [("fr", "l’an~!"), ("en", "l’an !"), ("br", "l'an !")])
def test_the_language_of_the_campaign_chooses(language: str, words: str) -> None:
    assert runs(printed(Run("l'an !"), language=language)) == [words]


@settings(max_examples=settings().max_examples // 2)
@given(bodies())
def test_twice_is_once_and_no_mark_is_lost(tracts: list[tuple[Written, Written]]) -> None:
    body = joined([part for tract in tracts for part in tract], "\n\n").numbered()
    one = campaign(body, 'questionnaire = "q.toml"\n')
    for tract in one.tracts:
        once = typeset(tract, "fr")
        assert typeset(once, "fr") == once
        assert marks_of(once, one.marks) == marks_of(tract, one.marks)


def marks_of(tract: tree.Tract, marks: Marks) -> list[str]:
    """The tags in reading order."""
    read = [*walk.deep(tract.title), *walk.inlines_of(tract.blocks)]
    texts = [inline.text for inline in read if isinstance(inline, Run | Code)]
    return [tag for text in texts for tag in marks.tags_in(text)]
