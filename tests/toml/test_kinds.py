"""Kinds of values: durations, examples, and values written as TOML."""

import tomllib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.toml.kinds import Kind, as_toml, duration, example, read


@pytest.mark.parametrize(
    "text, value",
    [
        ("72h", timedelta(hours=72)),
        ("10m", timedelta(minutes=10)),
        ("10 min", timedelta(minutes=10)),
        ("30s", timedelta(seconds=30)),
        ("1 day", timedelta(days=1)),
        ("2 weeks", timedelta(days=14)),
        ("6 months", timedelta(days=180)),
        ("12 Months", timedelta(days=360)),
        (" 1 year ", timedelta(days=365)),
        ("0h", timedelta()),
    ],
)
def test_durations(text: str, value: timedelta) -> None:
    assert duration(text) == value


@pytest.mark.parametrize(
    "text", ["", "72", "h", "soon", "-1h", "1.5h", "6 mois", "3 hs", "101 years", "9" * 12 + "h", "1h30"]
)
def test_what_is_no_duration(text: str) -> None:
    assert duration(text) is None


@pytest.mark.parametrize(
    "kind, value, typed",
    [
        ("string", "x", "x"),
        ("string", 1, None),
        ("boolean", True, True),
        ("boolean", 1, None),
        ("integer", 3, 3),
        ("integer", True, None),
        ("integer", 3.0, None),
        ("datetime", date(2026, 11, 17), date(2026, 11, 17)),
        ("datetime", datetime(2026, 11, 17, 8), datetime(2026, 11, 17, 8)),  # noqa: DTZ001  as TOML allows
        ("datetime", "2026-11-17", None),
        ("duration", "1h", timedelta(hours=1)),
        ("duration", 3600, None),
    ],
)
def test_each_kind_reads_only_its_own(kind: Kind, value: object, typed: object) -> None:
    assert read(kind, value) == typed
    assert type(read(kind, value)) is type(typed)


@pytest.mark.parametrize(
    "kind, value, line",
    [
        ("string", 2026, 'key = "2026"'),
        ("string", None, 'key = "…"'),
        ("integer", "465", "key = 465"),
        ("integer", "many", "key = 10"),
        ("boolean", "no", "key = false"),
        ("boolean", "yes", "key = true"),
        ("strings", "a", 'key = ["a"]'),
        ("datetime", "2026-11-17", "key = 2026-11-17"),
        ("datetime", "soon", "key = 2026-11-17"),
        ("duration", 72, 'key = "72h"'),
        ("table", 1, "[key]"),
        ("array of tables", 1, "[[key]]"),
    ],
)
def test_an_example_keeps_what_was_meant(kind: Kind, value: object, line: str) -> None:
    assert example(kind, "key", value) == line
    tomllib.loads(line)


@given(st.one_of(st.text(), st.booleans(), st.integers(-(2**63), 2**63), st.dates(), st.lists(st.text())))
def test_as_toml_is_read_back(value: object) -> None:
    if "\\ud" in ascii(value):  # a lone surrogate is no text
        return
    assert tomllib.loads(f"key = {as_toml(value)}") == {"key": value}
