"""Templates: each fault of their files at the template's own file and line."""

import re

import pytest

from mailer.findings import Level
from mailer.workspace.templates import read_template, template_names
from tests.workspace.author import FILE, Author, body

FOLDER = "templates/tract"
LAYOUT, BLOCKS, PLAIN, THEME = (
    f"{FOLDER}/{name}" for name in ("layout.mjml", "blocks.html", "layout.txt", "theme.toml")
)
EVERY_BLOCK = "\n\n".join(
    [
        "Un *texte* et **gras**, ~~barré~~, `code`, [un lien](https://example.org/).",
        "## Intertitre",
        "- a\n- b",
        "> citation",
        "::: cadre\nencadré\n:::",
        "| a | b |\n|---|---|\n| c | d |",
        "---",
        "```\ncode\n```",
        "[Le bouton du tract](https://example.org/b){.button}",
    ]
)


@pytest.fixture
def designer(author: Author) -> Author:
    """Someone at work on the template, with a campaign that uses all of it."""
    author.campaign(EVERY_BLOCK)
    return author


def said(author: Author) -> list[str]:
    draft = author.draft()
    assert draft.edition is None
    return [f"{finding.code} {finding.place}" for finding in draft.findings]


def line_of(author: Author, name: str, words: str) -> int:
    text = (author.root / name).read_text(encoding="utf-8")
    return text[: text.index(words)].count("\n") + 1


def append(author: Author, name: str, words: str) -> int:
    """Add a line at the end of a file; its number."""
    text = (author.root / name).read_text(encoding="utf-8")
    author.write(name, text + words + "\n")
    return text.count("\n") + 1


def test_templates_are_folders(author: Author) -> None:
    author.write("templates/zzz/layout.mjml", "")
    author.write("templates/readme.txt", "")
    assert template_names(author.root) == ["tract", "zzz"]
    assert template_names(author.root / "nowhere") == []


def test_the_template_as_it_is_begun(designer: Author) -> None:
    assert designer.findings() == ()
    template, logo, findings = read_template(designer.root, "tract")
    assert template is not None
    assert logo is not None
    assert (logo.name, findings) == ("logo.png", [])
    assert {"layout.mjml", "blocks.html", "layout.txt", "theme.toml"} <= set(template.sources)


@pytest.mark.parametrize("name", [LAYOUT, BLOCKS, PLAIN, THEME])
def test_a_missing_file(designer: Author, name: str) -> None:
    (designer.root / name).unlink()
    assert said(designer) == [f"missing-template {name}:1:1"]


def test_an_empty_folder_lacks_them_all(designer: Author) -> None:
    (designer.root / "templates/vide").mkdir()
    designer.campaign(front='template = "vide"')
    assert [code for code, _place in designer.errors()] == ["missing-template"] * 4


@pytest.mark.parametrize("name", ["trac", "", ".", "..", "../templates/tract", "/etc", "readme.txt"])
def test_a_template_that_is_none(designer: Author, name: str) -> None:
    designer.write("templates/readme.txt", "")
    designer.campaign(front=f'template = "{name}"')
    assert designer.errors() == [("missing-template", f"{FILE}:4:12")]


# --- Jinja2 ------------------------------------------------------------------------


@pytest.mark.parametrize("name", [LAYOUT, BLOCKS, PLAIN])
@pytest.mark.parametrize("words", ["{% if %}", "{{ a b }}", "{% unknown %}", "{{ 'x' | nofilter }}"])
def test_a_syntax_error_has_its_line(designer: Author, name: str, words: str) -> None:
    line = append(designer, name, words)
    assert said(designer) == [f"template {name}:{line}:1"]


@pytest.mark.parametrize(
    "name, old, new",
    [
        (LAYOUT, "<mj-title>{{ title }}", "<mj-title>{{ titel }}"),
        (LAYOUT, "{{ theme.fonts.text }}", "{{ theme.fnts.text }}"),
        (LAYOUT, "<mj-head>", "<mj-head>{{ 1 / 0 }}"),
        (LAYOUT, "<mj-head>", '<mj-head>{{ "".__class__.__mro__ }}'),
        (LAYOUT, "<mj-head>", "<mj-head>{{ _.__globals__ }}"),
        (LAYOUT, "<mj-head>", "<mj-head>{% for x in range(10**9) %}{% endfor %}"),
        (LAYOUT, "<mj-head>", '<mj-head>{% include "/etc/passwd" %}'),
        (LAYOUT, "<mj-head>", '<mj-head>{% include "../../mailer.toml" %}'),
        (LAYOUT, "<mj-head>", "<mj-head>{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}"),
        (PLAIN, "{{ organisation.address }}", "{{ organisation.adress }}"),
    ],
    ids=["undefined", "theme", "zero", "class", "globals", "range", "absolute", "climbs", "endless", "plain"],
)
def test_a_fault_while_it_runs_has_its_line(designer: Author, name: str, old: str, new: str) -> None:
    line = designer.edit(name, old, new)
    assert said(designer) == [f"template {name}:{line}:1"]


