"""Going through a tree: everything in reading order, and a copy with other words."""

from mailer.compose import tree, walk
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
from mailer.findings import Place

PLACE = Place("campaigns/x.md")


def run(text: str) -> tuple[Run]:
    return (Run(text),)


BLOCKS: tree.Blocks = (
    Heading(2, run("1"), PLACE),
    Paragraph(
        (Run("2"), Strong((Emphasis(run("3")), Run("4"))), Strike(run("5")), Code("6"), Break()), PLACE
    ),
    Bullets(((Paragraph(run("7"), PLACE), Bullets(((Paragraph(run("8"), PLACE),),), 1)), ())),
    Quote((Frame((Paragraph(run("9"), PLACE),)),)),
    Table((run("10"), run("11")), ((run("12"), ()),), ("left", "left"), PLACE),
    Button(Link("u", (Run("13"), Picture("p", "14", PLACE)), PLACE)),
    Picture("p", "15", PLACE),
    Listing("not inline"),
    Rule(),
    Switch("zq0000qz", PLACE),
)


def texts(blocks: tree.Blocks) -> list[str]:
    """The words of every inline that has some."""
    found = []
    for inline in walk.inlines_of(blocks):
        match inline:
            case Run(text=text) | Code(text=text) | Picture(alt=text):
                found.append(text)
    return found


def test_every_inline_in_reading_order() -> None:
    assert texts(BLOCKS) == [str(number) for number in range(1, 16)]
    assert [type(inline) for inline in walk.deep((Strong((Link("u", run("a"), PLACE),)),))] == [
        Strong,
        Link,
        Run,
    ]


def test_words_are_what_is_read_aloud() -> None:
    inlines = (Run(" a"), Break(), Strong((Code("b"),)), Picture("p", " vu ", PLACE), Run(" "))
    assert walk.words(inlines) == "a b vu"
    assert walk.words(()) == ""


def test_a_copy_with_the_same_words_is_equal() -> None:
    assert walk.rewritten(BLOCKS, lambda inlines: inlines) == BLOCKS


def test_a_copy_with_other_words() -> None:
    def louder(inlines: tree.Inlines) -> tree.Inlines:
        return tuple(Run(inline.text + "!") if isinstance(inline, Run) else inline for inline in inlines)

    done = walk.rewritten(BLOCKS, louder)
    assert texts(done)[0] == "1!"
    louder_ones = [text for text in texts(done) if text.endswith("!")]
    assert louder_ones == [f"{number}!" for number in (1, 2, 7, 8, 9, 10, 11, 12)]
    assert [type(block) for block in done] == [type(block) for block in BLOCKS]
