"""Conditions: each ends in the room where it began, whatever the room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, TemplateSyntaxError

from mailer.compose.balance import balance_faults
from mailer.compose.marks import Marks
from mailer.findings import Place
from tests.compose.campaigns import codes, read, source

IF, ELIF, ELSE, END = "{% if email %}", "{% elif first_name %}", "{% else %}", "{% endif %}"
PLACE = Place("campaigns/x.md", 7)
LINK = "https://example.org"

WELL = [
    f"{IF}a{END}",
    f"{IF}a{ELSE}b{END}",
    f"{IF}a{ELIF}b{ELIF}c{ELSE}d{END}",
    f"{IF}{IF}a{END}{ELSE}{IF}b{ELSE}c{END}{END}",
    f"## {IF}a{END}",
    f"- {IF}a{END}\n- {IF}b{END}",
    f"| {IF}a{END} | b |\n|---|---|\n| c | {IF}d{ELSE}e{END} |",
    f"> {IF}a{END}",
    f"::: frame\n{IF}a{END}\n:::",
    f"**{IF}a{END}** *{IF}b{END}* ~~{IF}c{END}~~",
    f"{IF}**a**{ELSE}[b]({LINK}){END}",
    f"[{IF}a{ELSE}b{END}]({LINK})",
    f"[{IF}a{ELSE}b{END}]({LINK}){{.button}}",
    f"![{IF}a{ELSE}b{END}](a.png)",
    f"du texte ![{IF}a{ELSE}b{END}](a.png)",
    f"`{IF}a{END}`",
    f"```\n{IF}a{END}\n```",
    f"{IF}\n\na\n\n{ELSE}\n\nb\n\n{END}",
    f"{IF}\n\n- a\n\n{END}\n\n{IF}\n\n::: frame\nb\n:::\n\n{END}",
    f"{IF}\n{IF}\n\na\n\n{END} {END}",
    f"- {IF}\n\n  a\n\n  {END}",
    f"> {IF}\n>\n> a\n>\n> {END}",
    f"un mot\\\n{IF}a\\\nb{END}",
    "{{ first_name if email else last_name }}",
]

ILL = [
    IF,
    END,
    f"a {ELSE} b",
    f"{ELIF}a{END}",
    f"{IF}a{ELSE}b{ELSE}c{END}",
    f"{IF}a{ELSE}b{ELIF}c{END}",
    f"{IF}a{END}{END}",
    f"{IF}a\n\nb{END}",
    f"{IF}a\n\n{END}",
    f"{IF}\n\na{END}",
    f"## {IF}a\n\nb{END}",
    f"- {IF}a\n- b{END}",
    f"| {IF}a | b{END} |\n|---|---|\n| c | d |",
    f"> {IF}a\n\nb{END}",
    f"{IF}\n\n::: frame\na\n\n{END}\n\n:::",
    f"::: frame\n{IF}\n\na\n:::\n\n{END}",
    f"**{IF}a** b{END}",
    f"a{IF} **b{END}**",
    f"[{IF}a]({LINK}){END}",
    f"[a]({LINK}){IF}",
    f"[{IF}a]({LINK}){{.button}}",
    f"![{IF}a](a.png)",
    f"{IF}![a{END}](a.png)",
    f"`{IF}a` b{END}",
    f"```\n{IF}\n```\n\n{END}",
    f"{IF}\n\n- a\n\n  {END}",
]


@pytest.mark.parametrize("body", WELL)
def test_a_condition_that_ends_in_its_room(body: str) -> None:
    assert codes(read(source(f"# T\n\n{body}\n"))[1]) == []


@pytest.mark.parametrize("body", ILL)
def test_a_condition_that_does_not(body: str) -> None:
    findings = read(source(f"# T\n\n{body}\n"))[1]
    assert set(codes(findings)) == {"placeholder-unbalanced"}
    assert all(finding.place.line >= 5 for finding in findings)  # a listing has no place of its own


@pytest.mark.parametrize("key", ["subject", "preheader"])
@pytest.mark.parametrize("value", [IF, f"a {END}", f"{IF}a{ELSE}b{ELSE}c{END}"])
def test_in_the_front_matter_too(key: str, value: str) -> None:
    front = 'subject = "Objet"\n' if key == "preheader" else ""
    text = f'+++\n{front}{key} = "{value}"\nlists = ["adherents"]\n+++\n# T\n\na\n'
    assert codes(read(text)[1]) == ["placeholder-unbalanced"]


def test_a_condition_does_not_pass_from_one_tract_to_the_next() -> None:
    findings = read(source(f"# A\n\n{IF}\n\na\n\n# B\n\nb\n\n{END}\n"))[1]
    assert [(finding.code, finding.place.line) for finding in findings] == [
        ("placeholder-unbalanced", 7),
        ("placeholder-unbalanced", 15),
    ]


@pytest.mark.parametrize("title", [f"{IF}a", f"a{END}", f"**{IF}a** b{END}"])
def test_in_a_title(title: str) -> None:
    assert set(codes(read(source(f"# {title}\n\na\n"))[1])) == {"placeholder-unbalanced"}


def test_the_sentence_names_the_lonely_tag() -> None:
    marks = Marks.unlike("")
    (finding,) = balance_faults([marks.add(END)], marks, PLACE)
    assert (finding.place, finding.message.say("en")) == (PLACE, "'{% endif %}' has no partner here")


@given(st.lists(st.sampled_from([IF, ELIF, ELSE, END, "{{ email }}"]), max_size=10), st.integers(0, 10))
def test_what_is_balanced_is_what_jinja_reads(tags: list[str], cut: int) -> None:
    marks = Marks.unlike("")
    text = [marks.add(tag) + " mot " for tag in tags]
    findings = balance_faults(["".join(text[:cut]), "".join(text[cut:])], marks, PLACE)
    try:
        Environment(autoescape=True).parse("".join(tags))
    except TemplateSyntaxError:
        assert codes(findings) == ["placeholder-unbalanced"]
    else:
        assert findings == []
