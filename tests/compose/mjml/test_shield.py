"""Contents and values come out as they went in, and mrml's measured faults are cured."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mailer.compose.mjml import plain, to_html
from mailer.compose.mjml.hidden import Hidden, Sort, address, escaped, meaning
from mailer.compose.mjml.shield import Shield
from tests.compose.mjml.mails import letter, mail, page

# NUL, lone surrogates and carriage returns cannot be said in HTML (HTML, 13.2.3.5).
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=40)
FRAGMENTS = [
    "a < b",
    "<p>a<p>b",
    "<td border=0>",
    "<!-- a -- b -->",
    "<![CDATA[a]]>",
    "{% if a < b %}",
    "\\u{a0}",
    "«\u00a0é\u202f»",
    "zq0001qz",
    "xh0x0x",
    "👩\u200d🚒",
    "&nbsp;&eacute;&#39;",
    "</td></tr></table>",
    "<![endif]-->",
    "<!--[if mso | IE]>",
    '<mj-include path="/etc/passwd"/>',
    "<mj-image>",
    "$1 \\1 \\g<0> %s {0}",
]


class _Values(HTMLParser):
    """Every value of one attribute in a page."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self._name = name

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == self._name]


def values(name: str, of: str) -> list[str | None]:
    reader = _Values(name)
    reader.feed(of)
    return reader.found


@pytest.mark.parametrize("fragment", FRAGMENTS)
@pytest.mark.parametrize("tag", ["mj-text", "mj-button", "mj-table", "mj-raw"])
def test_fragments_come_out_whole(tag: str, fragment: str) -> None:
    assert fragment in page(f"<{tag}>{fragment}</{tag}>")


@given(WORDS)
@example("xh0x0x")
@example("\\")
def test_contents_come_out_whole(words: str) -> None:
    assume("<mj" not in words.lower())
    assume("</mj" not in words.lower())
    bare = words.strip(" \t\n\f")
    assert f">{bare}</div>" in page(f"<mj-text>{words}</mj-text>")


@given(WORDS)
def test_styles_come_out_whole(words: str) -> None:
    assume("mj" not in words.lower())
    assert words.strip(" \t\n\f") in page("", head=f"<mj-style>{words}</mj-style>")


@given(WORDS)
@example("é : « à »")
@example('" onerror="alert(1)')
@example("</title><script>")
@example("&amp;&quot;")
def test_values_come_out_whole(words: str) -> None:
    source = html.escape(words)
    image = f'<mj-image src="a" alt="{source}" title="{source}" href="{source}" />'
    found = page(image)
    assert values("alt", found) == [words]
    assert values("title", found) == [words]
    assert values("href", found) == [words]


@given(WORDS)
@example("</title><script>")
@example('<mj-include path="/etc/passwd"/>')
@example("é\u00a0: a\n b")
def test_titles_come_out_whole(words: str) -> None:
    said = " ".join(re.findall(r"[^ \t\n\f]+", words))
    assume(said)
    mjml = letter("").replace("Titre", html.escape(words))
    found = to_html(mjml, language="fr")
    title = re.search(r"<title>(.*)</title>", found)
    assert title is not None
    assert html.unescape(title[1]) == said
    assert values("aria-label", found) == [said]


@pytest.mark.parametrize(
    "title", ['<mj-include path="/etc/passwd"/>', '&lt;mj-include path="/etc/passwd"/&gt;']
)
def test_a_title_is_no_include(title: str) -> None:
    found = to_html(letter("").replace("Titre", title), language="fr")
    assert "<title>&lt;mj-include path=&quot;/etc/passwd&quot;/&gt;</title>" in found
    assert "root:" not in found


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("?a=1&amp;b=2", "?a=1&amp;b=2"),
        ("?a=1&b=2", "?a=1&amp;b=2"),
        ("?a=1&copy=2", "?a=1&amp;copy=2"),
        ("?n=zq0001qz&amp;a", "?n=zq0001qz&amp;a"),
        ("zq0001qz", "zq0001qz"),
        ("a\\b", "a\\b"),
        ("a\nb", "a\nb"),
        ("a\u00a0b\u202f", "a\u00a0b\u202f"),
        ("e\u0301\u200d", "e\u0301\u200d"),
        ("&#34;&#39;", "&quot;'"),
    ],
)
def test_values_of_href(value: str, shown: str) -> None:
    assert f'href="{shown}"' in page(f'<mj-button href="{value}">a</mj-button>')


def test_marks_between_components() -> None:
    found = to_html(
        mail(
            "zq0001qz<mj-section>zq0002qz<mj-column>zq0003qz<mj-text>a</mj-text>zq0004qz</mj-column>zq0005qz"
            "</mj-section>zq0006qz<mj-wrapper>zq0007qz<mj-section></mj-section>zq0008qz</mj-wrapper>",
            head="zq0000qz",
        ),
        language="fr",
    )
    assert re.findall(r"zq\d+qz", found) == [f"zq000{number}qz" for number in range(9)]


def test_html_between_components() -> None:
    found = to_html(mail('<div class="a"><mj-section></mj-section></div><!-- b -->'), language="fr")
    assert '<div class="a"><!--[if mso | IE]>' in found
    assert "</div><!-- b --></div></body>" in found


def test_html_in_a_wrapper_is_for_everyone() -> None:
    """mrml writes it inside Outlook's conditional comment, where nobody else would see it."""
    found = to_html(
        mail("<mj-wrapper><mj-raw><p>a</p></mj-raw><mj-section></mj-section></mj-wrapper>"), language="fr"
    )
    assert "<![endif]--><p>a</p><!--[if mso | IE]>" in found
    assert "<p>a</p>" in re.sub(r"<!--\[if mso.*?<!\[endif\]-->", "", found, flags=re.DOTALL)


