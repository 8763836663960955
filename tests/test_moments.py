"""Moments as text: to the millisecond, in UTC, in the order of time."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.moments import moment, stamp

_ZONES = st.builds(timezone, st.timedeltas(timedelta(hours=-14), timedelta(hours=14)))
_FIRST, _LAST = datetime(1970, 1, 2), datetime(9000, 1, 1)  # noqa: DTZ001 (the zone is drawn beside)
_MOMENTS = st.datetimes(_FIRST, _LAST, timezones=_ZONES)
_MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "instant, text",
    [
        (datetime(2026, 11, 25, 20, 0, tzinfo=UTC), "2026-11-25T20:00:00.000Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 6_000, tzinfo=UTC), "2026-01-02T03:04:05.006Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC), "2026-01-02T03:04:05.999Z"),
        (datetime(2026, 7, 1, 9, 30, tzinfo=ZoneInfo("Europe/Paris")), "2026-07-01T07:30:00.000Z"),
        # The hour that comes twice, when summer time ends.
        (datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris")), "2026-10-25T00:30:00.000Z"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1), "2026-10-25T01:30:00.000Z"),
        (datetime(2026, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=14))), "2025-12-31T10:00:00.000Z"),
    ],
)
def test_a_stamp(instant: datetime, text: str) -> None:
    assert stamp(instant) == text
    whole = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    assert moment(text) == whole.astimezone(UTC)


@given(_MOMENTS)
def test_read_back_it_is_the_same_to_the_millisecond(instant: datetime) -> None:
    """Cut off, never rounded up: nothing is due before its time because of it."""
    back = moment(stamp(instant))
    assert timedelta(0) <= instant - back < _MILLISECOND
    assert back.utcoffset() == timedelta(0)
    assert stamp(back) == stamp(instant)


@given(_MOMENTS)
def test_its_shape_is_that_of_rfc_3339(instant: datetime) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stamp(instant), re.ASCII)


@given(_MOMENTS, _MOMENTS)
def test_texts_sort_as_time_does(one: datetime, other: datetime) -> None:
    first, last = min(one, other), max(one, other)
    assert stamp(first) <= stamp(last)
    if last - first >= _MILLISECOND:
        assert stamp(first) < stamp(last)
