"""Permits to send: counted by one process alone, or asked of a count that several share.

Alone, each window is exact (`pace`). Shared, permits come from the database in small batches, so a hundred
messages a second cost a few questions, and what is not used at once is given back: it counts until then.
"""

import math
from collections import Counter, deque
from collections.abc import Callable
from typing import Protocol

from mailer.deliver.pace import Limits, Pace
from mailer.delivery import Granted

_BATCH_S = 0.25  # of sending, asked for at a time
_SECOND_BATCH_S = 0.025  # under a limit a second: what is held back shifts its window


class Alone:
    """`ports.Permits` of the only process that uses this way out."""

    def __init__(self, pace: Pace, monotonic: Callable[[], float]) -> None:
        self._pace = pace
        self._monotonic = monotonic
        self.free = pace.free
        self.rate = pace.limits.rate

    async def take(self) -> float:
        """See `Pace.take`."""
        return self._pace.take(self._monotonic())

    def left(self) -> None:
        """A permit's message leaves now."""
        self._pace.left(self._monotonic())

    def give_back(self) -> None:
        """A permit was not used."""
        self._pace.give_back()

    def lasts(self, count: int) -> float:
        """See `Pace.lasts`."""
        return self._pace.lasts(self._monotonic(), count)

    async def close(self) -> None:
        """Nothing was taken in advance."""


class Rates(Protocol):
    """A count of messages that several processes share (see `store/rates.py`)."""

    async def take(self, want: int, known: int) -> Granted:
        """Up to `want` permits; `known` is the count's own time, as the last answer told it; -1: none has."""

    async def give_back(self, at: int, count: int) -> None:
        """Permits of that moment were not used."""


class Shared:
    """`ports.Permits` that come from `Rates`, a quarter of a second's worth at a time."""

    def __init__(self, rates: Rates, limits: Limits, monotonic: Callable[[], float]) -> None:
        self._rates = rates
        self._limits = limits
        self._monotonic = monotonic
        self.free = not limits.windows()
        self.rate = limits.rate
        self._batch, self._keeps = _batch(limits)
        self._held = 0  # permits in hand
        self._of = 0  # the moment of the last answer
        self._asked: float | None = None
        self._origin: float | None = None  # when the count's time was nothing, on our clock
        self._out: deque[int] = deque()  # moments of those whose message has not left
        self._unused: Counter[int] = Counter()  # moments of those to be given back

    async def take(self) -> float:
        """From what is in hand; else asked for. One caller at a time."""
        if self.free:
            return 0.0
        now = self._monotonic()
        if self._asked is not None and now - self._asked > self._keeps:
            self._drop()  # too old: it would shift the window
        if not self._held:
            await self._give_all_back()
            granted = await self._rates.take(self._batch, self._known(now))
            self._answered(granted)
            if not granted.count:
                return granted.wait
            self._held = granted.count
        self._held -= 1
        self._out.append(self._of)
        return 0.0

    def _known(self, now: float) -> int:
        """The count's time."""
        return -1 if self._origin is None else math.floor((now - self._origin) * 1000)

    def _answered(self, granted: Granted) -> None:
        """Once answered: its time is rather late than early. Others' may be ahead, never ours behind."""
        self._asked, self._of = self._monotonic(), granted.at
        origin = self._asked - granted.at / 1000
        self._origin = origin if self._origin is None else min(self._origin, origin)

    def left(self) -> None:
        """It stays counted where it was taken; as the latest one, for late counts longest."""
        if not self.free:
            self._out.pop()

    def give_back(self) -> None:
        """As the earliest one: whatever was really used is then counted too late, never too early."""
        if not self.free:
            self._unused[self._out.popleft()] += 1

    def lasts(self, count: int) -> float:
        """As if nothing had left lately and nobody else sent."""
        return Pace(self._limits).lasts(0.0, count)

    async def close(self) -> None:
        """Give back what is in hand."""
        self._drop()
        await self._give_all_back()

    def _drop(self) -> None:
        if self._held:
            self._unused[self._of] += self._held
            self._held = 0

    async def _give_all_back(self) -> None:
        unused, self._unused = self._unused, Counter()
        for at, count in unused.items():
            await self._rates.give_back(at, count)


def _batch(limits: Limits) -> tuple[int, float]:
    """How many permits to ask for at a time, and how many seconds they may be held."""
    seconds = _SECOND_BATCH_S if limits.per_second else _BATCH_S
    return max(1, math.floor(limits.rate * seconds)) if limits.windows() else 1, seconds
