"""Markdown: the tree of every construct, where things stand, and what a stranger may paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose import tree
from mailer.compose.markdown import Reader
from mailer.compose.marks import Marks
from mailer.compose.tree import (
    Break,
    Bullets,
    Button,
    Code,
    Emphasis,
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
from mailer.compose.walk import inlines_of
from mailer.findings import Finding, Level, Place

FILE = "campaigns/x.md"


def parse(body: str) -> tuple[list[tree.Block], list[Finding]]:
    reader = Reader(FILE, body.split("\n"), 1, Marks.unlike(body))
    return [block for block, _ in reader.read(body)], reader.findings


def at(line: int = 1, column: int = 1) -> Place:
    return Place(FILE, line, column)


def paragraph(*inlines: tree.Inline, place: Place | None = None) -> Paragraph:
    return Paragraph(inlines, place or at())


def words(text: str, place: Place | None = None) -> Paragraph:
    return paragraph(Run(text), place=place)


URL = "https://example.org"
INLINES = [
    ("a *b* **c**", Run("a "), Emphasis((Run("b"),)), Run(" "), Strong((Run("c"),))),
    ("a ~~b~~ `c`", Run("a "), Strike((Run("b"),)), Run(" "), Code("c")),
    ("**a _b `c`_**", Strong((Run("a "), Emphasis((Run("b "), Code("c")))))),
    ("a\nb", Run("a b")),
    ("a  \nb\\\nc", Run("a"), Break(), Run("b"), Break(), Run("c")),
    ("`` a`b  c ``", Code("a`b  c")),
    ("\\*a\\* \\_b\\_ \\[c\\]", Run("*a* _b_ [c]")),
    ("a&nbsp;b &amp; &eacute; &#8217; &lt;b&gt;", Run("a\u00a0b & é ’ <b>")),
    ("snake_case_word 2*3*4", Run("snake_case_word 2"), Emphasis((Run("3"),)), Run("4")),
    (f"[a *b*]({URL})", Link(URL, (Run("a "), Emphasis((Run("b"),))), at(1, 9))),
    (f"<{URL}>", Link(URL, (Run(URL),), at(1, 2))),
    ("<a@example.org>", Link("mailto:a@example.org", (Run("a@example.org"),), at())),
    (f"[a][r]\n\n[r]: {URL} 'titre'", Link(URL, (Run("a"),), at())),
    (f'[a]({URL} "titre") b', Link(URL, (Run("a"),), at(1, 5)), Run(" b")),
    (f"[![v](a.png)]({URL})", Link(URL, (Picture("a.png", "v", at(1, 7)),), at(1, 15))),
    ("a ![v](a.png)", Run("a "), Picture("a.png", "v", at(1, 8))),
    ("![v](a.png) ![w](b.png)", Picture("a.png", "v", at(1, 6)), Run(" "), Picture("b.png", "w", at(1, 18))),
    (f"www.example.org {URL} a@b.org", Run(f"www.example.org {URL} a@b.org")),
    ("~a~ ^b^ ==c== :d: [^1] $e$ -- ... (c)", Run("~a~ ^b^ ==c== :d: [^1] $e$ -- ... (c)")),
    ("a {.button}", Run("a {.button}")),
]


@pytest.mark.parametrize("body, inlines", [(body, inlines) for body, *inlines in INLINES])
def test_each_inline(body: str, inlines: list[tree.Inline]) -> None:
    assert parse(body) == ([paragraph(*inlines)], [])


BLOCKS = [
    ("# a\n\n###### b ##", [Heading(1, (Run("a"),), at()), Heading(6, (Run("b"),), at(3))]),
    ("a\n=\n\nb\n-", [Heading(1, (Run("a"),), at()), Heading(2, (Run("b"),), at(4))]),
    ("#a", [words("#a")]),
    ("- a\n- b", [Bullets(((words("a"),), (words("b", at(2)),)))]),
    ("* a\n+ b", [Bullets(((words("a"),),)), Bullets(((words("b", at(2)),),))]),
    ("1. a\n2. b", [Bullets(((words("a"),), (words("b", at(2)),)), 1)]),
    ("0) a", [Bullets(((words("a"),),), 0)]),
    ("7. a\n7. b", [Bullets(((words("a"),), (words("b", at(2)),)), 7)]),
    ("-\n- b", [Bullets(((), (words("b", at(2)),)))]),
    (
        "- a\n    1. b\n        - c",
        [
            Bullets(
                ((words("a"), Bullets(((words("b", at(2, 5)), Bullets(((words("c", at(3, 9)),),))),), 1)),)
            )
        ],
    ),
    ("- a\n\n  b", [Bullets(((words("a"), words("b", at(3, 3))),))]),
    ("> a\n> b\n>\n> > c", [Quote((words("a b"), Quote((words("c", at(4)),))))]),
    (">", [Quote(())]),
    ("***", [Rule()]),
    ("    a\n\n      b\n", [Listing("a\n\n  b")]),
    ("```python\n*a*\n  <b>\n```", [Listing("*a*\n  <b>")]),
    ("~~~\nfin du fichier", [Listing("fin du fichier")]),
    ("::: frame\na\n:::", [tree.Frame((words("a", at(2)),))]),
    ("::: cadre\n- a\n:::\nb", [tree.Frame((Bullets(((words("a", at(2)),),)),)), words("b", at(4))]),
    (":::: frame\n::: cadre\na\n:::\n::::", [tree.Frame((tree.Frame((words("a", at(3)),)),))]),
    ("::: frame\nsans fin", [tree.Frame((words("sans fin", at(2)),))]),
    ("> ::: frame\n> a\n> :::", [Quote((tree.Frame((words("a", at(2)),)),))]),
    (f"[a]({URL}){{.button}}", [Button(Link(URL, (Run("a"),), at(1, 5)))]),
    (f"- [a]({URL}){{.button}}", [Bullets(((Button(Link(URL, (Run("a"),), at(1, 7))),),))]),
    (f"[a]({URL}){{.button}} b", [paragraph(Link(URL, (Run("a"),), at(1, 5)), Run(" b"))]),
    ("![v](a.png)", [Picture("a.png", "v", at(1, 6))]),
    ("![v](a.png){width=300}", [Picture("a.png", "v", at(1, 6), 300)]),
    ("![v](a.png){width=300px}", [Picture("a.png", "v", at(1, 6), 300)]),
    (
        "| a | b | c |\n|---|--:|:-:|\n| *d* | `e|f` |\n| 1 | 2 | 3 |",
        [
            Table(
                ((Run("a"),), (Run("b"),), (Run("c"),)),
                (
                    ((Emphasis((Run("d"),)),), (Run("`e"),), (Run("f`"),)),
                    ((Run("1"),), (Run("2"),), (Run("3"),)),
                ),
                ("left", "right", "center"),
                at(),
            )
        ],
    ),
    ("| a |\n|---|\n| b \\| c |", [Table(((Run("a"),),), (((Run("b | c"),),),), ("left",), at())]),
]


@pytest.mark.parametrize("body, blocks", BLOCKS)
def test_each_block(body: str, blocks: list[tree.Block]) -> None:
    assert parse(body) == (blocks, [])


ALTS = [
    ("![a *b* `c`](x.png)", "a b c"),
    ("![a**b***c*](x.png)", "abc"),
    ("![a\nb\\\nc](x.png)", "a b c"),
    (f"![a [b]({URL}) c](x.png)", "a b c"),
    ("![a ![b](y.png) c](x.png)", "a b c"),
    ("![ a &quot;b&quot; ](x.png)", 'a "b"'),
    ("![](x.png)", ""),
]


@pytest.mark.parametrize("body, alt", ALTS)
def test_an_alternative_text_is_words_alone(body: str, alt: str) -> None:
    (picture,), _ = parse(body)
    assert isinstance(picture, Picture)
    assert picture.alt == alt


def test_switches_stand_alone_or_are_words() -> None:
    marks = Marks.unlike("")
    opened, closed, field = (marks.add(tag) for tag in ("{% if email %}", "{% endif %}", "{{ email }}"))
    body = f"{opened}\n\na {field}\n\n{closed}\n{opened}\n\nb {closed}\n\n{field}"
    reader = Reader(FILE, body.split("\n"), 1, marks)
    assert [block for block, _ in reader.read(body)] == [
        Switch(opened, at()),
        words(f"a {field}", at(3)),
        Switch(closed + opened, at(5)),
        words(f"b {closed}", at(8)),
        words(field, at(10)),
    ]


PLACES = [
    (f"\n\n  un [a]({URL})", at(3, 10)),
    (f"un\ndeux\n[a]({URL})", at(3, 5)),
    (f"- un\n- deux [a]({URL})", at(2, 12)),
    (f"> un\n> [a]({URL})", at(2, 7)),
    (f"| h |\n|---|\n| [a]({URL}) |", at(3, 7)),
    ("[a](<b c.pdf>)", at(1, 6)),
    ("[a](https://example.org/été)", at(1, 5)),
    ("[a]()", at(1, 4)),
    ("[a][b]\n\n[b]: https://example.org", at(1, 1)),
]


@pytest.mark.parametrize("body, place", PLACES)
def test_a_link_is_found_where_its_address_stands(body: str, place: Place) -> None:
    blocks, _ = parse(body)
    (link,) = [inline for inline in inlines_of(tuple(blocks)) if isinstance(inline, Link)]
    assert link.place == place


ATTRIBUTES = [
    ("![a](x.png){width=0}", ["image-width"], Level.ERROR),
    ("![a](x.png){width=-3}", ["image-width"], Level.ERROR),
    ("![a](x.png){width=99999}", ["image-width"], Level.ERROR),
    ("![a](x.png){.big}", ["unknown-class"], Level.WARNING),
    ("![a](x.png){.button}", ["unknown-class"], Level.WARNING),
    (f"[a]({URL}){{.bouton .x}}", ["unknown-class", "unknown-class"], Level.WARNING),
]


@pytest.mark.parametrize("body, codes, level", ATTRIBUTES)
def test_other_attributes_are_said(body: str, codes: list[str], level: Level) -> None:
    _, findings = parse(body)
    assert [finding.code for finding in findings] == codes
    assert {finding.level for finding in findings} == {level}


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- a --> <![CDATA[ b ]]> <?php c ?>",
    '<mj-include path="/etc/passwd"/>',
    "<div>\n\n**a**\n\n</div>",
    "{{ 7*7 }} {% raw %} [[ x ]]",
    f'[a]({URL}){{onclick="x" id=y style="z" .button}}',
    "![a](x.png){onerror=x src=y}",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_what_is_pasted_is_words(body: str) -> None:
    blocks, _ = parse(body)
    for block in blocks:
        match block:
            case Button(link=link):
                assert link == Link(URL, (Run("a"),), at(1, 5))
            case Picture():
                assert block == Picture("x.png", "a", at(1, 6))
            case _:
                assert isinstance(block, Paragraph)
                assert all(isinstance(inline, Run | Strong) for inline in block.inlines)


SIGNS = st.sampled_from(
    [
        *"*_~`[]()!<>{}|#-+=:.\\\n \t&;\"'1a",
        "\n\n",
        "::: frame\n",
        ":::",
        "](",
        "{.button}",
        "> ",
        "    ",
        "|-|\n",
    ]
)


@given(st.lists(SIGNS, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_read(body: str) -> None:
    blocks, findings = parse(body)
    lines = body.split("\n")
    for place in [finding.place for finding in findings]:
        assert 1 <= place.line <= len(lines)
    assert all(block is not None for block in blocks)
