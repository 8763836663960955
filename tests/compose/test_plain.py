"""The tree in plain text: each block as one reads it aloud, in lines of 72."""

import pytest

from mailer.compose import tree
from mailer.compose.marks import Marks
from mailer.compose.plain import WIDTH, PlainWriter
from mailer.compose.tree import (
    Bars,
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
LONG = "anticonstitutionnellement" * 4
SENTENCE = "Voilà une phrase assez longue pour que la ligne doive se couper quelque part, et même ici."
EDGE = "-" * WIDTH


def writer(marks: Marks | None = None) -> PlainWriter:
    return PlainWriter(lambda href, label: href, marks.blank if marks else str)


def run(text: str) -> tuple[Run]:
    return (Run(text),)


def words(text: str) -> Paragraph:
    return Paragraph(run(text), PLACE)


def link(text: str, href: str) -> Link:
    return Link(href, run(text), PLACE)


def written(*blocks: tree.Block) -> str:
    return writer().tract(blocks)


URL = "https://example.org"
INLINES = [
    (run("a  b"), "a  b"),
    ((Strong(run("a")), Run(" "), Emphasis(run("b")), Run(" "), Strike(run("c"))), "*a* _b_ ~c~"),
    ((Strong((Emphasis(run("a")),)), Code(" `b`")), "*_a_* `b`"),
    ((Run("a"), Break(), Run("b")), "a\nb"),
    ((Run("un "), Picture("p", "vu", PLACE)), "un [vu]"),
    ((link("a", URL), Run(", "), link("b", f"{URL}/b"), Run(", "), link("c", URL)), "a [1], b [2], c [1]"),
    ((link(URL, URL),), URL),
    ((link("a@b.org", "mailto:a@b.org?subject=c"),), "a@b.org"),
    ((link("écrire", "mailto:a@b.org?subject=c"),), "écrire [1]"),
    ((link("3939", "tel:3939"),), "3939"),
    ((Link(URL, (Picture("p", "vu", PLACE),), PLACE),), "[vu] [1]"),
]


@pytest.mark.parametrize("inlines, expected", INLINES)
def test_inlines(inlines: tree.Inlines, expected: str) -> None:
    assert written(Paragraph(inlines, PLACE)) == expected


def test_addresses_are_noted_whole_in_the_order_of_their_numbers() -> None:
    plain = writer()
    plain.tract((Paragraph((link("a", f"{URL}/1"), link("b", "mailto:a@b.org?x=y")), PLACE),))
    plain.tract((Paragraph((link("c", f"{URL}/1"), link("d", f"{URL}/{'x' * 100}")), PLACE),))
    assert plain.notes == [f"{URL}/1", "a@b.org", f"{URL}/{'x' * 100}"]


TABLE = Table(
    (run("Site"), run("Avant"), run("Après")),
    ((run("Metz"), run("120"), (Strong(run("85")),)), (run("Nancy"), (), run("4"))),
    ("left", "right", "center"),
    PLACE,
)
BLOCKS = [
    (Heading(1, run("Titre"), PLACE), "Titre\n====="),
    (Heading(2, run("Titre"), PLACE), "Titre\n-----"),
    (Heading(3, run("Titre"), PLACE), "Titre"),
    (words("a"), "a"),
    (Bullets(((words("a"),), (words("b"),))), "- a\n- b"),
    (Bullets(((words("a"),), (words("b"),)), 9), "9. a\n10. b"),
    (Bullets(((), (words("b"),)), 0), "0.\n1. b"),
    (Bullets(((words("a"), words("b")), (words("c"),))), "- a\n\n  b\n\n- c"),
    (
        Bullets(((words("a"), Bullets(((words("b"), Bullets(((words("c"),),))),), 1)),)),
        "- a\n\n  1. b\n\n     - c",
    ),
    (Quote((words("a"), Quote((words("b"),)))), "> a\n>\n> > b"),
    (Quote(()), ">"),
    (Frame((Heading(3, run("a"), PLACE), words("b"))), f"{EDGE}\na\n\nb\n{EDGE}"),
    (Quote((Frame((words("a"),)),)), f"> {EDGE[2:]}\n> a\n> {EDGE[2:]}"),
    (TABLE, "Site  | Avant | Après\n------+-------+------\nMetz  |   120 |  *85*\nNancy |       |   4"),
    (
        Bars(TABLE, (100, 3)),
        "Site  | Avant | Après\n------+-------+------\nMetz  |   120 |  *85*\nNancy |       |   4",
    ),
    (Button(link("Répondre", URL)), f">> Répondre\n{URL}"),
    (Button(link("Écrire", "mailto:a@b.org?subject=x")), ">> Écrire\na@b.org"),
    (Rule(), "* * *".center(WIDTH).rstrip()),
    (Listing("a\n  b\n\nc"), "    a\n      b\n\n    c"),
    (Picture("p", "vu", PLACE), "[vu]"),
    (Switch("zq0000qz", PLACE), "zq0000qz"),
]


@pytest.mark.parametrize("block, expected", BLOCKS)
def test_every_block(block: tree.Block, expected: str) -> None:
    assert written(block) == expected


def test_every_kind_of_block_is_tried() -> None:
    assert {type(block) for block, _ in BLOCKS} == {*tree.Block.__args__}


def test_blocks_are_apart_and_headings_further() -> None:
    text = written(words("a"), words("b"), Heading(3, run("c"), PLACE), words("d"), Rule())
    assert text == f"a\n\nb\n\n\nc\n\nd\n\n{'* * *':^72}".rstrip()


def test_a_closed_switch_leaves_nothing() -> None:
    marks = Marks.unlike("")
    opened, closed = marks.add("{% if email %}"), marks.add("{% endif %}")
    text = writer(marks).tract(
        (words("a"), Switch(opened, PLACE), words("b"), Switch(closed, PLACE), words("c"))
    )
    assert text == f"a{opened}\n\nb{closed}\n\nc"


WIDE = [
    words(SENTENCE),
    Heading(3, run(SENTENCE), PLACE),
    Heading(1, run(SENTENCE), PLACE),
    Bullets(((words(SENTENCE), Bullets(((words(SENTENCE),),), 10)),)),
    Quote((words(SENTENCE), Quote((Bullets(((words(SENTENCE),),)),)))),
    Frame((words(SENTENCE),)),
    Button(link(SENTENCE, URL)),
    Picture("p", SENTENCE, PLACE),
    Table((run("Site"), run("Ce qui est dit")), ((run("Metz"), run(SENTENCE)),), ("left", "left"), PLACE),
]


@pytest.mark.parametrize("block", WIDE)
def test_lines_stay_within_72(block: tree.Block) -> None:
    lines = written(block).split("\n")
    assert len(lines) > 1
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    "block",
    [
        Heading(3, run("mot " * 18 + "fin"), PLACE),
        Table((run("x" * 32), run("y" * 34)), ((run("1"), run("2")),), ("left", "left"), PLACE),
        Table((run("Site"), run("Dit")), ((run("Metz"), run("mot " * 18)),), ("left", "left"), PLACE),
    ],
)
def test_lines_stay_within_72_inside_too(block: tree.Block) -> None:
    lines = written(Quote((Bullets(((block,),)),))).split("\n")
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    "block",
    [
        words(f"a {LONG} b"),
        words("x" * 5000),
        Heading(1, run(f"a {LONG} b"), PLACE),
        Heading(2, run(LONG), PLACE),
        Quote((words(LONG),)),
        Button(link(LONG, URL)),
        Picture("p", LONG, PLACE),
        Table((run("a"),), ((run(LONG),),), ("left",), PLACE),
    ],
)
def test_a_long_word_stays_whole(block: tree.Block) -> None:
    text = written(block)
    assert LONG in text or "x" * 5000 in text
    assert all(len(line) <= WIDTH for line in text.split("\n") if LONG not in line and "x" * 5000 not in line)


