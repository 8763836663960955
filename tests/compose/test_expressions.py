"""The closed language of placeholders: what is let in, in canonical form, and what never gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from mailer.compose.expressions import Fault, Rewriter, quoted

ENVIRONMENT = Environment(autoescape=False, keep_trailing_newline=True)
FIELDS = ("email", "first_name", "last_name", "language", "site")

WRITTEN = [
    ("first_name", "first_name"),
    ("prenom", "first_name"),
    (" nom ", "last_name"),
    ("' ' + first_name if first_name", "((' ' ~ first_name) if first_name else '')"),
    ("first_name ~ ' ' ~ last_name", "(first_name ~ ' ' ~ last_name)"),
    ("first_name or 'camarade'", "(first_name or 'camarade')"),
    ("not first_name", "(not first_name)"),
    ("site == 'Metz'", "(site == 'Metz')"),
    ("site in ['Metz', 'Nancy']", "(site in ['Metz', 'Nancy'])"),
    ("site not in ('Metz', 'Nancy')", "(site not in ['Metz', 'Nancy'])"),
    ("first_name|upper", "first_name|upper"),
    ("first_name|default('camarade')", "first_name|default('camarade', true)"),
    ("first_name|d('camarade', true)", "first_name|default('camarade', true)"),
    ("'été'", "'\\xe9t\\xe9'"),
]

# Escapes published for Jinja2 and its kin, and plain ways to reach Python, files or the machine's time.
PAYLOADS = [
    "7*7",
    "7 ** 99999999",
    "'a' * 10000000000",
    "1 + 1",
    "-1",
    "''.__class__",
    "''.__class__.__mro__[1].__subclasses__()",
    "''|attr('__class__')",
    "''|attr('format')",
    "'{0.__class__}'.format(first_name)",
    "'{x.__class__}'.format_map({'x': first_name})",
    "'%s' % first_name",
    "cycler.__init__.__globals__.os.popen('id').read()",
    "joiner.__init__.__globals__",
    "lipsum.__globals__['os']",
    "namespace.__init__",
    "range(999999999)",
    "dict(a=1)",
    "self._TemplateReference__context",
    "self.__init__.__globals__.__builtins__",
    "config",
    "request.application",
    "get_flashed_messages()",
    "url_for.__globals__",
    "environment",
    "open('/etc/passwd').read()",
    "first_name.upper()",
    "first_name['__class__']",
    "first_name[0]",
    "first_name[::-1]",
    "first_name|xmlattr",
    "first_name|map('upper')",
    "['a']|map(attribute='__class__')|list",
    "first_name|format(first_name)",
    "first_name|replace('a', 'b')",
    "first_name|safe",
    "{'a': 1}",
    "first_name is defined",
    "first_name < 'b'",
    "super()",
    "caller()",
    "loop.index",
    "'a'.join(['b'])",
    "(first_name",
    "first_name}}{{ 7*7",
    "import os",
    "",
    "first_name last_name",
    "(" * 200 + "first_name" + ")" * 200 + "x",
    "x" * 2000,
    "first_name|default(boolean=true)",
]


@pytest.mark.parametrize("source, canonical", WRITTEN)
def test_what_a_tract_needs_is_written_in_canonical_form(source: str, canonical: str) -> None:
    assert Rewriter(FIELDS).rewrite(source) == canonical


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_else_gets_through(payload: str) -> None:
    fault = Rewriter(FIELDS).rewrite(payload)
    assert isinstance(fault, Fault)
    assert fault.code in {"placeholder-forbidden", "placeholder-syntax", "unknown-field"}
    assert str(fault.message)
    assert str(fault.cure)


def test_fields_in_use_are_noted_by_their_own_names() -> None:
    rewriter = Rewriter(FIELDS)
    rewriter.rewrite("prenom ~ site if courriel else 'x'")
    assert rewriter.used == {"first_name", "site", "email"}


def test_an_unknown_field_is_compared_with_the_known_ones() -> None:
    fault = Rewriter(FIELDS).rewrite("prenon")
    assert isinstance(fault, Fault)
    assert (str(fault.message), str(fault.cure), fault.word) == (
        "unknown field 'prenon'",
        "did you mean 'prenom'?",
        "prenon",
    )


@given(st.text())
def test_a_literal_means_itself(text: str) -> None:
    written = quoted(text)
    assert written.isascii()
    assert "\n" not in written
    assert ENVIRONMENT.from_string(f"{{{{ {written} }}}}").render() == text


@given(st.text(alphabet="{}()[]'\"|.~+*_ \nabfirst_name", max_size=40))
def test_any_text_is_written_or_refused(source: str) -> None:
    outcome = Rewriter(FIELDS).rewrite(source)
    if isinstance(outcome, str):
        assert "__" not in outcome.replace("'", "")  # no attribute survives
        ENVIRONMENT.parse("{{ " + outcome + " }}")
