"""The tree in HTML: each block is the elements it should be, and words are never markup."""

from collections.abc import Callable

import pytest
from markupsafe import Markup

from mailer.compose import tree
from mailer.compose.flow import MACROS, Band, Flow, Picturing
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
from tests.compose.campaigns import tract_template
from tests.compose.pages import Element, parsed

PLACE = Place("campaigns/x.md")
NASTY = "</p><script>\"'&amp;\u202f{{ 7*7 }}"


def flow() -> Flow:
    """With the macros of templates/tract, addresses marked as seen, images 100 px wide."""
    return Flow(
        tract_template().macros(),
        lambda href, label: f"to:{href}:{label}",
        lambda picture: Picturing(f"at:{picture.source}", picture.width or 100),
    )


def run(text: str) -> tuple[Run]:
    return (Run(text),)


def words(text: str) -> Paragraph:
    return Paragraph(run(text), PLACE)


def link(text: str = "mot", href: str = "u") -> Link:
    return Link(href, run(text), PLACE)


def shape(html: str) -> str:
    """Tags and words, without attributes: `p(a b(c))`."""

    def of(element: Element) -> str:
        inside = "".join(child if isinstance(child, str) else of(child) for child in element.inside)
        return f"{element.tag}({inside})" if element.tag else inside

    return of(parsed(html))


INLINES = [
    (run("a < b"), "a < b"),
    ((Strong(run("a")), Emphasis(run("b")), Strike(run("c"))), "strong(a)em(b)del(c)"),
    ((Strong((Emphasis((Run("a"), Code("b"))),)),), "strong(em(acode(b)))"),
    ((Run("a"), Break(), Run("b")), "abr()b"),
    ((link("a"),), "a(a)"),
    ((Link("u", (Picture("p", "v", PLACE),), PLACE),), "a(img())"),
    ((), ""),
]


@pytest.mark.parametrize("inlines, expected", INLINES)
def test_inlines(inlines: tree.Inlines, expected: str) -> None:
    assert shape(flow().inlines(inlines)) == expected


BLOCKS = [
    (Heading(2, run("a"), PLACE), "h2(a)"),
    (Heading(6, run("a"), PLACE), "h6(a)"),
    (words("a"), "p(a)"),
    (Bullets(((words("a"),), (words("b"),))), "ul(li(a)li(b))"),
    (Bullets(((words("a"),),), 1), "ol(li(a))"),
    (Bullets(((words("a"), words("b")),)), "ul(li(p(a)p(b)))"),
    (Bullets(((words("a"), Bullets(((words("b"),),), 1)),)), "ul(li(aol(li(b))))"),
    (Bullets(((words("a"), Quote((words("b"),))),)), "ul(li(p(a)blockquote(p(b))))"),
    (Bullets(((),)), "ul(li())"),
    (Quote((words("a"), words("b"))), "blockquote(p(a)p(b))"),
    (Quote((Quote((Bullets(((words("a"),),)),)),)), "blockquote(blockquote(ul(li(a))))"),
    (Frame((words("a"),)), "table(tr(td(p(a))))"),
    (Listing(" a\n  <b>"), "pre( a\n  <b>)"),
    (Rule(), "hr()"),
    (Button(link("a")), "table(tr(td(a(a))))"),
    (Picture("p", "v", PLACE), "p(img())"),
    (Switch("zq0000qz", PLACE), "zq0000qz"),
    (
        Table((run("a"), ()), ((run("b"), (Strong(run("c")),)),), ("left", "right"), PLACE),
        "table(thead(tr(th(a)th()))tbody(tr(td(b)td(strong(c)))))",
    ),
    (
        Bars(Table((run("a"), run("b")), ((run("c"), run("4")),), ("left", "right"), PLACE), (40,)),
        "table(thead(tr(th(a)th(b)))tbody(tr(th(ctable(tr(td(\xa0)td(\xa0))))td(4))))",
    ),
]


@pytest.mark.parametrize("block, expected", BLOCKS)
def test_every_block(block: tree.Block, expected: str) -> None:
    assert shape(flow().blocks((block,))) == expected


def test_every_kind_of_block_and_inline_is_tried() -> None:
    blocks = {type(block) for block, _ in BLOCKS}
    assert blocks == {*tree.Block.__args__}
    tried = {type(inline) for inlines, _ in INLINES for inline in inlines} | {Code, Picture}
    assert tried == {*tree.Inline.__args__}


