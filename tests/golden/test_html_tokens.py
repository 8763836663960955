"""The normal form forgets what means nothing, and only that."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.golden.html_tokens import css, differences, style, tokens

SAME = {
    "attribute order": ('<td align="left" width="3">', '<td width="3" align="left">'),
    "class order": ('<p class="b a">', '<p class="a  b">'),
    "empty class and style": ('<p class="" style="">', "<p>"),
    "first of repeated attributes": ('<p id="a" id="b">', '<p id="a">'),
    "void slash": ("<br/><img src='a' />", '<br><img src="a">'),
    "case": ("<TD ALIGN=left>", '<td align="left">'),
    "entities": ("&eacute;&#8202;&nbsp;x", "é\u200a\u00a0x"),
    "entities in values": ('<a href="?a&amp;b">x</a>', '<a href="?a&b">x</a>'),
    "style order": ('<p style="color:red; width:3px">', '<p style="width: 3px;color:red;">'),
    "style white space": ('<p style="margin: 0 ;">', '<p style="margin:0">'),
    "long colours": ('<p style="color:#AbC">', '<p style="color:#aabbcc">'),
    "colours in values": ('<td bgcolor="#fff">', '<td bgcolor="#FFFFFF">'),
    "zero pixels": ('<p style="padding:0px 3px">', '<p style="padding:0 3px">'),
    "indentation": ("<div>\n  <p>\n a  b\n </p>\n</div>", "<div><p>a b</p></div>"),
    "space at the start of a line": ("<p> <b> a</b></p>", "<p><b>a</b></p>"),
    "space at the end of a line": ("<p><b>a </b> </p>", "<p><b>a</b></p>"),
    "space around blocks": ("<td> <img src='a'> </td>", "<td><img src='a'></td>"),
    "style sheet white space": ("<style>a { b: c; }\n d{}</style>", "<style>a{b:c}d{}</style>"),
    "style sheet type": ('<style type="text/css">a{}</style>', "<style>a{}</style>"),
    "neighbouring style sheets": ("<style>a{}</style>\n<style>b{}</style>", "<style>a{}b{}</style>"),
    "merged conditions": (
        "<!--[if mso | IE]><table><![endif]--> <!--[if mso | IE]><tr><![endif]-->",
        "<!--[if mso | IE]><table><tr><![endif]-->",
    ),
    "inside conditions": (
        '<!--[if mso]><td a="1"  b="2"><![endif]-->',
        '<!--[if mso]><td b="2" a="1"/><![endif]-->',
    ),
    "declaration": ("<!DOCTYPE html>", "<!doctype HTML>"),
}

DIFFERENT = {
    "text": ("<p>a</p>", "<p>b</p>"),
    "a missing tag": ("<p><b>a</b></p>", "<p>a</p>"),
    "a text that looks like a tag": ("&lt;b>", "<b>"),
    "a class": ('<p class="a">', '<p class="b">'),
    "a value": ('<p id="a">', '<p id="A">'),
    "an empty alt": ('<img alt="">', "<img>"),
    "space between words": ("<p>a <b>b</b></p>", "<p>a<b>b</b></p>"),
    "space after an inline tag": ("<p><b>a</b> b</p>", "<p><b>a</b>b</p>"),
    "a no-break space": ("<p>a\u00a0b</p>", "<p>a b</p>"),
    "white space in pre": ("<pre>a  b</pre>", "<pre>a b</pre>"),
    "shorthand after its part": (
        '<p style="padding-top:1px;padding:0">',
        '<p style="padding:0;padding-top:1px">',
    ),
    "colours": ('<p style="color:#aabbcd">', '<p style="color:#abc">'),
    "lengths": ('<p style="width:10px">', '<p style="width:1px">'),
    "zero of another unit": ('<p style="width:0%">', '<p style="width:0">'),
    "conditions": ("<!--[if mso]>a<![endif]-->", "<!--[if IE]>a<![endif]-->"),
    "inside conditions": ("<!--[if mso]><td><![endif]-->", "<!--[if mso]><tr><![endif]-->"),
    "text between conditions": (
        "<!--[if mso]>a<![endif]-->x<!--[if mso]>b<![endif]-->",
        "<!--[if mso]>ab<![endif]-->x",
    ),
    "a comment": ("<!-- a --><p>", "<p>"),
    "style sheets for other media": (
        '<style media="print">a{}</style><style>b{}</style>',
        "<style>a{}</style><style>b{}</style>",
    ),
    "rules": ("<style>a b{}</style>", "<style>ab{}</style>"),
    "selectors": ("<style>a :hover{}</style>", "<style>a:hover{}</style>"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_same_meaning(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)
    assert differences(one, other) == []


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_other_meaning(one: str, other: str) -> None:
    assert differences(one, other)


def test_condition_open_to_all() -> None:
    page = '<!--[if !mso]><!--><meta name="a"><!--<![endif]-->'
    assert tokens(page) == ["<![if !mso]>", '<meta name="a">', "<![endif]>"]


def test_reads_what_outlook_reads() -> None:
    page = "<!--[if mso | IE]><tr><td width='3'><![endif]--><p>a</p>"
    assert tokens(page) == ["<![if mso | IE]>", "<tr>", '<td width="3">', "<![endif]>", "<p>", "“a", "</p>"]


def test_differences_are_lines_to_read() -> None:
    lines = differences("<p>ours</p>", "<p>theirs</p>")
    assert "-“theirs" in lines
    assert "+“ours" in lines


def test_style_keeps_urls_whole() -> None:
    assert style("background:url('data:a;b') ; color : RED") == "background:url('data:a;b');color:RED"


def test_css_keeps_conditions() -> None:
    assert (
        css("@media (max-width: 3px) { .a > b { c: #FFF } }") == "@media (max-width:3px){.a > b{c:#ffffff}}"
    )


@given(st.text())
def test_any_text_gives_tokens(text: str) -> None:
    assert differences(text, text) == []


@given(st.text(alphabet="ab \n<>/=\"'!-[]", max_size=60))
def test_any_markup_gives_tokens(text: str) -> None:
    assume("<![" not in text)  # Python 3.11's own parser stops at a broken marked section
    assert differences(text, text) == []
