"""Findings: said in one line, given to machines whole, in order and once."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.findings import Finding, Level, Place, error, has_errors, in_order, info, warning
from mailer.words import Text

PLACE = Place("campaigns/x.md", 14, 3)
MESSAGE = Text("unknown field '{name}'", name="prenon")
CURE = Text("did you mean '{name}'?", name="prenom")


def test_a_place_is_what_an_editor_opens() -> None:
    assert str(PLACE) == "campaigns/x.md:14:3"
    assert str(Place("mailer.toml")) == "mailer.toml:1:1"


def test_places_are_in_reading_order() -> None:
    places = [Place("b", 1, 1), Place("a", 10, 1), Place("a", 9, 20), Place("a", 9, 3)]
    assert sorted(places) == [Place("a", 9, 3), Place("a", 9, 20), Place("a", 10, 1), Place("b", 1, 1)]


def test_an_error_is_one_line() -> None:
    finding = error("unknown-field", PLACE, MESSAGE, CURE)
    assert finding.say("en") == "campaigns/x.md:14:3 unknown field 'prenon': did you mean 'prenom'?"
    assert finding.say("fr").startswith("campaigns/x.md:14:3 ")
    assert "prenom" in finding.say("fr")


@pytest.mark.parametrize(
    "make, level, grade",
    [(error, Level.ERROR, ""), (warning, Level.WARNING, "(warning) "), (info, Level.INFO, "(info) ")],
)
def test_what_is_less_than_an_error_says_so(make: object, level: Level, grade: str) -> None:
    finding = make("x", PLACE, MESSAGE, CURE)  # type: ignore[operator]
    assert finding.level is level
    assert finding.say("en") == f"{PLACE} {grade}unknown field 'prenon': did you mean 'prenom'?"


def test_a_grade_is_translated() -> None:
    assert warning("x", PLACE, MESSAGE, CURE).say("fr").startswith(f"{PLACE} (avertissement) ")


def test_machines_get_the_same_content() -> None:
    finding = warning("unknown-field", PLACE, MESSAGE, CURE)
    for language in ("en", "fr"):
        whole = json.loads(json.dumps(finding.as_json(language)))
        assert whole == {
            "file": "campaigns/x.md",
            "line": 14,
            "column": 3,
            "code": "unknown-field",
            "level": "warning",
            "message": MESSAGE.say(language),
            "cure": CURE.say(language),
        }
        assert whole["message"] in finding.say(language)
        assert whole["cure"] in finding.say(language)


def test_each_is_said_once_in_order() -> None:
    later, earlier = error("b", PLACE, MESSAGE, CURE), error("a", Place("campaigns/x.md", 2), MESSAGE, CURE)
    same = error("b", PLACE, Text("unknown field '{name}'", name="prenon"), CURE)
    other = error("b", PLACE, Text("unknown field '{name}'", name="nim"), CURE)
    assert in_order([later, earlier, same, other]) == [earlier, later, other]


FINDINGS = st.builds(
    lambda code, line, level: Finding(
        code=code, place=Place("a", line), message=MESSAGE, cure=CURE, level=level
    ),
    st.sampled_from("abc"),
    st.integers(1, 3),
    st.sampled_from(Level),
)


@given(st.lists(FINDINGS))
def test_order_and_errors_of_any_findings(findings: list[Finding]) -> None:
    ordered = in_order(findings)
    assert in_order(ordered + findings) == ordered
    assert set(ordered) == set(findings)
    assert len(ordered) == len(set(findings))
    assert [(found.place, found.code) for found in ordered] == sorted(
        (found.place, found.code) for found in ordered
    )
    assert has_errors(findings) == any(found.level is Level.ERROR for found in findings)


def test_nothing_found_is_no_error() -> None:
    assert in_order([]) == []
    assert not has_errors([])
    assert not has_errors([warning("x", PLACE, MESSAGE, CURE), info("x", PLACE, MESSAGE, CURE)])