def test_an_undefined_variable_of_a_block_has_its_line(designer: Author) -> None:
    macro = line_of(designer, BLOCKS, "macro quote(")
    text = (designer.root / BLOCKS).read_text(encoding="utf-8").splitlines()
    text[macro - 1] += "{{ undefined_here }}"
    designer.write(BLOCKS, "\n".join(text))
    assert said(designer) == [f"template {BLOCKS}:{macro}:1"]


@pytest.mark.parametrize("macro", ["heading", "paragraph", "button", "table", "link", "frame"])
def test_a_missing_macro_is_named(designer: Author, macro: str) -> None:
    text = (designer.root / BLOCKS).read_text(encoding="utf-8")
    designer.write(BLOCKS, re.sub(rf"macro {macro}\(", f"macro {macro}_renamed(", text))
    (finding,) = designer.findings()
    assert (finding.code, finding.place.file) == ("template-macro", BLOCKS)
    assert macro in str(finding.message)


# --- MJML ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, code",
    [
        ('<mj-section padding="0px" />', '<mj-section paddin="0px" />', "mjml-unknown-attribute"),
        ("<mj-body ", '<mj-body colour="red" ', "mjml-unknown-attribute"),
        ('<mj-spacer height="16px" />', '<mj-spacr height="16px" />', "mjml-unknown-tag"),
        ('<mj-spacer height="16px" />', '<mj-spacer height="lots" />', "mjml-bad-value"),
        ("</mj-body>", "", "mjml-unclosed-tag"),
        ("<mj-head>", '<mj-head><mj-include path="/etc/passwd" />', "mjml-include"),
        ('<mjml lang="{{ language }}">', "<mjml>", "mjml-missing-lang"),
    ],
)
def test_a_fault_of_mjml_is_told_in_the_templates_own_file(
    designer: Author, old: str, new: str, code: str
) -> None:
    line = designer.edit(LAYOUT, old, new)
    if code == "mjml-unclosed-tag":
        line = line_of(designer, LAYOUT, "<mj-body")
    assert said(designer)[0].rpartition(":")[0] == f"{code} {LAYOUT}:{line}"


def test_a_page_without_a_tag_is_a_fault_of_the_layout(designer: Author) -> None:
    designer.write(LAYOUT, "")
    assert said(designer) == [f"mjml-missing-tag {LAYOUT}:1:1"]


# --- the theme ---------------------------------------------------------------------


def test_a_theme_that_is_no_toml(designer: Author) -> None:
    line = append(designer, THEME, "x = ")
    assert [one.rpartition(":")[0] for one in said(designer)] == [f"toml-syntax {THEME}:{line}"]


@pytest.mark.parametrize(
    "name, code",
    [
        ("nope.png", "missing-file"),
        ("../../mailer.toml", "file-outside"),
        ("/etc/passwd", "file-outside"),
        ("https://example.org/logo.png", "file-remote"),
        ("theme.toml", "image-format"),
    ],
)
def test_the_logo_lies_beside_the_theme(designer: Author, name: str, code: str) -> None:
    designer.edit(THEME, 'file = "logo.png"', f'file = "{name}"')
    (finding,) = designer.findings()
    assert (finding.code, finding.place.file) == (code, THEME)


def test_without_a_logo_the_organisation_is_named(designer: Author) -> None:
    designer.edit(THEME, 'file = "logo.png"', 'file = ""')
    assert designer.findings() == ()
    assert "<img" not in body(designer.letter(), "html")


# --- the finished mail ----------------------------------------------------------------


@pytest.mark.parametrize("name, part", [(LAYOUT, "HTML"), (PLAIN, "text")])
def test_a_mail_without_a_way_out_is_refused(designer: Author, name: str, part: str) -> None:
    text = (designer.root / name).read_text(encoding="utf-8")
    designer.write(name, text.replace("{{ unsubscribe_url }}", "https://example.org/"))
    (finding,) = designer.findings()
    assert (finding.code, finding.level) == ("no-unsubscribe", Level.ERROR)
    assert str(finding.message) == f"the {part} part has no unsubscribe link"
    assert finding.place.file == name


# --- texts as editors save them ----------------------------------------------------------


def test_in_cp1252_it_is_read_and_said(designer: Author) -> None:
    text = (designer.root / PLAIN).read_text(encoding="utf-8")
    designer.write(PLAIN, (text + "{# été #}").replace("\n", "\r\n").encode("cp1252"))
    assert sorted(finding.code for finding in designer.findings()) == ["encoding-cp1252", "encoding-crlf"]
    assert designer.draft().edition is not None


def test_nul_and_a_megabyte(designer: Author) -> None:
    line = append(designer, BLOCKS, "\0")
    assert said(designer) == [f"control-character {BLOCKS}:{line}:1"]
    designer.write(BLOCKS, "x" * 1_000_001)
    assert said(designer) == [f"file-too-large {BLOCKS}:1:1"]


def test_folders_and_other_files_are_left_alone(designer: Author) -> None:
    (designer.root / FOLDER / "old.html").mkdir()
    designer.write(f"{FOLDER}/notes.docx", b"\0\0")
    assert designer.findings() == ()
