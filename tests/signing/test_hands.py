"""Threads beside a loop: every answer comes to who asked, once, and the threads end with their owner."""

import asyncio
import gc
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from mailer.signing.hands import Hands


def _threads() -> int:
    return sum(one.name.startswith("sign-") for one in threading.enumerate())


def _wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_each_has_their_own_answer() -> None:
    async def ask(hands: Hands, number: int) -> bytes:
        return await hands.do(lambda: b"%d." % number * 2)

    async def all_of_them() -> list[bytes]:
        hands = Hands(3)
        return await asyncio.gather(*(ask(hands, number) for number in range(2000)))

    assert asyncio.run(all_of_them()) == [b"%d." % number * 2 for number in range(2000)]


def test_they_work_at_the_same_time_and_beside_the_loop() -> None:
    """Each of two waits for the other, and both for the loop."""
    meeting, loop_was_there = threading.Barrier(2, timeout=10), threading.Event()

    def meet(data: bytes) -> bytes:
        meeting.wait()
        assert loop_was_there.wait(10)
        return data

    async def both() -> list[bytes]:
        hands = Hands(2)
        asked = [hands.do(partial(meet, b"a")), hands.do(partial(meet, b"b"))]
        await asyncio.sleep(0)
        loop_was_there.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(both()) == [b"a", b"b"]


def test_a_fault_is_told_to_who_asked_and_to_nobody_else() -> None:
    def fails(data: bytes) -> bytes:
        raise ValueError(data.decode())

    async def ask() -> None:
        hands = Hands(1)
        first, second = hands.do(partial(fails, b"broken")), hands.do(partial(bytes.upper, b"well"))
        with pytest.raises(ValueError, match="broken"):
            await first
        assert await second == b"WELL"

    asyncio.run(ask())


def test_who_no_longer_waits_is_left_alone() -> None:
    async def ask() -> bytes:
        hands = Hands(1)
        given_up = hands.do(partial(bytes.upper, b"a"))
        given_up.cancel()
        return await hands.do(partial(bytes.upper, b"b"))

    assert asyncio.run(ask()) == b"B"


def test_a_loop_that_has_closed_takes_nobody_s_answer() -> None:
    """And the next loop has its own."""
    hands = Hands(1)
    begun, go_on = threading.Event(), threading.Event()

    def waits(data: bytes) -> bytes:
        begun.set()
        assert go_on.wait(10)
        return data

    async def leave() -> None:
        hands.do(partial(waits, b"a"))
        await asyncio.to_thread(begun.wait, 10)

    async def come() -> bytes:
        return await hands.do(partial(bytes.upper, b"b"))

    asyncio.run(leave())
    go_on.set()
    assert asyncio.run(come()) == b"B"


def test_the_threads_end_with_their_owner() -> None:
    _wait_until(lambda: gc.collect() >= 0 and _threads() == 0)

    async def ask(hands: Hands) -> None:
        await hands.do(partial(bytes.upper, b"a"))

    hands = Hands(3)
    assert _threads() == 0  # none before there is work
    asyncio.run(ask(hands))
    assert _threads() == 3
    del hands
    _wait_until(lambda: gc.collect() >= 0 and _threads() == 0)
