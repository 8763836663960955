"""Permits: alone, or in small batches from a count that others share, whatever comes back."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.deliver.pace import Limits, Pace
from mailer.deliver.permits import Alone, Shared
from mailer.delivery import Granted

_COURSE = st.lists(
    st.tuples(st.sampled_from(["take", "take", "take", "left", "back", "close"]), st.floats(0, 2)),
    max_size=80,
)


class Count:
    """`mailer.deliver.permits.Rates`: a window of an hour, exact, which remembers what it was asked."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.time = 1000.0
        self.used: Counter[int] = Counter()
        self.wants: list[int] = []
        self.known: list[int] = []

    def clock(self) -> float:
        return self.time

    async def take(self, want: int, known: int) -> Granted:
        self.wants.append(want)
        self.known.append(known)
        at = round((self.time - 1000) * 1000)
        used = sum(count for moment, count in self.used.items() if moment > at - 3_600_000)
        granted = min(want, self.most - used)
        if granted <= 0:
            return Granted(count=0, wait=60.0, at=at)
        self.used[at] += granted
        return Granted(count=granted, at=at)

    async def give_back(self, at: int, count: int) -> None:
        self.used[at] -= count
        assert self.used[at] >= 0


def _run(permits: Shared, *acts: str) -> list[float]:
    """The answers of those that ask."""

    async def story() -> list[float]:
        return [await permits.take() for act in acts if not _done(permits, act)]

    return asyncio.run(story())


def _done(permits: Shared, act: str) -> bool:
    if act == "left":
        permits.left()
    elif act == "back":
        permits.give_back()
    return act != "take"


def test_a_batch_is_a_quarter_of_a_second_and_one_at_least() -> None:
    few, many = Count(99), Count(99)
    _run(Shared(few, Limits(per_hour=300), few.clock), "take")
    _run(Shared(many, Limits(per_hour=72_000), many.clock), "take", *["take"] * 9)
    assert (few.wants, many.wants) == ([1], [5, 5])


def test_when_there_is_none_the_wait_is_told() -> None:
    count = Count(2)
    permits = Shared(count, Limits(per_hour=2), count.clock)
    assert _run(permits, "take", "take", "take") == [0, 0, 60.0]


def test_what_is_kept_for_too_long_is_given_back() -> None:
    """It would shift the window."""
    count = Count(99)
    permits = Shared(count, Limits(per_hour=72_000), count.clock)
    _run(permits, "take", "take")
    count.time += 1
    _run(permits, "take")
    assert list(count.used.values()) == [2, 5]
    asyncio.run(permits.close())
    assert list(count.used.values()) == [2, 1]


def test_without_a_limit_nobody_is_asked() -> None:
    count = Count(0)
    permits = Shared(count, Limits(), count.clock)
    assert _run(permits, "take", "left", "take", "back") == [0, 0]
    asyncio.run(permits.close())
    assert (permits.free, count.wants, permits.lasts(10**6)) == (True, [], 0)


def test_it_says_what_time_it_is() -> None:
    """As the count told it, and what has passed since; not one millisecond is lost, however often it asks."""
    count = Count(3)
    permits = Shared(count, Limits(per_hour=3), count.clock)
    for _ in range(3000):
        count.time += 0.0007
        _run(permits, "take")
    assert count.known[0] == -1
    assert count.known[-1] == pytest.approx((count.time - 1000) * 1000, abs=2)
    assert count.known[1:] == sorted(count.known[1:])


@given(_COURSE, st.integers(1, 12), st.sampled_from([Limits(per_hour=4), Limits(per_hour=72_000)]))
def test_what_left_was_granted_and_is_still_counted(
    course: list[tuple[str, float]], most: int, limits: Limits
) -> None:
    """Whatever comes back, in whatever order: late in the count, never early, never missing."""
    count = Count(most)
    permits = Shared(count, limits, count.clock)
    out, left = 0, 0
    for act, seconds in course:
        count.time += seconds
        if act == "take":
            out += _run(permits, "take") == [0]
        elif act == "close":
            asyncio.run(permits.close())
        elif out:
            _done(permits, act)
            out -= 1
            left += act == "left"
        assert left + out <= count.used.total() <= most
    for _ in range(out):
        permits.give_back()
    asyncio.run(permits.close())
    assert count.used.total() == left


def test_alone_it_is_the_pace() -> None:
    count = Count(0)
    permits = Alone(Pace(Limits(per_second=2, per_hour=50), now=count.time), count.clock)
    assert (permits.free, permits.rate) == (False, 50 / 3600)
    assert asyncio.run(permits.take()) == asyncio.run(permits.take()) == 0
    assert asyncio.run(permits.take()) > 0
    permits.give_back()
    permits.left()
    assert asyncio.run(permits.take()) == 0
    assert permits.lasts(100) == pytest.approx(7200, rel=0.01)
