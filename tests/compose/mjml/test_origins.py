"""Marks: each tag remembers its template's line, nothing else changes, and no mark is left."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, TemplateSyntaxError

from mailer.compose.mjml import OriginMarks, check, to_html
from mailer.compose.mjml.origins import lift, mark
from mailer.findings import Place
from tests.compose.mjml.mails import TITLE, letter

BARE = Environment(autoescape=True)


def marked(source: str, name: str = "a.mjml") -> str:
    return mark(source, name, BARE)


def marks(source: str) -> list[str]:
    return re.findall(r'mj-at="([^"]*)"', marked(source))


def test_marks_tell_line_and_column() -> None:
    source = '<mjml>\n  <mj-body\n    width="1px"><mj-section>\n</mj-section></mj-body>\n</mjml>'
    assert marks(source) == ["a.mjml:1:1", "a.mjml:2:3", "a.mjml:3:17"]


def test_the_mark_stands_after_the_name() -> None:
    assert marked('<mj-text color="red">a</mj-text>') == (
        '<mj-text mj-at="a.mjml:1:1" color="red">a</mj-text>'
    )


@pytest.mark.parametrize(
    "hidden",
    [
        "{# <mj-text> #}",
        "{{ '<mj-text>' }}",
        '{{ "}}<mj-text>" }}',
        '{% set a = "<mj-text>" %}',
        "{% set a = '%}\\'<mj-text>' %}",
        "<!-- <mj-text> -->",
        "{% raw %}<mj-text>{{{% endraw %}",
        "{%- raw -%} <mj-text> {%- endraw -%}",
        "<mj-{{ 'text' }}>",
        "<mj-text{{ 's' }}>",
        "</mj-text>",
        "<div>mj-text</div>",
        "&lt;mj-text>",
    ],
)
def test_what_is_no_tag_stays_bare(hidden: str) -> None:
    assert marked(hidden) == hidden
    assert marks(hidden + "\n<mj-image/>") == ["a.mjml:2:1"]


@pytest.mark.parametrize(
    "source",
    [
        '<mj-image alt="<mj-text>" />',
        "<mj-image alt='\"<mj-text>' />",
        '<mj-image alt="{{ "<mj-text>" }}" />',
        "<mj-image {% if a > '>' %} alt='b'{% endif %} />",
        '<mj-text><a title="<mj-image>"></mj-text>',
        "<mj-text>{# </mj-text> #}<mj-image></mj-text>",
        "<mj-raw><!-- <mj-image> --></mj-raw>",
        "<mj-title>{{ '</mj-title>' }}<mj-image></mj-title>",
    ],
)
def test_values_and_contents_stay_bare(source: str) -> None:
    assert marks(source + "<mj-divider/>") == ["a.mjml:1:1", f"a.mjml:1:{len(source) + 1}"]


def test_names_cannot_break_out() -> None:
    name = 'a "{{ x }}" <b>:é.mjml'
    clean, origins = lift(marked("<mj-image/>", name))
    assert clean == "<mj-image/>"
    assert origins.place(0) == Place(name, 1, 1)
    assert "{{" not in marked("<mj-image/>", name)


def test_other_brackets() -> None:
    environment = Environment(
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        autoescape=True,
    )
    source = '[[ \'<mj-text>\' ]]<mj-image alt="[[ "<mj-text>" ]]"/>[% if a %]<mj-image/>[% endif %]'
    assert mark(source, "a", environment).count("mj-at") == 2


def test_unmarked_places_are_those_of_the_mjml() -> None:
    clean, origins = lift('<mjml>\n <mj-text mj-at="b.mjml:7:9">\n  <mj-image/>')
    assert clean == "<mjml>\n <mj-text>\n  <mj-image/>"
    assert origins.place(clean.index("<mj-text")) == Place("b.mjml", 7, 9)
    assert origins.place(clean.index("<mj-image")) == Place("generated.mjml", 3, 3)


@pytest.mark.parametrize(
    "forged",
    ['<mj-text mj-at="a">', '<mj-text mj-at="a:b:c">', '<mj-text mj-at="a:1:2', '<p mj-at="a:1:2">'],
)
def test_what_is_no_mark_stays(forged: str) -> None:
    assert lift(forged)[0] == forged


TAGS = ["<mj-text", "</mj-text>", "<mj-raw>", "mjml", "<!--", "-->"]
BRACKETS = ["{{", "}}", "{%", "%}", "{#", "#}", "{% raw %}"]
PIECES = [*"<>\"'/ \n{}%#aé", *TAGS, *BRACKETS]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_lifting_undoes_marking(pieces: list[str]) -> None:
    source = "".join(pieces)
    assert lift(marked(source))[0] == source


@pytest.mark.parametrize(
    "piece", ['{{ "\\"', "<mj-text {{ ", "{#", "{% raw %}", "<mj-text>{{", "<mj-a b='{{ \""]
)
def test_a_megabyte_of_template(piece: str) -> None:
    source = piece * (1_000_000 // len(piece))
    assert lift(marked(source))[0] == source


LAYOUT = """{# <mj-text> in a comment #}
{% macro words(text) %}
<mj-text colour="red">{{ text }}</mj-text>
{% endmacro %}
<mjml lang="fr">
<mj-head><mj-title>Titre</mj-title></mj-head>
<mj-body>
{% include "part.mjml" %}
<mj-section><mj-column>{{ words("a") }}{{ words("<mj-text>") }}</mj-column></mj-section>
</mj-body>
</mjml>"""


def environment(**templates: str) -> Environment:
    loader = DictLoader({f"{name}.mjml": source for name, source in templates.items()})
    return Environment(loader=loader, autoescape=True, extensions=[OriginMarks])


def test_findings_point_into_templates() -> None:
    part = '\n  <mj-section gutter="3px">\n<mj-column></mj-column></mj-section>'
    mjml = environment(layout=LAYOUT, part=part).get_template("layout.mjml").render()
    assert [(finding.code, str(finding.place)) for finding in check(mjml)] == [
        ("mjml-unknown-attribute", "layout.mjml:3:1"),
        ("mjml-unsupported", "part.mjml:2:3"),
    ]


def test_no_mark_survives() -> None:
    part = '<mj-section><!-- <mj-text> --><mj-column css-class="<mj-text>"></mj-column></mj-section>'
    fragment = '<a title="&lt;mj-text>"><mj-image/></a>'  # an include knows not that it stands in mj-text
    layout = LAYOUT.replace('colour="red">', 'title="b">{% include "html.mjml" %}').replace(' title="b"', "")
    templates = environment(layout=layout, part=part, html=fragment)
    mjml = templates.get_template("layout.mjml").render()
    assert "mj-at" in mjml
    html = to_html(mjml, language="fr")
    assert "mj-at" not in html
    assert fragment in html


def test_errors_of_jinja_keep_their_lines() -> None:
    source = "<mj-text>\r\n</mj-text>\r\n{% if %}"
    with pytest.raises(TemplateSyntaxError) as raised:
        environment(a=source).get_template("a.mjml")
    assert raised.value.lineno == 3


def test_text_without_a_name_stays_bare() -> None:
    assert environment().from_string(letter("a")).render() == letter("a")
    assert TITLE in letter("a")
