"""Placeholders become marks, and marks become slots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.marks import Marks, locator, mark
from mailer.findings import Finding

FIELDS = ("email", "first_name", "last_name", "language")


def marked(text: str) -> tuple[str, Marks, list[Finding]]:
    marks = Marks.unlike(text)
    outcome, findings = mark(text, marks, FIELDS, locator("campaigns/x.md", text, first_line=11))
    return outcome, marks, findings


def test_tags_turn_into_ascii_words_and_back_into_slots() -> None:
    text, marks, findings = marked(
        "Bonjour{{ ' ' + first_name if first_name }}, {% if prenom %}a{% endif %}!"
    )
    assert findings == []
    assert text.isascii()
    assert "{" not in text
    assert marks.open(text) == (
        "Bonjour",
        "{{ ((' ' ~ first_name) if first_name else '') }}",
        ", ",
        "{% if first_name %}",
        "a",
        "{% endif %}",
        "!",
    )
    assert marks.fields == {"first_name"}


def test_marks_differ_from_the_campaigns_own_words() -> None:
    text, marks, _ = marked("zq0000qz {{ email }}")
    assert marks.open(text) == ("zq0000qz ", "{{ email }}", "")


def test_comments_vanish_and_lines_keep_their_numbers() -> None:
    text, _, findings = marked("a{# not\nsent #}b\n{{ prenon }}")
    assert text == "a\nb\n…"
    assert str(findings[0].place) == "campaigns/x.md:13:4"


@pytest.mark.parametrize(
    "text, place, code",
    [
        ("Bonjour {{ first_name", "campaigns/x.md:11:9", "placeholder-unclosed"),
        ("un\ndeux {% if first_name\n%}", "campaigns/x.md:12:6", "placeholder-unclosed"),
        ("{# jamais", "campaigns/x.md:11:1", "placeholder-unclosed"),
        ("{{prenon}}", "campaigns/x.md:11:3", "unknown-field"),
        ("a {{ prenom | uper }}", "campaigns/x.md:11:15", "placeholder-forbidden"),
        ("{% for x in y %}", "campaigns/x.md:11:1", "placeholder-forbidden"),
        ("{% include '/etc/passwd' %}", "campaigns/x.md:11:1", "placeholder-forbidden"),
        ("{% set x = 1 %}", "campaigns/x.md:11:1", "placeholder-forbidden"),
        ("{% import 'x' as y %}", "campaigns/x.md:11:1", "placeholder-forbidden"),
        ("{% raw %}", "campaigns/x.md:11:1", "placeholder-forbidden"),
        ("{% endif x %}", "campaigns/x.md:11:1", "placeholder-forbidden"),
        ("{%- if first_name -%}", "campaigns/x.md:11:1", "placeholder-syntax"),
        ("{{ first_name '}}' }}", "campaigns/x.md:11:1", "placeholder-syntax"),
        ("{{}}", "campaigns/x.md:11:1", "placeholder-syntax"),
    ],
)
def test_each_faulty_tag_is_found_where_it_stands(text: str, place: str, code: str) -> None:
    _, _, findings = marked(text)
    assert [(str(finding.place), finding.code) for finding in findings] == [(place, code)]


def test_every_fault_at_once() -> None:
    _, _, findings = marked("{{ a }} {{ b }}\n{{ 7*7 }} {{ first_name")
    assert [finding.code for finding in findings] == [
        "unknown-field",
        "unknown-field",
        "placeholder-forbidden",
        "placeholder-unclosed",
    ]


def test_brackets_inside_quotes_do_not_close() -> None:
    text, marks, findings = marked("{{ '}}' }}")
    assert (findings, marks.open(text)) == ([], ("", "{{ '}}' }}", ""))


@given(st.text(alphabet="{}%#'\"\\ \nab", max_size=60))
def test_any_text_is_marked_in_the_end(text: str) -> None:
    outcome, marks, findings = marked(text)
    assert not any(opening in outcome for opening in ("{{", "{%", "{#"))
    assert len(marks.open(outcome)) == 2 * len(marks.tags) + 1
    assert all(finding.place.file == "campaigns/x.md" for finding in findings)


@pytest.mark.parametrize(
    "hostile", ["{{ '", "{{ '}}' ", '{{ "\\" ', "{{", "{#", "{% '{{' \"", "{{ a %}", "''{{"]
)
def test_hostile_openings_are_read_in_one_pass(hostile: str) -> None:
    text, _, findings = marked(hostile * (200_000 // len(hostile)))
    assert findings
    assert "{{" not in text


def test_a_tag_forgotten_open_does_not_swallow_the_next() -> None:
    text, marks, findings = marked("Bonjour {{ first_name, {{ last_name }}")
    assert [(finding.code, finding.place.column) for finding in findings] == [("placeholder-unclosed", 9)]
    assert marks.open(text) == ("Bonjour … first_name, ", "{{ last_name }}", "")
