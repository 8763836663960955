"""How fast: messages a second, an hour, a day, whatever the window one looks through.

A turn is given when fewer than the limit were given within the period that ends now: exact over any window,
so a relay that counts its own way sees no more, but for those that were held up on their way there. Times
are those of a monotonic clock, so a clock that jumps causes neither a burst nor a stall (P11).
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

SECOND, HOUR, DAY = 1.0, 3600.0, 86400.0
# A window's edge is taken a little later: what the relay measures includes the way to it.
_MARGIN = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """0 is no limit."""

    per_second: int = 0
    per_hour: int = 0
    per_day: int = 0

    def windows(self) -> list[tuple[float, int]]:
        """(period in seconds, messages) of those that are set."""
        found = [(SECOND, self.per_second), (HOUR, self.per_hour), (DAY, self.per_day)]
        return [(period, most) for period, most in found if most]

    @property
    def longest(self) -> float:
        """How far back history counts, in seconds; 0 without a limit."""
        return max((period for period, _ in self.windows()), default=0.0)


class Pace:
    """The turns still free. Memory: one number a message of the longest window, never more than its limit."""

    def __init__(self, limits: Limits, ages: Iterable[float] = (), now: float = 0.0) -> None:
        """`ages`: how many seconds ago messages left before this program began."""
        self._windows = [(period, most, deque[float](maxlen=most)) for period, most in limits.windows()]
        for age in sorted(ages, reverse=True):
            self._note(now - max(age, 0.0))

    def take(self, now: float) -> float:
        """0 and the turn is taken; else how many seconds to wait before asking again."""
        wait = max((self._wait(now, *window) for window in self._windows), default=0.0)
        if wait <= 0.0:
            self._note(now)
            return 0.0
        return wait

    def give_back(self, taken: float) -> None:
        """The turn taken at `taken` was not used."""
        for _, _, left in self._windows:
            if taken in left:
                left.remove(taken)

    def lasts(self, now: float, count: int) -> float:
        """Seconds until the last of `count` messages may leave, if nothing else slows them."""
        alone = max((_lasts(now, count, *window) for window in self._windows), default=0.0)
        return max(alone, _together(count, [(period, most) for period, most, _ in self._windows]))

    def _wait(self, now: float, period: float, most: int, left: deque[float]) -> float:
        if len(left) < most:
            return 0.0
        return left[0] + period + _MARGIN - now

    def _note(self, moment: float) -> None:
        for _, _, left in self._windows:
            left.append(moment)


def _lasts(now: float, count: int, period: float, most: int, left: deque[float]) -> float:
    """The last of `count` leaves a whole number of periods after the message `most` places before it."""
    if count <= 0:
        return 0.0
    recent = [moment for moment in left if moment > now - period]
    free = most - len(recent)
    if count <= free:
        return 0.0
    turns = math.ceil((count - free) / most)
    place = (count - free - 1) % most
    begun = recent[place] if place < len(recent) else now
    return max(0.0, begun + turns * period - now)


def _together(count: int, windows: list[tuple[float, int]]) -> float:
    """The same under several limits, shortest first, when nothing has left yet.

    In each of the longest periods as many leave as it allows, at the pace of the shorter ones.
    """
    if count <= 0 or not windows:
        return 0.0
    *shorter, (period, most) = windows
    whole, rest = divmod(count - 1, most)
    return whole * max(period, _together(most, shorter)) + _together(rest + 1, shorter)
