"""When next? A table, and what holds for any times."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.deliver.retry import DEFAULT_EXPIRY, next_attempt, spread
from mailer.deliver.troubles import PATIENCE_S

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
FAR = NOW + DEFAULT_EXPIRY
_MOMENTS = st.timedeltas(timedelta(0), timedelta(days=20_000)).map(lambda passed: NOW + passed)
_LEFT = st.timedeltas(timedelta(0), timedelta(days=30))
_ATTEMPTS = st.integers(1, 50)
_CODES = st.sampled_from([0, 421, 450, 451, 452, 454, 499])


def _minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    "attempts, code, wait",
    [
        (1, 450, 15),  # greylisted: the server opens some minutes later
        (1, 451, 15),
        (1, 452, 45),
        (1, 421, 45),
        (1, 0, 45),  # hung up at them three times: no code
        (2, 450, 45),  # two tries in the first hour, whichever way it greylists
        (2, 452, 120),
        (3, 451, 120),
        (3, 452, 180),
        (4, 450, 180),
        (25, 452, 180),
    ],
)
def test_the_next_attempt(attempts: int, code: int, wait: int) -> None:
    assert next_attempt(NOW, attempts, code, FAR) == NOW + _minutes(wait)


@pytest.mark.parametrize(
    "attempts, code, left, due",
    [
        (1, 452, 50, 45),  # to the minute
        (1, 452, 49, 44),  # the last one, five minutes before the end
        (1, 452, 28, 23),
        (1, 452, 27, None),  # less than half the wait: too soon after this one
        (1, 450, 19, 14),
        (1, 450, 12, None),
        (3, 452, 184, 179),
        (3, 452, 96, 91),
        (3, 452, 95, None),
        (1, 450, 0, None),
        (3, 451, 66, 61),
        (3, 450, -60, None),  # it is over already
    ],
)
def test_the_last_attempt(attempts: int, code: int, left: int, due: int | None) -> None:
    found = next_attempt(NOW, attempts, code, NOW + _minutes(left))
    assert found == (None if due is None else NOW + _minutes(due))


@given(_MOMENTS, _ATTEMPTS, _CODES, _LEFT)
def test_it_is_after_now_and_never_after_the_end(
    now: datetime, attempts: int, code: int, left: timedelta
) -> None:
    due = next_attempt(now, attempts, code, now + left)
    assert due is None or now < due <= now + left
    if left >= timedelta(hours=3):
        assert due is not None


@pytest.mark.parametrize(
    "attempts, code, wait",
    [(1, 451, 10), (1, 452, 10), (2, 451, 10), (2, 452, 60), (3, 451, 60), (9, 452, 60)],
)
def test_waits_are_whoever_s_runs_it(attempts: int, code: int, wait: int) -> None:
    due = next_attempt(NOW, attempts, code, FAR, (_minutes(10), _minutes(60)))
    assert due == NOW + _minutes(wait)


def test_a_thousand_put_off_at_once_do_not_come_back_at_once() -> None:
    """Nor with the same neighbours: who was early is late another time. The same for whoever asks."""
    courses = [[spread(person, attempts) for attempts in (1, 2)] for person in range(1000)]
    assert courses[7] == [spread(7, 1), spread(7, 2)]
    for attempts in (0, 1):
        tenths = Counter(int(course[attempts] * 10) for course in courses)
        assert set(tenths) == set(range(10))
        assert max(tenths.values()) < 150
    together = sum(abs(one - then) < 0.1 for one, then in courses)
    assert together < 300
    dues = [next_attempt(NOW, 1, 452, FAR, spread=apart) for apart in (0.0, 0.5, 1.0)]
    assert dues == [NOW + _minutes(45), NOW + _minutes(47.25), NOW + _minutes(49.5)]


def test_who_is_greylisted_comes_back_before_the_terminal_is_given_back() -> None:
    due = next_attempt(NOW, 1, 450, FAR, spread=1.0)
    assert due is not None
    assert due - NOW < timedelta(seconds=PATIENCE_S)


@given(_MOMENTS, _ATTEMPTS, _CODES, _CODES)
def test_waits_never_become_shorter(now: datetime, attempts: int, code: int, after: int) -> None:
    far = now + timedelta(days=99)
    first, then = next_attempt(now, attempts, code, far), next_attempt(now, attempts + 1, after, far)
    assert first is not None
    assert then is not None
    assert _minutes(15) <= first - now <= then - now <= _minutes(180)


@given(_MOMENTS, _CODES, _LEFT)
def test_a_whole_course_has_an_end(now: datetime, code: int, left: timedelta) -> None:
    """Some attempts a day, the last within three hours of the end, and none after it."""
    expires, attempts, last = now + left, 1, now
    while (due := next_attempt(last, attempts, code, expires)) is not None:
        assert last < due <= expires
        last, attempts = due, attempts + 1
    assert expires - last < timedelta(hours=1, minutes=35, seconds=1)
    assert attempts <= 4 + left / timedelta(hours=3)
