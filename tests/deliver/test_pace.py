"""The pace on a clock of its own: exact over any window, and never slower than it must be."""

from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.deliver.pace import DAY, HOUR, SECOND, Limits, Pace

_MARGIN = 0.01  # the pace's own and a clock's rounding
_NOW = 50_000.0
_LIMITS = st.builds(
    Limits, per_second=st.integers(0, 4), per_hour=st.integers(0, 12), per_day=st.integers(0, 30)
)
_ONE = st.one_of(
    st.builds(Limits, per_second=st.integers(1, 9)),
    st.builds(Limits, per_hour=st.integers(1, 9)),
    st.builds(Limits, per_day=st.integers(1, 9)),
)
_AGES = st.lists(st.floats(0, 1.2 * DAY) | st.floats(0, 1.2 * HOUR) | st.floats(0, 1.2), max_size=20)
# What passes before the next one asks: nothing, a little, an hour asleep; None: what it was told to wait.
_STEPS = st.lists(st.none() | st.floats(0, 2) | st.sampled_from([0.0, HOUR, 40.0]), max_size=60)


def _sends(pace: Pace, now: float) -> float:
    """A message that leaves as soon as it has its turn; 0, or how long to wait."""
    wait = pace.take(now)
    if wait <= 0:
        pace.left(now)
    return wait


def _within(times: list[float], period: float, end: float) -> int:
    """How many left in the `period` that ends at `end`, this very moment included."""
    return sum(end - period < moment <= end for moment in times)


@given(_LIMITS, _AGES, _STEPS)
@example(Limits(per_second=3), [], [0.0] * 3 + [None] * 9)
@example(Limits(per_second=2, per_hour=5), [0.5] * 20, [HOUR, 0.0, 0.0, 0.0, HOUR] * 2)
def test_over_any_window_no_more_than_the_limit(
    limits: Limits, ages: list[float], steps: list[float | None]
) -> None:
    pace, now, wait = Pace(limits, ages, _NOW), _NOW, 0.0
    left = [_NOW - age for age in ages]
    for step in steps:
        now += wait if step is None else step
        wait = pace.take(now)
        if wait <= 0:
            pace.left(now)
            left.append(now)
            for period, most in limits.windows():
                assert _within(left, period, now) <= most
        else:  # somebody must wait only if a window is full
            assert any(_within(left, period + _MARGIN, now) >= most for period, most in limits.windows())


@given(_LIMITS, _AGES, st.integers(0, 40))
def test_the_wait_is_what_it_says(limits: Limits, ages: list[float], count: int) -> None:
    """No turn before it is over, and one right after."""
    pace, now = Pace(limits, ages, _NOW), _NOW
    for _ in range(count):
        wait = _sends(pace, now)
        if wait > 0:
            assert _sends(pace, now + wait * 0.999) > 0
            assert wait <= limits.longest + _MARGIN
            now += wait + 1e-6
            assert _sends(pace, now) == 0.0


def _simulated(pace: Pace, count: int) -> float:
    """Seconds until the last of `count` has left, each as soon as it may."""
    now = _NOW
    for _ in range(count):
        while (wait := _sends(pace, now)) > 0:
            now += wait
    return now - _NOW


