"""The scanner: what it reads, the flaws it tells, and that no text keeps it busy for long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.mjml.scan import MOST, Closing, Loose, Opening, Scan, Token


def scanned(text: str) -> tuple[list[Token], list[str]]:
    scan = Scan(text)
    return list(scan.tokens()), [flaw.message.say("en") for flaw in scan.flaws]


def test_tokens_in_order() -> None:
    tokens, flaws = scanned('a<mj-column width="50%"><!-- b --><div class="c">\n</mj-column >')
    assert flaws == []
    assert tokens == [
        Loose(text="a", comment=False),
        Opening(name="mj-column", attributes=(("width", "50%"),), offset=1, closed=False),
        Loose(text="<!-- b -->", comment=True),
        Loose(text='<div class="c">\n', comment=False),
        Closing(name="mj-column", offset=50),
    ]


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("<mj-image />", ()),
        ("<mj-image/>", ()),
        ('<mj-image alt=""/>', (("alt", ""),)),
        ("<mj-image alt='a \"b\"' />", (("alt", 'a "b"'),)),
        ('<mj-image alt = "a > b"\n\tsrc="c"/>', (("alt", "a > b"), ("src", "c"))),
        ('<mj-image alt="a" alt="b"/>', (("alt", "a"), ("alt", "b"))),
        ('<mj-image alt="a < b <mj-text>"/>', (("alt", "a < b <mj-text>"),)),
        ('<mj-image alt="é\u00a0\\n" data-x.y:z="1"/>', (("alt", "é\u00a0\\n"), ("data-x.y:z", "1"))),
    ],
)
def test_attributes(text: str, attributes: tuple[tuple[str, str], ...]) -> None:
    tokens, flaws = scanned(text)
    assert flaws == []
    assert tokens == [Opening(name="mj-image", attributes=attributes, offset=0, closed=True)]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "a < b & c > d",
        "<p>a<p>b<br>",
        "<td border=0>",
        "<!-- a -- b -->",
        "<![CDATA[ x ]]>",
        "{% if a < b %}",
        '<mj-include path="/etc/passwd"/>',
        "<mj-image>",
        "<a title='</p>'>",
        "é\u00a0\u202f😀",
        "</mjtext",
    ],
)
def test_content_stays_closed(content: str) -> None:
    tokens, flaws = scanned(f"<mj-text>{content}</mj-text>")
    if content == "</mjtext":
        assert flaws == ["<mj-text> is never closed", "</mjtext is not a whole tag"]
        return
    assert flaws == []
    assert tokens == [Opening(name="mj-text", attributes=(), offset=0, closed=True, content=content)]


FLAWS = {
    '<mj-image alt="a>': ["<mj-image>: the value of alt is never closed"],
    '<mj-image alt="a>\n<mj-text color="b"></mj-text>': ["<mj-image>: the value of alt is never closed"],
    "<mj-image alt=a />": ["<mj-image>: alt has no value in quotes"],
    "<mj-image alt />": ["<mj-image>: alt has no value in quotes"],
    "<mj-image zq0001qz />": ["<mj-image>: zq0001qz has no value in quotes"],
    '<mj-image alt="a"src="b"/>': ["<mj-image>: two attributes, or a name and its attribute, touch"],
    '<mj-image"a"/>': [
        "<mj-image>: two attributes, or a name and its attribute, touch",
        "<mj-image>: '\"a\"' is no attribute",
    ],
    "<mj-image {% if a %} />": [
        "<mj-image>: '{%' is no attribute",
        "<mj-image>: if has no value in quotes",
        "<mj-image>: a has no value in quotes",
        "<mj-image>: '%}' is no attribute",
    ],
    '<mj-image alt="a"': ["the tag <mj-image has no end"],
    '<mj-section <mj-column width="1px">': ["the tag <mj-section has no end"],
    "</mj-column": ["</mj-column is not a whole tag"],
    '</mj-column width="1px">': ["</mj-column is not a whole tag"],
    "<!-- a": ["a comment is never closed"],
    "<![CDATA[a]]>": ["a CDATA section stands between tags"],
    "<mj-text>a": ["<mj-text> is never closed"],
    "<mj-text>a</mj-column>": ["<mj-text> is never closed"],
    "<mj-text>a<mj-text>b</mj-text>": ["<mj-text> is never closed"],
}


@pytest.mark.parametrize(("text", "messages"), FLAWS.items())
def test_flaws(text: str, messages: list[str]) -> None:
    assert scanned(text)[1] == messages


def test_reading_goes_on_after_a_flaw() -> None:
    tokens, flaws = scanned('<mj-image alt="a>\n<mj-text color="b">c</mj-text><mj-raw>d')
    names = [token.name for token in tokens if isinstance(token, Opening)]
    assert names == ["mj-image", "mj-text", "mj-raw"]
    assert len(flaws) == 2


# Each makes a reader that goes back, or looks ahead for ever, quadratic: hours for a megabyte.
HOSTILE = [
    "<mj-text>",
    "<mj-text><mj-button><mj-title><mj-raw>",
    '<mj-a x="',
    "<mj-a x='<mj-b y=\"",
    "<mj-a b c ",
    "<mj-a x  =  ",
    "<!--",
    "</mj-raw ",
    "<mj-raw><mj-rax></mj-ra",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_hostility(piece: str) -> None:
    _, flaws = scanned((piece * (1_000_000 // len(piece) + 1))[:1_000_000])
    assert 0 < len(flaws) <= MOST


def test_a_far_quote() -> None:
    _, flaws = scanned("<mj-a x='" + "<mj-b " * 160_000 + "'z")
    assert len(flaws) == MOST


@given(st.lists(st.sampled_from([*"<>/='\" \na!-", "<mj-text", "</mj-text>", "<mj-raw>", "<!--", "-->"])))
def test_any_text_is_read_to_its_end(pieces: list[str]) -> None:
    text = "".join(pieces)
    tokens, _ = scanned(text)
    offsets = [token.offset for token in tokens if not isinstance(token, Loose)]
    assert offsets == sorted(offsets)
    assert all(text.startswith("<", offset) for offset in offsets)
