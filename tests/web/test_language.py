"""The language of pages, and how they say dates."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.web.language import choose, day
from mailer.words import LANGUAGES
from tests.web.premises import SETTINGS, Premises

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    "accepted, chosen",
    [
        ("", "fr"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("en-US,en;q=0.5", "en"),
        ("de, en;q=0.8, fr;q=0.9", "fr"),
        ("de, fr;q=0.8, en;q=0.9", "en"),
        ("fr;q=0.3, en;Q=0.4", "en"),
        ("fr, en", "fr"),  # as much wanted one as the other: the first
        ("en, fr", "en"),
        ("en;q=0, de", "fr"),
        ("en ; q=0.001", "en"),
        ("de-DE,zh;q=0.9,*;q=0.1", "fr"),
        ("*", "fr"),
        ("english", "fr"),
        ("en;q=2", "fr"),
        ("en;q=1.001", "fr"),
        ("en;q=1.000", "en"),
        ("en;q=-1", "fr"),
        ("en;q=nan", "fr"),
        ("en;q=", "fr"),
        ("en;q=0.12345", "fr"),
        (";,;q=1,,=", "fr"),
        ("../../en", "fr"),
    ],
)
def test_the_reader_s_own_when_it_is_ours(accepted: str, chosen: str) -> None:
    assert choose(accepted, "fr") == chosen


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_whatever_is_asked_it_is_one_of_ours(accepted: str, otherwise: str) -> None:
    assert choose(accepted, otherwise) in LANGUAGES


@pytest.mark.parametrize("piece", ["en-" * 40_000, "en;" * 40_000, "a," * 60_000, "en;q=0." + "1" * 100_000])
def test_a_long_header_costs_nothing(piece: str) -> None:
    began = time.perf_counter()
    assert choose(piece, "fr") in LANGUAGES
    assert time.perf_counter() - began < 0.1


def test_pages_follow_the_reader_then_the_organisation() -> None:
    english = Premises(text=SETTINGS.replace("[organisation]", '[organisation]\nlanguage = "en"'))
    for accepted, language in (("fr", "fr"), ("de", "en"), ("\xff\xfe", "en")):
        page = english.visitor.get("/", headers={"accept-language": accepted.encode("latin-1")})
        assert page.headers["content-language"] == language
        assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize(
    "moment, french, english",
    [
        (date(2026, 12, 15), "15 décembre 2026", "15 December 2026"),
        (date(2027, 1, 1), "1er janvier 2027", "1 January 2027"),
        (datetime(2026, 8, 31, 22, 5, tzinfo=UTC), "1er septembre 2026 à 00:05", "1 September 2026 at 00:05"),
        (datetime(2026, 8, 31, 22, 5), "31 août 2026 à 22:05", "31 August 2026 at 22:05"),  # noqa: DTZ001  as a file may say it
    ],
)
def test_days_are_said_as_clocks_here_show_them(moment: date, french: str, english: str) -> None:
    assert (day(moment, "fr", PARIS), day(moment, "en", PARIS)) == (french, english)


def test_every_month_has_its_name() -> None:
    for language in LANGUAGES:
        assert len({day(date(2026, month, 2), language, PARIS) for month in range(1, 13)}) == 12
