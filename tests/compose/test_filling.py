"""Filling: values are data, static texts go through untouched."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError

from mailer.compose import filling
from mailer.compose.filling import clean, fill_page, fill_text, frame_html_filler, frame_text_filler
from mailer.errors import RenderError
from mailer.model import Slotted

GREETING: Slotted = ("Bonjour", "{{ ' ' + first_name if first_name }}", ",\n")
CHOICE: Slotted = (
    "a\n",
    "{% if site == 'Lyon' %}",
    "L\n",
    "{% elif site %}",
    "autre ",
    "{{ site }}",
    "\n",
    "{% else %}",
    "",
    "{% endif %}",
    "z\n",
)


@pytest.mark.parametrize(
    "slotted, fields, filled",
    [
        (("texte",), {}, "texte"),
        (GREETING, {"first_name": "Zoé"}, "Bonjour Zoé,\n"),
        (GREETING, {"first_name": ""}, "Bonjour,\n"),
        (GREETING, {}, "Bonjour,\n"),
        (CHOICE, {"site": "Lyon"}, "a\nL\nz\n"),
        (CHOICE, {"site": "Brest"}, "a\nautre Brest\nz\n"),
        (CHOICE, {}, "a\nz\n"),
        (("", "{{ x|upper }}", ""), {"x": "é"}, "É"),
        (("", "{{ x|lower }}", ""), {"x": "É"}, "é"),
        (("", "{{ x|capitalize }}", ""), {"x": "zOÉ"}, "Zoé"),
        (("", "{{ x|title }}", ""), {"x": "jean-paul"}, "Jean-Paul"),
        (("", "{{ x|trim }}", ""), {"x": " a "}, "a"),
        (("", "{{ x|default('camarade', true) }}", ""), {}, "camarade"),
        (("", "{{ x|default('camarade', true) }}", ""), {"x": "Léa"}, "Léa"),
        (("", "{{ (x ~ ' ' ~ y) }}", ""), {"x": "a", "y": "b"}, "a b"),
        (("", "{{ (x in ['a', 'b']) }}", ""), {"x": "a"}, "True"),
        (("", "{{ x if not y or (x and z) else 'n' }}", ""), {"x": "o", "y": "1"}, "n"),
        (("{{ x }} {% raw %} {# c #}\n", "{{ x }}", "\n\n"), {"x": "1"}, "{{ x }} {% raw %} {# c #}\n1\n\n"),
    ],
)
def test_tags(slotted: Slotted, fields: dict[str, str], filled: str) -> None:
    assert fill_text(slotted, fields) == filled
    assert fill_page(slotted, fields) == filled


@pytest.mark.parametrize(
    "value",
    [
        "{{7*7}}",
        "{% for a in b %}",
        "{# note #}",
        '<mj-include path="/etc/passwd"/>',
        "\x03 7*7 \x04",
        "{{ ''.__class__.__mro__ }}",
        "Tom & Jerry's \"<b>",
        "x" * 5000,
    ],
)
def test_values_are_data(value: str) -> None:
    assert fill_text(("<", "{{ x }}", ">"), {"x": value}) == f"<{value}>"
    page = fill_page(("<i title='", "{{ x }}", "'>"), {"x": value})
    assert page == f"<i title='{html.escape(value)}'>"
    assert html.unescape(page) == f"<i title='{value}'>"


@pytest.mark.parametrize(
    "slotted", [("", "{{ x.y.z }}", ""), ("", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "")]
)
def test_the_sandbox_stands_behind_the_closed_language(slotted: Slotted) -> None:
    with pytest.raises(RenderError):
        fill_text(slotted, {"x": "a"})


@pytest.mark.parametrize("name", ["range", "dict", "cycler", "joiner", "namespace", "lipsum"])
def test_no_global_is_within_reach(name: str) -> None:
    assert fill_text(("", "{{ " + name + " }}", ""), {}) == ""


def test_a_static_text_may_hold_our_delimiters() -> None:
    assert fill_text(("a\x01b\x03c", "{{ x }}", "\x04"), {"x": "1"}) == "a b c1 "


@pytest.mark.parametrize("tag", ["{{- x }}", "{{ x -}}", "{%- if x %}"])
def test_white_space_control_cannot_eat_a_line_break(tag: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        fill_text(("a\n", tag, "\nb", "{% endif %}", ""), {"x": "1"})


@pytest.mark.parametrize(
    "value, cleaned",
    [
        ("Zoé", "Zoé"),
        ("a\r\nBcc: b@c", "a  Bcc: b@c"),
        ("a\x00b\tc\x1bd", "a b c d"),
        ("a\x7f\x85\x9fb", "a   b"),
        ("a\u2028b\u2029c", "a b c"),
        ("nom\u202egpj.exe\u2066\u2069", "nomgpj.exe"),
        ("10\u202f000\u00a0€ 👨‍👩‍👧‍👦", "10\u202f000\u00a0€ 👨‍👩‍👧‍👦"),
        ("half \ud83d", "half \ufffd"),
    ],
)
def test_clean(value: str, cleaned: str) -> None:
    assert clean({"x": value}) == {"x": cleaned}


@given(st.text())
def test_nothing_cleaned_can_act(value: str) -> None:
    cleaned = clean({"x": value})["x"]
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", cleaned)
    assert clean({"x": cleaned}) == {"x": cleaned}


def test_frames_are_filled_in_quoted_printable() -> None:
    slotted: Slotted = ("Bonjour =\r\n", "{{ x }}", "\r\n")
    assert b"".join(frame_text_filler(slotted)({"x": "é<"})) == b"Bonjour =\r\n=C3=A9<=\r\n\r\n"
    assert b"".join(frame_html_filler(slotted)({"x": "é<"})) == b"Bonjour =\r\n=C3=A9&lt;=\r\n\r\n"
    assert b"".join(frame_html_filler(slotted)({})) == b"Bonjour =\r\n\r\n"


@given(
    st.lists(st.text(alphabet="a\n\r é<&=.\x02{", max_size=6), min_size=1, max_size=5),
    st.dictionaries(st.sampled_from(["first_name", "site"]), st.text(max_size=12)),
)
def test_plain_names_are_joined_as_jinja_would_fill_them(texts: list[str], values: dict[str, str]) -> None:
    names = ["{{ first_name }}", "{{site}}", "{{ last_name }}", "{{  site  }}"]
    slotted = tuple(piece for text, tag in zip(texts, names * 2, strict=False) for piece in (text, tag))[:-1]
    for finalize, newline in ((lambda value: html.escape(str(value)), "\n"), (str, "\r\n")):
        joined = filling._filler(slotted, finalize, newline)
        assert joined(values) == filling._templated(slotted, finalize, newline)(values)
