"""Hostile campaigns are refused; hostile people are only words, in the page, the text and the header."""

import email
import json
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.filling import clean, fill_page, fill_text
from mailer.compose.message import MessageWriter
from mailer.findings import Level, has_errors
from mailer.model import Edition
from tests.compose.campaigns import DATE, KEYS, edition, lay_out, person, read, source
from tests.compose.pages import Element, body, parsed
from tests.compose.test_expressions import PAYLOADS

REFUSALS = {"placeholder-forbidden", "placeholder-syntax", "placeholder-unclosed", "unknown-field"}
FORMS = ["{{{{ {} }}}}", "{{% if {} %}}a{{% endif %}}"]


def refused(text: str) -> None:
    campaign, findings = read(text)
    errors = {finding.code for finding in findings if finding.level is Level.ERROR}
    assert errors & REFUSALS
    if campaign is not None:
        assert not any("__" in tag or "|attr" in tag for tag in campaign.marks.tags)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_passes_in_the_body(payload: str, form: str) -> None:
    refused(source(f"# T\n\nBonjour {form.format(payload)} !\n"))


@pytest.mark.parametrize("key", ["subject", "preheader"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nor_in_the_subject_or_the_preheader(payload: str, key: str) -> None:
    value = json.dumps(f"Bonjour {{{{ {payload} }}}}")  # a basic string of TOML too
    other = 'subject = "Objet"\n' if key == "preheader" else ""
    refused(f'+++\n{other}{key} = {value}\nlists = ["adherents"]\n+++\n# T\n\na\n')


@pytest.mark.parametrize(
    "place",
    [
        "# {}\n\na",
        "# T\n\n- {}",
        "# T\n\n| {} |\n|---|\n| a |",
        "# T\n\n`{}`",
        "# T\n\n```\n{}\n```",
        "# T\n\n![{}](a.png)",
        "# T\n\n[{}](https://example.org)",
        "# T\n\n[a](https://example.org '{}')",
        "# T\n\n[a](https://example.org/{})",
        "# T\n\n::: {}\na\n:::",
        "# T\n\n<!-- {} -->",
    ],
)
def test_nor_anywhere_in_a_body(place: str) -> None:
    for payload in ("{{ ''.__class__ }}", "{% include '/etc/passwd' %}", "{{ first_name|attr('x') }}"):
        refused(source(place.replace("{}", payload) + "\n"))


# --- people ----------------------------------------------------------------------

BODY = """# Un titre pour {{ first_name }}

Bonjour {{ first_name }}, **{{ first_name|upper }}**, `{{ first_name }}`
[lire, {{ first_name }}](https://example.org/a) ![vu par {{ first_name }}](a.png){width=30}

- {{ first_name or 'vous' }}{% if first_name == 'x' %} x{% endif %}

| {{ first_name }} |
|---|
| {{ first_name }} |

    {{ first_name }}

[Bouton, {{ first_name }}](https://example.org/b){.button}

![{{ first_name }}](b.png)
"""
FRONT = 'preheader = "Pour {{ first_name }}"\n'
WHOLE = edition(BODY, FRONT, subject="Objet : {{ first_name }}.")
WRITER = MessageWriter(WHOLE, KEYS)

HOSTILE = [
    "{{7*7}}",
    "{{ first_name }}",
    "{% if email %}",
    "{# x #}",
    "[[ x ]]",
    "\x03 unsubscribe_url \x04",
    "zq0000qz",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    "--><b>",
    "]]></style></title></body></html>",
    "<![endif]-->",
    "&lt;b&gt; &amp;amp; &#60;",
    '<mj-include path="/etc/passwd"/>',
    "</mj-text></mj-column>",
    "=?utf-8?q?=0D=0ABcc:_evil=40x=2Eorg?=",
    "=?utf-8?B?QmNjOiBldmlsQHgub3Jn?=",
    "a\r\nBcc: evil@x.org",
    "a\r\n\r\n<html>",
    "\r\n.\r\nMAIL FROM:<x@y>",
    "a\nb",
    "a\rb",
    "a\x00b",
    "a\x1b]0;x\x07",
    "a\u2028b\u2029c\x85d",
    "\u202egpj.exe",
    "\u2066a\u2069",
    "--=_alternative_x--",
    "=0D=0A=",
    ".",
    "\\u{a0}\\",
    "\ud800",
    "x" * 5000,
    "é" * 5000,
    "a b " * 1250,
    "👨‍👩‍👧‍👦🏳️‍🌈",
]


def shape(html: str) -> list[object]:
    """Elements, attributes and every value that no person's words belong to."""
    elements = [found for found in parsed(html).walk() if isinstance(found, Element)]
    return [
        (
            found.tag,
            {name: value for name, value in found.attributes.items() if name not in {"alt", "aria-label"}},
        )
        for found in elements
    ]


BENIGN = shape(fill_page(WHOLE.html, WRITER.values(person(first_name="Zoé"))))


def check(value: str) -> None:
    recipient = person(first_name=value)
    values = WRITER.values(recipient)
    shown = clean({"x": value})["x"]
    html, plain = fill_page(WHOLE.html, values), fill_text(WHOLE.text, values)
    assert shape(html) == BENIGN
    seen = body(html).seen()
    if shown:
        assert seen.count(f"vu par {shown}") == 1
        assert seen.count(f"Bonjour {shown}, {shown.upper()}, {shown} ") == 1
        assert f"Bonjour {shown}, *{shown.upper()}*, {shown} " in plain.replace("\n", " ")
    message = WRITER.write(recipient, DATE)
    parsed_message = email.message_from_bytes(message.as_bytes(), policy=default)
    assert list(parsed_message.keys()) == HEADERS
    assert str(parsed_message["Subject"]) == f"Objet\u00a0: {shown}."
    assert [part.defects for part in parsed_message.walk() if part.defects] == []
    assert len(list(parsed_message.walk())) == 3
    for kind, written in (("plain", plain), ("html", html)):
        part = parsed_message.get_body((kind,))
        assert part is not None
        assert str(part.get_content()).replace("\r\n", "\n") == written
    for line in message.as_bytes().split(b"\r\n"):
        assert len(line) <= 998
        assert line.isascii()
        assert b"\n" not in line
        assert b"\r" not in line


HEADERS = list(
    email.message_from_bytes(WRITER.write(person(first_name="Zoé"), DATE).as_bytes(), policy=default).keys()
)


def test_the_headers_are_those_we_know() -> None:
    assert [
        *("Date", "From", "Reply-To", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"),
        *("Content-Language", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help"),
        *("List-Owner", "List-Post", "Precedence", "X-Auto-Response-Suppress", "Feedback-ID"),
    ] == HEADERS


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:30])
def test_a_hostile_name_is_only_words(value: str) -> None:
    check(value)


@given(st.text(max_size=40) | st.text(alphabet="<>\"'&={}%#[]\r\n\x00-?/ a\u202e", max_size=40))
def test_any_name_is_only_words(value: str) -> None:
    check(value)


def test_a_direction_override_is_not_sent() -> None:
    for written in (
        fill_page(WHOLE.html, WRITER.values(person(first_name="a\u202eb\u2067c"))),
        WRITER.write(person(first_name="a\u202eb\u2067c"), DATE).as_bytes().decode(),
    ):
        assert "\u202e" not in written
        assert "=E2=80=AE" not in written


def test_every_field_is_as_harmless() -> None:
    whole: Edition = edition("# T\n\n{{ last_name }} {{ language }} {{ email }}\n")
    values = MessageWriter(whole, KEYS).values(person(last_name="<b>", language="</p>", email='"<i>"@x.org'))
    page = body(fill_page(whole.html, values))
    assert '<b> </p> "<i>"@x.org' in page.seen()
    assert page.all("b", "i") == []


def test_a_field_nobody_asked_for_changes_nothing() -> None:
    assert WRITER.write(person(first_name="a", unsubscribe_url="https://evil.example", theme="x"), DATE) == (
        WRITER.write(person(first_name="a"), DATE)
    )


# --- the campaign's own words -------------------------------------------------------

ODD = ["x" * 5000, "é" * 5000, "a\u202eb", "<script>alert(1)</script>", "[[ 7*7 ]]", "\\u{a0}", "💥" * 500]


@pytest.mark.parametrize("word", ODD, ids=lambda value: ascii(value)[:20])
def test_an_odd_word_is_printed_as_it_is(word: str) -> None:
    escaped = word.replace("[", "\\[").replace("\\u", "\\\\u")
    whole = edition(f"# T{escaped}\n\n## S{escaped}\n\nA{escaped}\n\n- B{escaped}\n\n> C{escaped}\n")
    writer = MessageWriter(whole, KEYS)
    html, plain = (
        fill(slots, writer.values(person()))
        for fill, slots in ((fill_page, whole.html), (fill_text, whole.text))
    )
    for letter in "TSABC":
        assert letter + word in body(html).seen()
        assert letter + word in plain
    assert parsed(html).all("script") == []
    message = writer.write(person(), DATE).as_bytes()
    assert max(map(len, message.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("where", ["body", "subject"])
def test_a_word_that_looks_like_a_mark_once_decoded(where: str) -> None:
    if where == "body":
        whole = edition("# T\n\nzq&#57;999qz {{ first_name }}\n")
    else:
        whole = edition("# T\n\na\n", subject="zq\\u0039999qz")
    assert any("zq9999qz" in piece for piece in (*whole.html, *whole.subject))


DEEP = [
    "{% if email %}" * 120 + "x" + "{% endif %}" * 120,
    "{{ " + "not " * 150 + "email }}",
    "{{ ''" + " + ''" * 150 + " }}",
    "{{ ''" + " or ''" * 120 + " }}",
]


@pytest.mark.parametrize("body", DEEP, ids=["ifs", "not", "plus", "or"])
def test_what_is_too_deep_is_refused_at_once(body: str) -> None:
    one, findings = read(source(f"# T\n\n{body}\n"))
    assert one is not None
    assert has_errors(findings) or MessageWriter(lay_out(one), KEYS).write(person(), DATE)
