"""Turns: who may begin a message now, under the limits of the way out and the number asked for.

A turn is out until its message is judged, or until it comes back unused: then it counts for nothing, and
somebody else may have it.
"""

import asyncio
from collections.abc import Awaitable, Callable

from mailer.deliver.pace import Pace
from mailer.deliver.ports import Clock


class Turns:
    """Hands out turns; `limit` of them in this run, 0 for any number."""

    def __init__(self, pace: Pace, clock: Clock, limit: int) -> None:
        self._pace = pace
        self._clock = clock
        self._limit = limit
        self._used = 0
        self._out = 0
        self._changed = asyncio.Event()
        self.waited = clock.monotonic()  # when somebody last waited for the pace

    @property
    def through(self) -> bool:
        """Whether as many messages as were asked for have been judged."""
        return bool(self._limit) and self._used >= self._limit

    async def take(
        self, stopping: Callable[[], bool], rest: Callable[[float], Awaitable[None]]
    ) -> float | None:
        """The instant of the turn; None when none is left, or no more is wanted. `rest` sleeps as long."""
        while not stopping() and not self.through:
            if self._limit and self._used + self._out >= self._limit:
                await self._somebody_back()
                continue
            wait = self._pace.take(now := self._clock.monotonic())
            if wait <= 0:
                self._out += 1
                return now
            await rest(wait)
            self.waited = self._clock.monotonic()
        return None

    def used(self) -> None:
        """Its message was judged."""
        self._out -= 1
        self._used += 1
        self._changed.set()

    def returned(self, taken: float) -> None:
        """It was not used: nothing left through it."""
        self._out -= 1
        self._pace.give_back(taken)
        self._changed.set()

    def wake(self) -> None:
        """Those who wait for another's turn look again."""
        self._changed.set()

    async def _somebody_back(self) -> None:
        self._changed.clear()
        await self._changed.wait()