@given(_ONE, _AGES, st.integers(0, 60))
def test_how_long_it_lasts(limits: Limits, ages: list[float], count: int) -> None:
    [(_, most)] = limits.windows()
    said = Pace(limits, ages, _NOW).lasts(_NOW, count)
    assert 0 <= _simulated(Pace(limits, ages, _NOW), count) - said <= (count // most + 2) * _MARGIN


@given(_LIMITS, _AGES, st.integers(0, 60))
def test_how_long_it_lasts_under_several_limits(limits: Limits, ages: list[float], count: int) -> None:
    """Never less than it says; not much more: as if each limit came after the other, at worst."""
    real = _simulated(Pace(limits, ages, _NOW), count)
    said = Pace(limits, ages, _NOW).lasts(_NOW, count)
    alone = [
        Limits(per_second=limits.per_second),
        Limits(per_hour=limits.per_hour),
        Limits(per_day=limits.per_day),
    ]
    assert said <= real + _MARGIN
    assert real <= sum(Pace(one, ages, _NOW).lasts(_NOW, count) for one in alone) + (count + 2) * _MARGIN


@pytest.mark.parametrize(
    "period, limits", [(SECOND, Limits(per_second=3)), (HOUR, Limits(per_hour=3)), (DAY, Limits(per_day=3))]
)
def test_an_example_to_read(period: float, limits: Limits) -> None:
    pace = Pace(limits, now=_NOW)
    assert [_sends(pace, _NOW + at) for at in (0.0, 0.1, 0.2)] == [0, 0, 0]
    assert _sends(pace, _NOW + 0.3) == pytest.approx(period - 0.3, abs=_MARGIN)
    assert _sends(pace, _NOW + period) > 0  # a little later: the ways to the relay are not all as long
    assert _sends(pace, _NOW + period + _MARGIN) == 0
    assert _sends(pace, _NOW + period + _MARGIN) > 0  # the second one's window is not over


def test_what_left_before_the_start_counts() -> None:
    """A restart gives no fresh allowance (P11)."""
    pace = Pace(Limits(per_hour=3), ages=[600, 3000, 60], now=_NOW)
    assert _sends(pace, _NOW) == pytest.approx(600, abs=_MARGIN)
    assert Pace(Limits(per_hour=3), ages=[600, 3700, 60], now=_NOW).take(_NOW) == 0
    assert Pace(Limits(per_hour=3), ages=[-5, -5, -5], now=_NOW).take(_NOW) == pytest.approx(3600, abs=1)


def test_without_a_limit_nobody_waits() -> None:
    pace = Pace(Limits(), ages=[0.0] * 1000, now=_NOW)
    assert all(_sends(pace, _NOW) == 0 for _ in range(10_000))
    assert pace.lasts(_NOW, 10**9) == 0
    assert (Limits().windows(), Limits().longest) == ([], 0)


def test_windows_in_their_order() -> None:
    limits = Limits(per_second=1, per_hour=2, per_day=3)
    assert limits.windows() == [(1, 1), (3600, 2), (86400, 3)]
    assert (limits.longest, Limits(per_second=5).longest) == (86400, 1)


@pytest.mark.parametrize("asleep", [HOUR, 8 * HOUR, 2 * DAY])
def test_after_an_hour_asleep_no_burst(asleep: float) -> None:
    """The monotonic clock may have counted it: what was not used meanwhile is lost."""
    pace = Pace(Limits(per_second=5, per_hour=100), now=_NOW)
    before = [_sends(pace, _NOW + at / 10) for at in range(20)]
    assert before.count(0) == 10
    woken = [_sends(pace, _NOW + asleep + at / 100) for at in range(100)]
    assert woken.count(0) == 5


def test_memory_is_one_number_a_message_of_the_limit() -> None:
    pace = Pace(Limits(per_second=2, per_hour=50), ages=accumulate([1.0] * 500), now=_NOW)
    for at in range(500):
        _sends(pace, _NOW + at)
    assert [len(left) for _, _, left in pace._windows] == [2, 50]


_COURSE = st.lists(
    st.tuples(st.sampled_from(["take", "take", "left", "left", "back"]), st.floats(0, 1.5)), max_size=80
)


@given(st.builds(Limits, per_second=st.integers(1, 4), per_hour=st.integers(0, 12)), _COURSE)
def test_a_turn_counts_when_its_message_leaves(limits: Limits, course: list[tuple[str, float]]) -> None:
    """However long the dialogues are, no window of what left holds more than the limit."""
    pace, now, out = Pace(limits, now=_NOW), _NOW, 0
    left: list[float] = []
    for act, seconds in course:
        now += seconds
        if act == "take":
            out += pace.take(now) <= 0
        elif out and act == "left":
            pace.left(now)
            left.append(now)
            out -= 1
            assert all(_within(left, period, now) <= most for period, most in limits.windows())
        elif out:
            pace.give_back()
            out -= 1


def test_turns_that_are_out_keep_the_others_waiting() -> None:
    pace = Pace(Limits(per_second=2), now=_NOW)
    assert [pace.take(_NOW), pace.take(_NOW)] == [0, 0]
    assert pace.take(_NOW + 60) == pytest.approx(1, abs=_MARGIN)  # both may leave at this very moment
    pace.left(_NOW + 60)
    assert pace.take(_NOW + 60.5) > 0
    pace.give_back()  # the other one was not used
    assert pace.take(_NOW + 60.5) == 0
    assert pace.take(_NOW + 60.5) == pytest.approx(0.5, abs=_MARGIN)
