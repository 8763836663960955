"""Sentences apart from their values: said in a language, or in English when there is no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.words import LANGUAGES, Text, plural, translations

KNOWN = Text("check its permissions")  # a sentence of the catalogues


def test_a_sentence_is_said_in_each_language() -> None:
    assert KNOWN.say("en") == "check its permissions"
    assert KNOWN.say("fr") == "vérifiez ses droits d’accès"
    assert KNOWN.say("fr-FR") in {KNOWN.say("fr"), KNOWN.say("en")}


@pytest.mark.parametrize("language", ["en", "", "br", "xx", "../../etc", "C"])
def test_an_unknown_language_is_answered_in_english(language: str) -> None:
    assert KNOWN.say(language) == "check its permissions"


def test_str_is_english() -> None:
    assert str(Text("a {b} c", b=1)) == "a 1 c"
    assert f"{plural('{count} a', '{count} as', count=2)}" == "2 as"


def test_a_sentence_inside_another_is_said_in_the_same_language() -> None:
    outer = Text("so: {inner} ({deeper})", inner=KNOWN, deeper=Text("{x}", x=KNOWN))
    assert outer.say("fr") == f"so: {KNOWN.say('fr')} ({KNOWN.say('fr')})"


@pytest.mark.parametrize(
    "count, english", [(0, "0 faults"), (1, "1 fault"), (2, "2 faults"), (1000, "1000 faults")]
)
def test_the_form_follows_the_count(count: int, english: str) -> None:
    text = plural("{count} fault", "{count} faults", count=count)
    assert text.say("en") == english


def test_french_counts_zero_as_one() -> None:
    said = [
        plural("the template has {count} fault", "the template has {count} faults", count=count).say("fr")
        for count in (0, 1, 2)
    ]
    assert said[0].replace("0", "1") == said[1]
    assert said[1].replace("1", "2") != said[2]


@pytest.mark.parametrize(
    "value", ["{b}", "{0}", "{x.__class__}", "{", "}", "{{7*7}}", "%s", "\x00", "é\u202f"]
)
def test_braces_of_a_strangers_value_are_only_braces(value: str) -> None:
    assert Text("a {x} b", x=value).say("fr") == f"a {value} b"


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_value_is_said_as_it_is(value: str, language: str) -> None:
    assert Text("<{x}>", x=value).say(language) == f"<{value}>"


def test_a_text_is_a_value() -> None:
    one, two = Text("a {x}", x=1), Text("a {x}", x=1)
    assert one == two
    assert hash(one) == hash(two)
    assert one != Text("a {x}", x=2)
    assert plural("a", "as", count=1) != Text("a", count=1)
    assert len({one, two, Text("b")}) == 2


def test_a_text_does_not_change() -> None:
    with pytest.raises(AttributeError):
        KNOWN.msgid = "other"  # type: ignore[misc]


def test_catalogues_are_opened_once() -> None:
    assert translations("fr") is translations("fr")
    assert set(LANGUAGES) == {"fr", "en"}