def test_a_no_break_space_does_not_break() -> None:
    lines = written(words("mot " * 17 + "12\u00a0500\u00a0€ !")).split("\n")
    assert lines[1] == "12\u00a0500\u00a0€ !"


def test_a_table_too_wide_is_read_row_by_row() -> None:
    table = Table(
        (run("Site"), run("Dit")), ((run("Metz"), run(SENTENCE)), (run("Lens"), run("b"))), ("left",), PLACE
    )
    assert written(table) == (
        "Site: Metz\n"
        "Dit: Voilà une phrase assez longue pour que la ligne doive se couper\n"
        "quelque part, et même ici.\n\n"
        "Site: Lens\nDit: b"
    )


def test_a_wide_table_without_rows_keeps_its_header() -> None:
    table = Table(
        tuple(run(f"colonne {number} " + "x" * 20) for number in range(4)), (), ("left",) * 4, PLACE
    )
    assert "colonne 0" in written(table)


def test_a_title_with_placeholders_is_underlined_as_its_words() -> None:
    marks = Marks.unlike("")
    title = run(f"Bonjour {marks.add('{{ first_name }}')}!")
    assert writer(marks).heading(title, 1).split("\n")[1] == "=" * len("Bonjour !")


def test_a_placeholder_is_never_cut() -> None:
    marks = Marks.unlike("")
    text = "a" * 68 + marks.add("{{ first_name }}")
    for block in (
        Heading(1, run(text), PLACE),
        words(text),
        Button(link(text, URL)),
        Picture("p", text, PLACE),
    ):
        assert marks.tags_in(writer(marks).tract((block,))) == ["{{ first_name }}"]
