"""The language of segments: what each sentence means, and what is said of one that means nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.segments.faults import Fault
from mailer.segments.parsing import DEEPEST, LONGEST, MOST, Names, parse
from mailer.segments.tree import (
    Agrees,
    All,
    AnyOf,
    Counts,
    Dates,
    Day,
    Filled,
    InList,
    Joined,
    Node,
    Not,
    Received,
    Says,
    campaigns,
)

NAMES = Names(
    lists=("adherents", "44-cadres"),
    types={"arrivee": "date", "heures": "number", "cadre": "yes-no"},
    fields=("site", "arrivee", "heures", "cadre", "voted_by_post"),
)
NANTES = Says("site", "is", "Nantes")


def read(text: str) -> Node:
    found = parse(text, NAMES)
    assert not isinstance(found, Fault), found
    return found


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("site = 'Nantes'", NANTES),
        ("  SITE=='Nantes'  ", NANTES),
        ("site != 'Nantes'", Not(NANTES)),
        ('site <> "Nantes"', Not(NANTES)),
        ("site = « Nantes »", NANTES),
        ("site = “Nantes”", NANTES),
        ("site = 'l''Isle'", Says("site", "is", "l'Isle")),
        ('site = "dit ""le"""', Says("site", "is", 'dit "le"')),
        ("site = 44000", Says("site", "is", "44000")),
        ("site = 'e\u0301'", Says("site", "is", "é")),
        ("site contains 'naz'", Says("site", "contains", "naz")),
        ("email contains '@example.org'", Says("email", "contains", "@example.org")),
        ("site Starts  With 'Saint'", Says("site", "starts", "Saint")),
        ("site is filled", Filled("site")),
        ("site is empty", Not(Filled("site"))),
        ("Prénom = 'Zoé'", Says("first_name", "is", "Zoé")),
        ("heures >= 17.5", Counts("heures", ">=", "17.5")),
        ("heures != -3", Not(Counts("heures", "=", "-3"))),
        ("cadre = oui", Agrees("cadre", True)),
        ("cadre != yes", Not(Agrees("cadre", True))),
        ("arrivee < 2020-02-29", Dates("arrivee", "<", Day(date(2020, 2, 29)))),
        ("arrivee = today", Dates("arrivee", "=", Day())),
        ("arrivee > today - 6 months", Dates("arrivee", ">", Day(months=-6))),
        ("arrivee <= today + 1 week", Dates("arrivee", "<=", Day(days=7))),
        ("arrivee since 2 years", Dates("arrivee", ">=", Day(months=-24))),
        ("arrivee since 2020-01-01", Dates("arrivee", ">=", Day(date(2020, 1, 1)))),
        ("in list 44-cadres", InList("44-cadres")),
        ("joined:adherents since 30 days", Joined("adherents", ">=", Day(days=-30))),
        ("joined:adherents < 2026-01-01", Joined("adherents", "<", Day(date(2026, 1, 1)))),
        ("received:2026-11-greve", Received("2026-11-greve")),
        ("not-received: greve", Not(Received("greve"))),
        ("voted_by_post = 'x'", Says("voted_by_post", "is", "x")),
        ("not site = 'Nantes'", Not(NANTES)),
        ("(site = 'Nantes')", NANTES),
        ("not not (site is filled)", Not(Not(Filled("site")))),
        (
            "site = 'Nantes' or cadre = no and in list adherents",
            AnyOf((NANTES, All((Agrees("cadre", False), InList("adherents"))))),
        ),
        (
            "(site = 'Nantes' or cadre = no) and\n in list adherents",
            All((AnyOf((NANTES, Agrees("cadre", False))), InList("adherents"))),
        ),
    ],
)
def test_what_is_meant(text: str, meaning: Node) -> None:
    assert read(text) == meaning


