"""The campaign stage: a template's faults have a line, and its Jinja2 reaches nothing but values."""

from collections.abc import Mapping

import pytest

from mailer.compose.edition import compile_edition
from mailer.compose.flow import MACROS
from mailer.compose.template import LAYOUT, PLAIN
from mailer.errors import FaultsError
from mailer.findings import Finding
from mailer.model import Edition
from tests.compose.campaigns import HOUSE, MATERIALS, PUBLIC_ID, campaign, sources, tract_template

BODY = "# Titre\n\nUn mot, [un lien](https://example.org) et `du code`.\n\n- a\n"
BLOCKS = "blocks.html"
# A template that says next to nothing: most faults need no more, and it is compiled in no time.
BARE = {
    BLOCKS: "".join(f"{{% macro {name}(a, b, c) %}}{{{{ a }}}}{{% endmacro %}}\n" for name in MACROS),
    LAYOUT: """<mjml lang="{{ language }}">
<mj-head><mj-title>{{ title }}</mj-title></mj-head>
<mj-body><mj-section><mj-column>
<mj-text>{{ tracts[0].title }}</mj-text>
</mj-column></mj-section></mj-body>
</mjml>
""",
    PLAIN: "{{ title }}\n{{ tracts[0].text }}\n",
}


def compiled(changes: dict[str, str]) -> Edition:
    return compile_edition(campaign(BODY), sources(changes), HOUSE, MATERIALS, PUBLIC_ID)


def fault_of(changes: dict[str, str]) -> Finding:
    with pytest.raises(FaultsError) as caught:
        compiled(changes)
    (finding,) = caught.value.findings
    return finding


def with_line(name: str, line: int, text: str, texts: Mapping[str, str] = BARE) -> dict[str, str]:
    """A template with one more line in one of its files."""
    lines = texts[name].split("\n")
    return {**texts, name: "\n".join([*lines[: line - 1], text, *lines[line - 1 :]])}


MISTAKES = [
    "{{ titel }}",
    "{{ theme.lihgt.page }}",
    "{{ theme.light.pgae }}",
    "{{ 1 + 'a' }}",
    "{{ 1 / 0 }}",
    "{{ tracts[9] }}",
    "{{ title|uper }}",
    "{{ title|default }",
    "{% if %}{% endif %}",
    "{% endfor %}",
    "{{ 'a'|round }}",
    "{{ title() }}",
    "{{ _('{x}') }}",
    "{{ _('{') }}",
    "{% include 'footer.mjml' %}",
    "{% include '../../mailer.toml' %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'base.mjml' %}",
    "{{ range(99999999) }}",
    "{{ ['a'] | map('nothing') | list }}",
]


@pytest.mark.parametrize("name, line", [(LAYOUT, 4), (PLAIN, 2)])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_on_its_line(mistake: str, name: str, line: int) -> None:
    finding = fault_of(with_line(name, line, mistake))
    assert finding.code == "template"
    assert (finding.place.file, finding.place.line) == (f"templates/tract/{name}", line)
    assert "the template cannot be used" in finding.message.say("en")


@pytest.mark.parametrize("name", [LAYOUT, PLAIN])
def test_a_block_left_open_is_found(name: str) -> None:
    finding = fault_of({name: "a\n{% if title %}\nb\n"})
    assert finding.place.file == f"templates/tract/{name}"
    assert "endif" in finding.message.say("en")


@pytest.mark.parametrize(
    "mistake", ["{{ titel }}", "{{ colours.nothing }}", "{{ html.x() }}", "{{ 1 + 'a' }}"]
)
@pytest.mark.parametrize("macro", ["paragraph", "bullets", "link", "code"])
def test_a_mistake_in_a_macro_is_found_on_its_line(macro: str, mistake: str) -> None:
    lines = tract_template().sources[BLOCKS].split("\n")
    line = next(number for number, text in enumerate(lines, 1) if f"macro {macro}(" in text) + 1
    finding = fault_of(with_line(BLOCKS, line, mistake, tract_template().sources))
    assert (finding.code, finding.place.file, finding.place.line) == (
        "template",
        f"templates/tract/{BLOCKS}",
        line,
    )