CURED = {
    "no-break space in a value": ('<mj-image src="a" alt="\u00c9t\u00e9\u00a0: x" />', 'alt="Été\u00a0: x"'),
    "narrow space in a value": ('<mj-image src="a" alt="a\u202f!" />', 'alt="a\u202f!"'),
    "line break in a value": ('<mj-image src="a" alt="a\nb" />', 'alt="a\nb"'),
    "backslash in a value": ('<mj-image src="a" alt="a\\b" />', 'alt="a\\b"'),
    "quote in a value": ("<mj-image src='a' alt='a \"b\"' />", 'alt="a &quot;b&quot;"'),
    "style over several lines": ('<mj-text><p style="a:b;\n c:d">x</p></mj-text>', '<p style="a:b;\n c:d">'),
    "zero without a unit": ('<mj-divider padding="0 15px" />', 'width="570px"'),
    "zeros without a unit": ('<mj-divider padding="0 0 0 10px" />', 'width="590px"'),
    "zero on one side": ('<mj-divider padding-right="0" />', 'width="575px"'),
    "short colour": ('<mj-text color="#aBc">x</mj-text>', "color:#aaBBcc"),
    "short colour in bgcolor": ('<mj-button background-color="#123">x</mj-button>', 'bgcolor="#112233"'),
    "family in double quotes": ("<mj-text font-family='\"A B\", c'>x</mj-text>", "font-family:'A B', c;"),
    "attribute unknown to HTML": (
        "<mj-button>x</mj-button>",
        '<td align="center" style="font-size:0px;padding:10px',
    ),
    "content without a tag": ("<mj-text>a < b</mj-text>", ">a < b</div>"),
}


@pytest.mark.parametrize(("content", "shown"), CURED.values(), ids=CURED)
def test_cured(content: str, shown: str) -> None:
    assert shown in page(content)


def test_each_class_has_its_twin_for_outlook() -> None:
    found = to_html(mail('<mj-section css-class="a b é"></mj-section>'), language="fr")
    assert 'class="a-outlook b-outlook é-outlook"' in found
    assert 'class="a b é"' in found


def test_full_width_false_is_not_true() -> None:
    narrow = to_html(mail("<mj-section></mj-section>"), language="fr")
    assert to_html(mail('<mj-section full-width="false"></mj-section>'), language="fr") == narrow
    assert to_html(mail('<mj-section full-width="full-width"></mj-section>'), language="fr") != narrow


def test_colours_of_defaults_are_long() -> None:
    head = (
        '<mj-attributes><mj-all color="#abc" /><mj-class name="é" background-color="#def" /></mj-attributes>'
    )
    found = page('<mj-button mj-class="é">x</mj-button>', head=head)
    assert "color:#aabbcc" in found
    assert 'bgcolor="#ddeeff"' in found


def test_addresses_cannot_leave_css() -> None:
    found = to_html(
        mail('<mj-section background-url="a.png?b=1&amp;c=(é\');x:y"></mj-section>'), language="fr"
    )
    assert "url('a.png?b=1&amp;c=%28é%27%29;x:y')" in found


def test_addresses_of_fonts() -> None:
    head = '<mj-font name="Foo" href="https://example.org/f?a&amp;b" />'
    found = page('<mj-text font-family="Foo">x</mj-text>', head=head)
    assert 'href="https://example.org/f?a&amp;b"' in found
    assert "@import url(https://example.org/f?a&b);" in found


@pytest.mark.parametrize("count", [0, 1, 3])
def test_tokens_stand_nowhere_in_the_text(count: int) -> None:
    text = "".join(f"xh{number}x1x" for number in range(count))
    shield = Shield.unlike(text)
    assert shield.prefix not in text
    assert shield.token(Sort.VALUE, "é") == shield.token(Sort.VALUE, "é") != shield.token(Sort.VALUE, "è")


def test_tokens_of_many_do_not_mix() -> None:
    shield = Shield.unlike("")
    tokens = [shield.token(Sort.CONTENT, f"<{number}>") for number in range(120)]
    assert shield.put_back("".join(tokens)) == "".join(f"<{number}>" for number in range(120))


def test_lost_contents_are_noticed() -> None:
    shield = Shield.unlike("")
    kept, _ = shield.token(Sort.CONTENT, "a"), shield.token(Sort.RAW, "b")
    shield.token(Sort.VALUE, "c")
    assert shield.lost(kept) == ["b"]


def test_a_number_nobody_gave_stays() -> None:
    shield = Shield.unlike("")
    shield.token(Sort.CONTENT, "a")
    page_ = f"xh0x1x xh0x{'9' * 5000}x"
    assert shield.put_back(page_) == page_


def test_texts_put_back_are_not_read_again() -> None:
    shield = Shield.unlike("")
    shield.hidden.append(Hidden(sort=Sort.CONTENT, text="xh0x1x"))
    shield.hidden.append(Hidden(sort=Sort.CONTENT, text="b"))
    assert shield.put_back("xh0x0x") == "xh0x1x"


@given(WORDS)
def test_escaping_and_meaning(words: str) -> None:
    assert meaning(escaped(words)) == words
    assert '"' not in escaped(words)
    assert "<" not in escaped(words)
    assert not re.search(r"[\s\"'()<>\\]", address(words))


def test_plain_hides_nothing() -> None:
    source = letter(
        'zq0001qz<mj-image mj-at="a:1:2" src="a" alt="é &amp; &#34;" /><mj-text padding="0"> é </mj-text>'
    )
    written = plain(source)
    assert '<mj-raw>zq0001qz</mj-raw><mj-image src="a" alt="é &amp; &quot;"></mj-image>' in written
    assert '<mj-text padding="0">é</mj-text>' in written
