"""Shared limits under any course of questions, by several processes, on clocks that jump (P11)."""

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.deliver.pace import HOUR, Limits
from mailer.store.rates import Rates
from tests.store.house import Clock, opened

_LIMITS = st.builds(
    Limits, per_second=st.integers(0, 5), per_hour=st.integers(0, 30), per_day=st.integers(0, 60)
).filter(lambda limits: bool(limits.windows()))
_ASKS = st.tuples(
    st.integers(0, 2),  # who
    st.integers(1, 4),  # how many
    st.sampled_from([0.0, 0.001, 0.02, 0.3, 1.0, 60.0, 900.0, HOUR, 20 * HOUR, -1.0]),  # after; -1: as told
    st.integers(0, 2),  # of which so many are given back
)
_JUMPS = st.sampled_from([0.0] * 8 + [-HOUR, 24 * HOUR, -30.0, 30.0])


class _World:
    """Some processes that share a bucket, real time, and the clock on the wall, which may jump."""

    def __init__(self, rates: Rates, clock: Clock, limits: Limits) -> None:
        self.rates, self.clock, self.windows = rates, clock, limits.windows()
        self.time = 0.0
        self.origins: dict[int, float] = {}  # when the bucket's time was nothing, as each knows it
        self.left: list[float] = []
        self.wait = 0.0

    def passes(self, seconds: float) -> None:
        self.time += seconds
        self.clock.now += timedelta(seconds=seconds)

    def asks(self, who: int, want: int, back: int = 0) -> int:
        known = math.floor((self.time - self.origins[who]) * 1000) if who in self.origins else -1
        granted = self.rates.take("a", self.windows, want, known)
        origin = self.time - granted.at / 1000
        self.origins[who] = min(self.origins.get(who, origin), origin)
        assert granted.count <= want
        self.wait = granted.wait
        unused = min(back, granted.count)
        if unused:
            self.rates.give_back("a", self.windows, granted.at, unused)
        self.left += [self.time] * (granted.count - unused)
        self.judge()
        return granted.count - unused

    def judge(self) -> None:
        """No window that ends now holds more than the limit."""
        for period, most in self.windows:
            assert sum(moment > self.time - period + 0.002 for moment in self.left) <= most


@contextmanager
def _world(limits: Limits) -> Iterator[_World]:
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), clock) as store, store.together():
        yield _World(store.rates, clock, limits)


@settings(max_examples=settings().max_examples // 2)
@given(_LIMITS, st.lists(_ASKS, max_size=40))
def test_no_window_holds_more_than_the_limit(limits: Limits, asks: list[tuple[int, int, float, int]]) -> None:
    with _world(limits) as world:
        for who, want, seconds, back in asks:
            world.passes(world.wait + 0.001 if seconds < 0 else seconds)
            world.asks(who, want, back)


@settings(max_examples=settings().max_examples // 2)
@given(_LIMITS, st.lists(st.tuples(_ASKS, _JUMPS), max_size=40))
def test_a_clock_that_jumps_makes_no_burst(
    limits: Limits, course: list[tuple[tuple[int, int, float, int], float]]
) -> None:
    """An hour back, a day forward, half a minute: whoever has asked before knows how long ago that was."""
    with _world(limits) as world:
        for who in range(3):
            world.asks(who, 1)
        for (who, want, seconds, back), jump in course:
            world.passes(max(seconds, 0.0))
            world.clock.now += timedelta(seconds=jump)
            world.asks(who, want, back)


@pytest.mark.parametrize("jump", [-HOUR, -5.0, 0.0, 24 * HOUR])
def test_a_clock_that_jumps_makes_no_stall(jump: float) -> None:
    """The same work takes as long."""
    with _world(Limits(per_hour=60)) as world:
        for who in range(2):
            world.asks(who, 60)
        world.passes(HOUR / 2)
        world.clock.now += timedelta(seconds=jump)
        while not world.asks(0, 60):
            world.passes(world.wait)
        assert HOUR <= world.time <= HOUR * 41 / 40 + 1


@pytest.mark.parametrize(
    "limits", [Limits(per_second=7), Limits(per_hour=100), Limits(per_second=1, per_hour=90)]
)
@pytest.mark.parametrize("batch", [1, 5])
def test_wanted_without_end_the_limit_is_used(limits: Limits, batch: int) -> None:
    """To 95 parts of 100, by two processes that ask as soon as they are told."""
    with _world(limits) as world:
        period, most = limits.windows()[-1]
        ends = period * (10 if period == 1 else 3)
        due = [0.0, 0.0]
        while (at := min(due)) < ends:
            world.passes(max(0.0, at - world.time))
            who = due.index(at)
            due[who] = at + (0.0 if world.asks(who, batch) else max(world.wait, 0.001))
        beyond = most  # the first window's burst is not the long run
        assert len(world.left) - beyond >= 0.95 * most * (ends - period) / period


def test_a_new_process_knows_what_others_have_used() -> None:
    """And what was used before a restart (P11)."""
    with _world(Limits(per_hour=6)) as world:
        world.asks(0, 6)
        world.passes(600)
        assert world.asks(1, 1) == 0
        assert world.wait == pytest.approx(HOUR - 600, abs=HOUR / 40)