@pytest.mark.parametrize("macro", MACROS)
def test_a_missing_macro_is_named(macro: str) -> None:
    text = tract_template().sources[BLOCKS].replace(f"macro {macro}(", f"macro other_{macro}(")
    finding = fault_of({BLOCKS: text})
    assert (finding.code, finding.place.file) == ("template-macro", f"templates/tract/{BLOCKS}")
    assert macro in finding.message.say("en")


def test_a_macro_with_other_arguments() -> None:
    text = tract_template().sources[BLOCKS].replace("macro paragraph(html)", "macro paragraph()")
    assert "paragraph" in fault_of({BLOCKS: text}).message.say("en")


@pytest.mark.parametrize(
    "endless", ["{% include 'layout.mjml' %}", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}"]
)
def test_an_endless_template_is_a_fault_like_another(endless: str) -> None:
    finding = fault_of(with_line(LAYOUT, 1, endless))
    assert (finding.code, str(finding.place)) == ("template", f"templates/tract/{LAYOUT}:1:1")


# Ways out of a sandbox: to Python, to this machine, to the values of the edition.
PAYLOADS = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('for' ~ 'mat')(x=1).__class__ }}",
    "{{ '{0.__class__.__init__}'.format(organisation) }}",
    "{{ '{x.__class__}'.format_map({'x': organisation}) }}",
    "{{ ('{0.__class__}'|attr('format'))(organisation) }}",
    "{{ _('{x.__class__.__init__.__globals__}', x=organisation) }}",
    "{{ _('{x.__globals__}', x=_) }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ _.__globals__ }}",
    "{{ _.__code__ }}",
    "{{ organisation.__init__.__globals__ }}",
    "{{ organisation.__class__.__mro__ }}",
    "{{ theme.__class__ }}",
    "{{ theme.update({'light': 1}) }}",
    "{{ theme.clear() }}",
    "{{ tracts.append(1) }}",
    "{{ tracts.clear() }}",
    "{{ self._TemplateReference__context }}",
    "{{ self.__init__ }}",
    "{{ title.__class__ }}",
    "{{ tracts[0].bands.pop() }}",
    "{{ tracts[0].title.__html__.__globals__ }}",
    "{{ (tracts|map(attribute='__class__')|list)[0].x }}",
    "{{ ['a']|map('attr', '__class__')|list|first|attr('x') }}",
    "{{ url_for.__globals__ }}",
    "{{ config }}",
    "{{ request }}",
    "{{ environ }}",
    "{{ open('/etc/passwd').read() }}",
    "{{ ''.__init_subclass__() }}",
    "{{ loop.__class__ }}",
    "{% set x = ''.__class__ %}{{ x.mro() }}",
    "{% for x in [].__class__.__bases__ %}{{ x }}{% endfor %}",
]
SECRETS = ("<class", "builtin", "<function", "__init__", "root:", "{'mailer", "_frozen")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_gets_out_of_the_sandbox(payload: str) -> None:
    try:
        edition = compiled(with_line(PLAIN, 2, payload))
    except FaultsError as fault:
        (finding,) = fault.findings
        assert (finding.code, str(finding.place)) == ("template", f"templates/tract/{PLAIN}:2:1")
    else:
        said = "".join(edition.text)
        assert not any(secret in said for secret in SECRETS), said[:300]


def test_the_theme_is_the_same_after_a_template_that_tried() -> None:
    before = repr(tract_template().theme)
    assert fault_of(with_line(LAYOUT, 1, "{{ theme.light.update({'page': 'x'}) }}")).code == "template"
    assert repr(tract_template().theme) == before


def test_values_are_escaped_in_html_and_not_in_text() -> None:
    said = "{{ '<b>&' }}"
    layout = BARE[LAYOUT].replace("{{ tracts[0].title }}", said)
    assert "&lt;b&gt;&amp;" in "".join(compiled({**BARE, LAYOUT: layout}).html)
    assert "<b>&" in "".join(compiled(with_line(PLAIN, 2, said)).text)


def test_a_mistake_in_the_repositorys_own_template() -> None:
    finding = fault_of(with_line(LAYOUT, 93, "{{ titel }}", tract_template().sources))
    assert str(finding.place) == f"templates/tract/{LAYOUT}:93:1"


def test_the_same_values_give_the_same_text() -> None:
    assert compiled({}) == compiled({})
