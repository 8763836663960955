"""Waiting: what a sender stays for between two runs, and for how long."""

import asyncio
from datetime import datetime, timedelta

from mailer.deliver.ports import Clock
from mailer.deliver.result import End, Result
from mailer.delivery import Tally

_GLANCE = timedelta(seconds=2)  # between two looks at what others hold
_STEP_S = 5.0  # the world's clock may be put right, or the machine may sleep


class Waiting:
    """The waits of one sender; who asks it to stop ends them all."""

    def __init__(self, clock: Clock, patience: float) -> None:
        """`patience`: seconds without anything to do or to see, before the terminal is given back."""
        self.clock = clock
        self._patience = patience
        self._stopped = asyncio.Event()
        self._seen: tuple[float, Tally] = (0.0, Tally())  # when the others' work was last seen to go on

    def stop(self) -> None:
        """No wait lasts any longer, and none begins."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stopped.is_set()

    async def until(self, moment: datetime) -> bool:
        """Until `moment` of the world's clock, looked at again and again; False when asked to stop."""
        while (left := (moment - self.clock.now()).total_seconds()) > 0 and not self._stopped.is_set():
            stopping = asyncio.ensure_future(self._stopped.wait())
            sleeping = asyncio.ensure_future(self.clock.sleep(min(left, _STEP_S)))
            await asyncio.wait({stopping, sleeping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            sleeping.cancel()
        return not self._stopped.is_set()

    def due_soon(self, result: Result) -> datetime | None:
        """The next attempt at somebody, if it comes within the patience and no way out is in trouble."""
        if result.end is not End.LATER or result.until is None or result.outcome is not None:
            return None
        left = (result.until - self.clock.now()).total_seconds()
        return result.until if left <= self._patience else None

    def on_others(self, result: Result) -> bool:
        """Whether others hold all that is left and are seen to work, or were within the patience.

        They may die, or give it back.
        """
        tally, instant = result.tally, self.clock.monotonic()
        if result.end is not End.LATER or result.outcome is not None:
            return False
        if not tally.pending and not tally.in_flight:
            return False
        if tally != self._seen[1]:  # they live
            self._seen = (instant, tally)
        return instant - self._seen[0] <= self._patience

    async def a_glance(self) -> bool:
        """Until the next look at what others do; False when asked to stop."""
        return await self.until(self.clock.now() + _GLANCE)
