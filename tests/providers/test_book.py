"""The book of providers: what stands in it holds together, and real replies mean what they mean."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from mailer.addresses import check_domain
from mailer.providers import book
from mailer.providers.book import Caps, Verdict, caps_of, group_of, groups, verdict_of
from mailer.transport.replies import Reply


@pytest.mark.parametrize(
    "domain, group",
    [
        ("wanadoo.fr", "orange"),
        ("Orange.FR", "orange"),
        ("laposte.net", "laposte"),
        ("aliceadsl.fr", "free"),
        ("club-internet.fr", "sfr"),
        ("bbox.fr", "bouygues"),
        ("gmail.com", "google"),
        ("hotmail.fr", "microsoft"),
        ("aol.com", "yahoo"),
        ("me.com", "apple"),
        ("cgt.example.org", "cgt.example.org"),
        ("notorange.fr", "notorange.fr"),
        ("any", "any"),
    ],
)
def test_whose_domain_it_is(domain: str, group: str) -> None:
    assert group_of(domain) == group


def test_what_each_takes() -> None:
    assert caps_of("orange") == Caps(connections=2, messages=100)
    assert caps_of("yahoo") == Caps(connections=2, messages=20)
    assert caps_of("example.org") == Caps(connections=2, messages=20)
    assert all(min(caps_of(group).connections, caps_of(group).messages) > 0 for group in groups())


def test_a_domain_belongs_to_one_provider_and_is_one() -> None:
    domains = [domain for group in groups() for domain in book._book()[group]["domains"]]
    assert sorted(set(domains)) == sorted(domains)
    assert [domain for domain in domains if check_domain(domain) != domain] == []


def test_nothing_stands_in_the_book_that_is_not_read() -> None:
    known = {"domains", "connections", "messages", "speaks", "form", "rules"}
    for name, told in book._book().items():
        assert set(told) <= (known if name in groups() else {"connections", "messages", "rules"}), name
        assert isinstance(told["rules"], list) or told["rules"] in groups()


def test_every_rule_has_four_columns_and_every_verdict_is_given() -> None:
    given = {rule.verdict for name in (*groups(), "any") for rule in book._rules(name)}
    assert given == set(Verdict)


def test_no_pattern_keeps_us_busy() -> None:
    """Each repetition has an end: what a server writes is not ours to trust."""
    for name, told in book._book().items():
        rows = told["rules"] if isinstance(told["rules"], list) else []
        texts = [text for row in rows for text in row[1:3]] + [told.get("speaks", ""), told.get("form", "")]
        endless = [text for text in texts if re.search(r"(?<!\\)[*+]|\{\d+,\}", text)]
        assert endless == [], name


def test_each_line_of_the_file_says_where_a_rule_comes_from() -> None:
    text = files("mailer.providers").joinpath("providers.toml").read_text(encoding="utf-8")
    rows = [line for line in text.split("\n") if line.startswith("  [")]
    assert len(rows) == sum(len(book._rules(name)) for name in (*groups(), "any") if name != "laposte")
    assert [line for line in rows if " # " not in line] == []


REAL = [
    line.split(maxsplit=3)
    for line in (Path(__file__).parent / "replies.txt").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("verdict, domain, code, text", REAL)
def test_what_real_replies_mean(verdict: str, domain: str, code: str, text: str) -> None:
    reply = Reply(int(code), text)
    assert (verdict_of(domain, reply.code, reply.enhanced, text) or "-") == verdict


def test_only_the_beginning_of_a_long_reply_is_read() -> None:
    assert verdict_of("free.fr", 550, "", "x" * 2000 + " spam detected") is None
