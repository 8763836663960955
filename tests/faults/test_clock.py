"""P11: clocks that jump, a machine that sleeps, summer time: no burst, no stall, nobody twice."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mailer.deliver.result import End
from tests.faults.premises import EVERYONE, PEOPLE
from tests.simulation.premises import person
from tests.simulation.world import World, world
from tests.smtp.conditions import recipient
from tests.smtp.script import Reply, Rule, Stage

DAY, HOUR = 24 * 3600.0, 3600.0
MANY = 20
PACE: dict[str, object] = {"transport_per_second": 2}


async def _jumping(there: World, jump: Callable[[], None]) -> list[float]:
    """When each body was asked for, on the clock that nobody can put wrong; `jump` after the fifth."""
    begun: list[float] = []
    there.at_data = lambda _: begun.append(there.machine.monotonic())
    sending = asyncio.create_task(there.through())
    while len(begun) < 5:
        await asyncio.sleep(0.01)
    jump()
    assert (await sending).end is End.DONE
    return begun


@pytest.mark.parametrize("seconds", [DAY, HOUR, -HOUR, -DAY])
def test_the_clock_of_the_world_jumps(seconds: float) -> None:
    """By a day, by an hour, forwards and back: the rate holds over every second, and nobody waits for it."""
    with world(MANY, settings=PACE) as there:
        begun = there.play(
            lambda there: _jumping(there, lambda: there.machine.asleep(seconds, counted=False))
        )
        assert there.arrived() == {person(at): 1 for at in range(MANY)}
        assert begun[-1] - begun[0] < MANY  # no stall
        assert all(begun[at + 2] - begun[at] >= 0.99 for at in range(MANY - 2))  # no burst


@pytest.mark.parametrize("seconds", [600.0, 6 * HOUR, DAY])
def test_the_machine_sleeps(seconds: float) -> None:
    """Its network is gone when it wakes; who was under way is unknown, everybody else is written to."""

    def close_the_lid(there: World) -> None:
        there.machine.asleep(seconds, counted=True)
        for end in there.senders[-1].ends:
            end.sever()

    with world(MANY, settings=PACE) as there:
        begun = there.play(lambda there: _jumping(there, lambda: close_the_lid(there)))
        assert there.counts().get("unknown", 0) <= there.connections
        assert set(there.counts()) <= {"sent", "unknown"}
        assert all(begun[at + 2] - begun[at] >= 0.99 for at in range(len(begun) - 2))


def test_a_jump_beyond_the_campaign_s_end_ends_it() -> None:
    """Three days too late: nobody is written to any more, and the figures say so."""
    with world(MANY, settings=PACE) as there:

        async def story(there: World) -> None:
            sending = asyncio.create_task(there.send())
            await asyncio.sleep(3)
            there.machine.asleep(4 * DAY, counted=False)
            assert (await sending).end is End.EXPIRED

        there.play(story)
        assert set(there.counts()) == {"sent", "refused"}


@pytest.mark.parametrize("seconds", [-HOUR, HOUR])
def test_who_is_deferred_when_the_clock_jumps_is_tried_again_once(seconds: float) -> None:
    rules = [Rule(Stage.RCPT, Reply(450, "4.2.0 greylisted"), times=1, when=recipient(person(0)))]

    async def story(there: World) -> None:
        sending = asyncio.create_task(there.through())
        await asyncio.sleep(60)
        there.machine.asleep(seconds, counted=False)
        assert (await sending).end is End.DONE

    with world(PEOPLE, rules) as there:
        begun = there.machine.monotonic()
        there.play(story)
        assert there.arrived() == EVERYONE
        assert there.machine.monotonic() - begun < 2 * HOUR


@contextmanager
def _in_zone(name: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can be changed on POSIX alone")
@pytest.mark.parametrize("zone", ["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe"])
def test_summer_time_begins_or_ends_meanwhile(zone: str) -> None:
    """The ledger counts in UTC: the same campaign, where an hour is told twice or never, is the same."""
    rules = [Rule(Stage.RCPT, Reply(450, "4.2.0 greylisted"), times=3)]
    told = []
    for name in ("UTC", zone):
        with _in_zone(name), world(PEOPLE, rules) as there:
            # From November 25 to the last Sunday of March, the night in which an hour is missing in Paris.
            there.machine.asleep(124 * DAY + 12.9 * HOUR, counted=False)
            there.expires_in(72 * HOUR)
            there.play(lambda there: there.through())
            told.append((there.states(), there.arrived(), there.machine.now()))
    assert told[0] == told[1]
    assert told[0][1] == EVERYONE
