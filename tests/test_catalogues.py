"""The catalogues hold every sentence a person may read, in French and English, compiled and in good form."""

import ast
import gettext
import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from mailer.compose.typography import french
from mailer.words import DOMAIN, LANGUAGES, LOCALE_FOLDER
from tests.tools.catalogues import ROOT, forms, gather, merged, messages, read, untranslated

CURE = "run `make catalogues`, then translate what is new in mailer/locale/fr/LC_MESSAGES/mailer.po"


@cache
def sentences() -> Catalog:
    """What the code and the templates say; gathered once, and not while tests are collected."""
    return gather(ROOT)


def slots(text: str) -> set[str]:
    """Where values go: `{name!r}`, `%(name)s`."""
    return set(re.findall(r"\{[^{}]*\}|%\(\w+\)s", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_the_catalogue_and_no_other(language: str) -> None:
    committed = {message.id for message in messages(read(language))}
    said = {message.id for message in messages(sentences())}
    assert committed - said == set(), CURE
    assert said - committed == set(), CURE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert [message.id for message in untranslated(read(language))] == []


def test_english_is_the_sentence_itself() -> None:
    for message in messages(read("en")):
        assert message.string == message.id


def test_a_translation_has_the_same_slots() -> None:
    faulty = []
    for message in messages(read("fr")):
        said = (message.id,) if isinstance(message.id, str) else message.id
        # French uses its first form for 0 and 1: a slot for the count may stand in either form.
        expected = [slots(form) for form in said]
        faulty += [form for form in forms(message) if slots(form) not in expected]
    assert faulty == []


def test_french_is_typeset() -> None:
    # U+00A0 only: consoles of cp1252 and cp850 have it, and not U+202F (docs/decisions/0003).
    # Straight quotes are TOML's and HTML's own.
    said = [form.replace('"', "x") for message in messages(read("fr")) for form in forms(message)]
    assert [words for words in said if french(words) != words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_in_step(language: str) -> None:
    compiled = gettext.translation(DOMAIN, LOCALE_FOLDER, languages=[language])
    for message in messages(read(language)):
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string, CURE
        else:
            one, many = message.id
            said = tuple(compiled.ngettext(one, many, count) for count in (1, 2))
            assert said == forms(message), CURE


def test_click_still_says_its_sentences() -> None:
    spec = importlib.util.find_spec("click")
    assert spec is not None
    assert spec.origin is not None
    found = extract_from_dir(
        Path(spec.origin).parent, [("**.py", "python")], keywords={"_": None, "ngettext": (1, 2)}
    )
    said = {msgid for _file, _line, msgid, _comments, _context in found}
    with (ROOT / "tests" / "tools" / "click.pot").open("rb") as stream:
        ours = {message.id for message in messages(read_po(stream))}
    assert ours - said == set()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "mailer").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_sentences_are_literals(path: Path) -> None:
    """A sentence built at run time would be in no catalogue."""
    if path.name == "words.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            count = {"Text": 1, "plural": 2}.get(node.func.id, 0)
            for sentence in node.args[:count]:
                literal = isinstance(sentence, ast.Constant) and isinstance(sentence.value, str)
                # `msgid` is a template's (gathered there), `SENTENCE.msgid` a literal elsewhere.
                gathered = getattr(sentence, "id", getattr(sentence, "attr", None)) == "msgid"
                assert literal or gathered, f"line {sentence.lineno}"


def test_gathering_sees_code_templates_and_nested_sentences(tmp_path: Path) -> None:
    (tmp_path / "mailer").mkdir()
    (tmp_path / "templates" / "x").mkdir(parents=True)
    (tmp_path / "mailer" / "a.py").write_text(
        'Text("outer {x} "\n "goes on", x=Text("inner"))\nplural("one", "many", count=2)\nother("no")\n'
    )
    (tmp_path / "templates" / "x" / "layout.mjml").write_text(
        '<mjml>{% if a %}{{ _("In a template: {b}.", b=1) }}{% endif %}</mjml>'
    )
    (tmp_path / "templates" / "x" / "theme.toml").write_text('_("not read")')
    said = {message.id for message in messages(gather(tmp_path))}
    assert {"outer {x} goes on", "inner", ("one", "many"), "In a template: {b}."} < said
    assert not {"no", "not read"} & said


def test_translations_outlive_a_change_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "mailer").mkdir()
    (tmp_path / "mailer" / "a.py").write_text('Text("file")\nText("brand new")\n')
    catalogue = merged(gather(tmp_path), read("fr"), "fr")
    assert catalogue["file"].string == read("fr")["file"].string
    assert not catalogue["brand new"].string
    assert "brand new" in [message.id for message in untranslated(catalogue)]
