"""Turns: who may begin a message now, under a lane's limits and share and the number asked for.

A turn is out until its message is judged, or until it comes back unused: then it counts for nothing, and
somebody else may have it.
"""

import asyncio
import math
from collections.abc import Callable

from mailer.deliver.lanes import Lane, Lanes
from mailer.deliver.ports import Clock


class Turns:
    """Hands out turns; `limit` of them in this run, 0 for any number."""

    def __init__(self, lanes: Lanes, clock: Clock, limit: int, over: Callable[[], bool]) -> None:
        """`over`: whether nothing more is to begin."""
        self._lanes = lanes
        self._clock = clock
        self._limit = limit
        self._over = over
        self._simple = lanes.simple and not limit
        self._used = 0
        self._out = 0
        self._resting: dict[Lane, asyncio.Future[None]] = {}  # those who wait for a moment
        self._waiting: dict[Lane, asyncio.Future[None]] = {}  # those who wait for another

    @property
    def through(self) -> bool:
        """Whether as many messages as were asked for have been judged."""
        return bool(self._limit) and self._used >= self._limit

    async def take(self, lane: Lane) -> bool:
        """Wait for a turn; False when none is left, or no more is wanted."""
        if self._simple and lane.halted is None:
            return not self._over()
        async with lane.gate:  # one of its connections at a time, in their order
            while not self._over() and not self.through:
                if self._limit and self._used + self._out >= self._limit:
                    await self._wait(lane, math.inf, self._waiting)
                elif wait := self._lanes.wait(lane):
                    behind = lane.halted is None and self._clock.monotonic() >= lane.limited
                    await self._wait(lane, wait, self._waiting if behind else self._resting)
                elif await self._permitted(lane):
                    return True
        return False

    async def _permitted(self, lane: Lane) -> bool:
        """Whether the lane's limits let one more leave; else they are waited for."""
        if lane.permits.free:
            wait = 0.0
        else:
            self._out += 1  # nobody else has it while the count is asked
            try:
                wait = await lane.permits.take()
            finally:
                self._out -= 1
        if wait <= 0:
            self._out += 1
            self._lanes.began(lane)
            _wake(self._waiting)
            return True
        self._lanes.is_limited(lane, wait)
        _wake(self._waiting)
        await self._wait(lane, wait, self._resting)
        self._lanes.waited(lane)
        return False

    def leaves(self, lane: Lane) -> None:
        """Its message leaves now."""
        if not self._simple:
            lane.permits.left()

    def used(self) -> None:
        """Its message was judged."""
        self._out -= 1
        self._used += 1
        if self._limit:
            _wake(self._waiting)

    def returned(self, lane: Lane, *, left: bool) -> None:
        """It was not used; unless its message had `left`, nothing went through it."""
        if self._simple:
            return
        self._out -= 1
        self._lanes.gave_back(lane)
        if not left:
            lane.permits.give_back()
        _wake(self._waiting)
        if (waiter := self._resting.get(lane)) is not None and not waiter.done():
            waiter.set_result(None)

    def changed(self) -> None:
        """A lane does not compete any more: the others need not wait for it."""
        _wake(self._waiting)

    def wake(self) -> None:
        """Those who wait look again: nothing more is wanted, perhaps."""
        _wake(self._waiting)
        _wake(self._resting)

    async def _wait(self, lane: Lane, seconds: float, room: "dict[Lane, asyncio.Future[None]]") -> None:
        """Until woken, `seconds` at most."""
        waiter = room[lane] = asyncio.get_running_loop().create_future()
        try:
            if math.isinf(seconds):
                await waiter
                return
            sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
            await asyncio.wait({waiter, sleeping}, return_when=asyncio.FIRST_COMPLETED)
            sleeping.cancel()
        finally:
            del room[lane]


def _wake(room: "dict[Lane, asyncio.Future[None]]") -> None:
    for waiter in room.values():
        if not waiter.done():
            waiter.set_result(None)