HOLDERS: list[Callable[[], tree.Block]] = [
    lambda: Heading(2, run(NASTY), PLACE),
    lambda: words(NASTY),
    lambda: Paragraph((Strong((Code(NASTY),)),), PLACE),
    lambda: Bullets(((words(NASTY),),), 1),
    lambda: Quote((Frame((words(NASTY),)),)),
    lambda: Listing(NASTY),
    lambda: Button(link(NASTY)),
    lambda: Table((run(NASTY),), (), ("left",), PLACE),
    lambda: Table(((),), ((run(NASTY),),), ("left",), PLACE),
]


@pytest.mark.parametrize("block", HOLDERS)
def test_words_are_never_markup(block: Callable[[], tree.Block]) -> None:
    page = parsed(flow().blocks((block(),)))
    assert page.seen() == NASTY
    assert page.all("script") == []


def test_attributes_are_never_markup() -> None:
    blocks = (Paragraph((link("a", NASTY), Picture(NASTY, NASTY, PLACE)), PLACE), Button(link("b", NASTY)))
    page = parsed(flow().blocks(blocks))
    assert [element.attributes["href"] for element in page.all("a")] == [f"to:{NASTY}:a", f"to:{NASTY}:b"]
    (image,) = page.all("img")
    assert (image.attributes["src"], image.attributes["alt"]) == (f"at:{NASTY}", NASTY)


def test_lists_count_from_where_they_start() -> None:
    for start, attribute in ((1, None), (0, "0"), (7, "7")):
        (ordered,) = parsed(flow().blocks((Bullets(((words("a"),),), start),))).all("ol")
        assert ordered.attributes.get("start") == attribute


def test_tables_are_data_and_aligned() -> None:
    table = Table((run("a"), run("b")), ((run("c"), run("d")),), ("right", "center"), PLACE)
    page = parsed(flow().blocks((table,)))
    (element,) = page.all("table")
    assert "role" not in element.attributes
    assert [cell.attributes["scope"] for cell in page.all("th")] == ["col", "col"]
    assert [cell.attributes["align"] for cell in page.all("th", "td")] == ["right", "center"] * 2


def test_the_label_of_a_link_is_what_it_says() -> None:
    inlines = (Strong(run("deux ")), Code("mots"), Picture("p", "!", PLACE))
    assert 'href="to:u:deux mots!"' in flow().inlines((Link("u", inlines, PLACE),))


# --- bands ---------------------------------------------------------------------

TEXT, PICTURE = words("a"), Picture("p", 'v"', PLACE, 50)
BANDS: list[tuple[tree.Blocks, list[tuple[bool, list[str]]]]] = [
    ((), []),
    ((TEXT, Heading(2, run("b"), PLACE)), [(False, ["text"])]),
    ((TEXT, Button(link()), TEXT), [(False, ["text", "button", "text"])]),
    ((PICTURE, Rule(), Switch("x", PLACE)), [(False, ["image", "rule", "switch"])]),
    ((Table((), (), (), PLACE), Listing("x"), Quote(())), [(False, ["table", "text"])]),
    ((Frame((TEXT, PICTURE, TEXT)),), [(True, ["text", "image", "text"])]),
    (
        (TEXT, Frame((TEXT,)), Frame((Rule(),)), TEXT),
        [(False, ["text"]), (True, ["text"]), (True, ["rule"]), (False, ["text"])],
    ),
    ((Frame((Frame((TEXT,)),)),), [(True, ["text"])]),
]


@pytest.mark.parametrize("blocks, expected", BANDS)
def test_bands_are_cut_at_frames(blocks: tree.Blocks, expected: list[tuple[bool, list[str]]]) -> None:
    bands = flow().bands(blocks)
    assert [(band.frame, [part["kind"] for part in band.parts]) for band in bands] == expected


def test_components_carry_what_they_need() -> None:
    (band,) = flow().bands((Button(link("a")), PICTURE, Switch("zq0000qz", PLACE)))
    assert band == Band(
        False,
        (
            {"kind": "button", "href": "to:u:a", "html": Markup("a")},
            {"kind": "image", "src": "at:p", "alt": 'v"', "width": 50, "href": ""},
            {"kind": "switch", "marks": "zq0000qz"},
        ),
    )


def test_the_template_has_every_macro() -> None:
    macros = tract_template().macros()
    assert all(callable(getattr(macros, name)) for name in MACROS)
