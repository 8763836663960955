"""What a sender stays for: a moment, an attempt that is due soon, others who are seen to work."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from mailer.deliver.ports import Clock
from mailer.deliver.result import End, Result
from mailer.delivery import Outcome, Tally
from mailer.wiring.waiting import Waiting
from tests.deliver.relay import AWAY
from tests.wiring.house import in_a_loop

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


class Hands:
    """A clock whose sleeps take no time."""

    def __init__(self) -> None:
        self.gone = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.gone += seconds
        await asyncio.sleep(0)

    def clock(self) -> Clock:
        return Clock(
            now=lambda: NOW + timedelta(seconds=self.gone), monotonic=lambda: self.gone, sleep=self.sleep
        )


def later(seconds: float | None = None, *, outcome: Outcome | None = None, **states: int) -> Result:
    until = None if seconds is None else NOW + timedelta(seconds=seconds)
    return Result(end=End.LATER, tally=Tally(audience=9, **states), until=until, outcome=outcome)


@in_a_loop
async def test_the_clock_of_the_world_is_looked_at_again_and_again() -> None:
    hands = Hands()
    assert await Waiting(hands.clock(), 60).until(NOW + timedelta(seconds=12))
    assert hands.slept == [5, 5, 2]


@in_a_loop
async def test_who_asks_to_stop_ends_a_wait_and_all_that_come() -> None:
    clock = Clock(now=lambda: NOW, monotonic=lambda: 0.0, sleep=asyncio.sleep)
    waiting = Waiting(clock, 60)
    asyncio.get_running_loop().call_later(0.01, waiting.stop)
    assert not await waiting.until(NOW + timedelta(days=1))
    assert waiting.stopped
    assert not await waiting.a_glance()
    assert not await waiting.until(NOW)  # a moment that is there already


@pytest.mark.parametrize(
    ("result", "waits"),
    [
        (later(60, deferred=1), True),
        (later(61, deferred=1), False),
        (later(deferred=1), False),
        (later(60, deferred=1, outcome=AWAY), False),  # a way out in trouble: not by waiting a little
        (Result(end=End.DONE, tally=Tally(), until=NOW), False),
    ],
)
def test_an_attempt_within_the_patience_is_waited_for(result: Result, waits: bool) -> None:
    assert Waiting(Hands().clock(), 60).due_soon(result) == (result.until if waits else None)


def test_others_are_waited_for_as_long_as_they_are_seen_to_work() -> None:
    hands = Hands()
    waiting = Waiting(hands.clock(), 60)
    assert waiting.on_others(later(in_flight=2, pending=3))
    hands.gone = 60
    assert waiting.on_others(later(in_flight=2, pending=3))
    hands.gone = 61
    assert not waiting.on_others(later(in_flight=2, pending=3))  # nothing for more than its patience
    assert waiting.on_others(later(in_flight=2, pending=2))
    hands.gone = 121
    assert waiting.on_others(later(in_flight=2, pending=2))


@pytest.mark.parametrize(
    "result",
    [
        later(deferred=4),  # nobody holds any
        later(in_flight=1, outcome=AWAY),
        Result(end=End.PAUSED, tally=Tally(audience=1, in_flight=1)),
    ],
)
def test_nobody_is_waited_for_who_holds_nothing(result: Result) -> None:
    assert not Waiting(Hands().clock(), 60).on_others(result)