@pytest.mark.parametrize(
    ("text", "at", "code", "said"),
    [
        ("", 0, "segment-syntax", "this segment says nothing: write site = 'Nantes'"),
        ("site", 4, "segment-syntax", "what of 'site'? the text ends here"),
        ("site 'x'", 5, "segment-syntax", "what of 'site'? ''' stands here instead"),
        (
            "site = Nantes",
            7,
            "segment-syntax",
            "between quotes: 'Nantes' stands here instead: write site = 'Nantes'",
        ),
        ("site = 'Nantes", 7, "segment-syntax", "a text stands between quotes"),
        ("site = ''", 7, "segment-syntax", "nothing stands between these quotes: write site is empty"),
        ("site = 'a\tb'", 7, "segment-syntax", "a line break or a control character"),
        ("site = 'x' et cadre = yes", 11, "segment-syntax", "did you mean 'and'?"),
        ("site contient 'x'", 5, "segment-syntax", "did you mean 'contains'?"),
        ("site = 'x' cadre = yes", 11, "segment-syntax", "join conditions with 'and' or 'or'"),
        ("site = 'x'; DROP TABLE subscriber", 10, "segment-syntax", "';' follows a condition"),
        ("site = 'x' -- rest", 11, "segment-syntax", "'-' follows a condition"),
        ("(site = 'x'", 0, "segment-syntax", "this bracket is never closed"),
        ("site = 'x')", 10, "segment-syntax", "')' follows a condition"),
        ("= 'x'", 0, "segment-syntax", "a condition begins with a field"),
        ("received:", 9, "segment-syntax", "which campaign?"),
        ("received:Grève", 9, "segment-syntax", "which campaign? 'Grève' stands here instead"),
        ("in list", 7, "segment-syntax", "which list?"),
        ("in list adherent", 8, "missing-list", "did you mean 'adherents'?"),
        ("joined:nobody > today", 7, "missing-list", "there are 44-cadres, adherents"),
        ("sit = 'x'", 0, "unknown-field", "did you mean 'site'?"),
        ("zzz = 'x'", 0, "unknown-field", "the fields are arrivee, cadre, email, first_name"),
        ("numéro = 'x'", 0, "segment-syntax", "letters without accents, digits and _"),
        ("site > 'x'", 5, "segment-type", "'site' is a text, which knows no '>'"),
        ("site since 6 months", 5, "segment-type", '[lists.….fields] site = "date"'),
        ("cadre < yes", 6, "segment-type", "'cadre' is a yes or no, which knows no '<'"),
        ("cadre = 'maybe'", 8, "segment-type", "write cadre = yes"),
        (
            "arrivee contains '2020'",
            8,
            "segment-type",
            "'arrivee' is a date, not a text: write arrivee >= 2026",
        ),
        ("arrivee = '2020-01-01'", 10, "segment-type", "write 2026-01-31, or today - 6 months"),
        ("arrivee = 2026-02-29", 10, "segment-syntax", "2026-02-29 is not in the calendar"),
        ("arrivee = today - 6 moons", 16, "segment-syntax", "one of days, weeks, months, years"),
        ("arrivee since months", 14, "segment-syntax", "since when?"),
        ("heures = 3,5", 9, "segment-type", "write heures >= 35"),
        ("heures > 1234567890123456", 9, "segment-type", "'heures' is a number"),
        ("voted = yes", 0, "segment-private", "'voted' is no field, and never will be"),
        ("a_repondu = 'oui'", 0, "segment-private", "never will be"),
        ("has_answered = yes", 0, "segment-private", "never will be"),
        ("email = 'zoe@example.org'", 8, "segment-private", "a segment names nobody by their address"),
        ("not email starts with 'zoe@e'", 22, "segment-private", "put them on a list"),
        ("clicked:greve", 0, "segment-private", "--only-unanswered"),
        ("x" * (LONGEST + 1), 0, "segment-syntax", "2001 characters long"),
        (" or ".join(["site = 'x'"] * (MOST + 1)), MOST * 14, "segment-syntax", "more than 100 conditions"),
        ("(" * (DEEPEST + 1), DEEPEST + 1, "segment-syntax", "more than 20 parts within one another"),
        ("not " * (DEEPEST + 1), 84, "segment-syntax", "more than 20 parts within one another"),
    ],
)
def test_what_is_said_of_a_text_that_cannot_be_read(text: str, at: int, code: str, said: str) -> None:
    found = parse(text, NAMES)
    assert isinstance(found, Fault)
    assert (found.at, found.code) == (at, code)
    assert said in f"{found.message}: {found.cure}"


def test_before_anybody_knows_the_fields_a_near_miss_of_a_typed_one_is_told() -> None:
    names = Names(lists=(), types={"arrivee": "date"})
    found = parse("arive >= 2020-01-01", names)
    assert isinstance(found, Fault)
    assert str(found.cure) == "did you mean 'arrivee'?"
    assert parse("anything = 'x'", names) == Says("anything", "is", "x")


def test_the_campaigns_that_a_segment_asks_about() -> None:
    assert campaigns(read("received:a and not (received:b or not-received:a)")) == ["a", "b"]
    assert campaigns(NANTES) == []


@pytest.mark.parametrize(
    ("day", "today", "meant"),
    [
        (Day(months=-6), date(2026, 8, 31), date(2026, 2, 28)),
        (Day(months=6), date(2027, 8, 31), date(2028, 2, 29)),
        (Day(months=-1, days=-1), date(2026, 1, 1), date(2025, 11, 30)),
        (Day(months=-999_999), date(2026, 8, 31), date(1, 5, 31)),
        (Day(days=99_999_999), date(2026, 8, 31), date(9999, 12, 30)),
        (Day(date(2020, 1, 1)), date(2026, 8, 31), date(2020, 1, 1)),
    ],
)
def test_days_told_from_today(day: Day, today: date, meant: date) -> None:
    assert day.on(today) == meant


WORDS = [
    "site",
    "=",
    "'x'",
    "and",
    "or",
    "not",
    "(",
    ")",
    "in list",
    "adherents",
    "received:",
    "a",
    "heures",
    "<",
    "3",
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=12).map(" ".join))
def test_any_text_is_read_or_refused_in_its_place(text: str) -> None:
    found = parse(text, NAMES)
    if isinstance(found, Fault):
        assert 0 <= found.at <= len(text)
        assert all(len(said.say("fr")) > 5 for said in (found.message, found.cure))
