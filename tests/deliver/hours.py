"""Hours that pass in no time: an event loop whose clock jumps to whatever is waited for next.

Nothing here is random or depends on the machine, so a story told twice is the same twice. A loop in which
nobody waits for anything any more would hang for ever: it fails at once.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from mailer.deliver.ports import Clock

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_BEGUN_S = 50_000.0  # the machine has been up for a while
_LONGEST_S = 10 * 24 * 3600.0

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Waits for nothing: the time it was told to wait has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everybody waits for somebody else")
        self.passed += max(timeout, 0.0)
        if self.passed > _LONGEST_S:
            raise AssertionError("this would never end")
        return super().select(0)


class HoursLoop(asyncio.SelectorEventLoop):
    """Its time is that of `Hours`."""

    def __init__(self, hours: "Hours") -> None:
        super().__init__(hours.selector)
        self._hours = hours

    def time(self) -> float:
        return self._hours.monotonic()


class Hours:
    """The two clocks of a machine: `asleep` moves them as closing a laptop does."""

    def __init__(self) -> None:
        self._passed = 0.0  # in runs that are over
        self._slept = timedelta(0)  # that only the world's clock has counted
        self.selector = _Selector()
        self.clock = Clock(now=self.now, monotonic=self.monotonic, sleep=asyncio.sleep)

    def run(self, story: Coroutine[Any, Any, T]) -> T:
        """To the end of `story`; the first begins at `NOON`, another when the one before it ended."""
        with asyncio.Runner(loop_factory=self._new_loop) as runner:
            return runner.run(story)

    def _new_loop(self) -> HoursLoop:
        self._passed += self.selector.passed
        self.selector = _Selector()
        return self.make_loop()

    def make_loop(self) -> HoursLoop:
        """Another kind of loop, for who needs one."""
        return HoursLoop(self)

    def now(self) -> datetime:
        """Of the world."""
        return NOON + self._slept + timedelta(seconds=self.monotonic() - _BEGUN_S)

    def monotonic(self) -> float:
        """Seconds since some moment in the past."""
        return _BEGUN_S + self._passed + self.selector.passed

    def asleep(self, seconds: float, *, counted: bool) -> None:
        """The machine sleeps: nothing runs. `counted`: its monotonic clock goes on, as on Windows."""
        if counted:
            self.selector.passed += seconds
        else:
            self._slept += timedelta(seconds=seconds)
