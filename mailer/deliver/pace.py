"""How fast: messages a second, an hour, a day, whatever the window one looks through.

A turn is given when the messages of the period that ends now, and the turns that are out, are fewer than the
limit. A turn is out until its message leaves, and counts from then on: so a relay sees no more than the limit
in any window of its own, however long the dialogues are. Times are those of a monotonic clock, so a clock
that jumps causes neither a burst nor a stall (P11).
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
    def rate(self) -> float:
        """Messages a second in the long run; infinite without a limit."""
        return min((most / period for period, most in self.windows()), default=math.inf)

    @property
    def longest(self) -> float:
        """How far back history counts, in seconds; 0 without a limit."""
        return max((period for period, _ in self.windows()), default=0.0)


class Pace:
    """The turns still free. Memory: one number a message of the longest window, never more than its limit."""

    def __init__(self, limits: Limits, ages: Iterable[float] = (), now: float = 0.0) -> None:
        """`ages`: how many seconds ago messages left before this program began."""
        self.limits = limits
        self._windows = [(period, most, deque[float](maxlen=most)) for period, most in limits.windows()]
        self._out = 0  # turns whose message has not left yet
        for age in sorted(ages, reverse=True):
            self._note(now - max(age, 0.0))

    @property
    def free(self) -> bool:
        """Whether there is no limit at all."""
        return not self._windows

    def take(self, now: float) -> float:
        """0 and the turn is out; else how many seconds to wait before asking again."""
        wait = max((self._wait(now, *window) for window in self._windows), default=0.0)
        if wait <= 0.0:
            self._out += 1
            return 0.0
        return wait

    def left(self, now: float) -> None:
        """The message of a turn leaves."""
        self._out -= 1
        self._note(now)

    def give_back(self) -> None:
        """A turn was not used."""
        self._out -= 1

    def lasts(self, now: float, count: int) -> float:
        """Seconds until the last of `count` messages may leave, if nothing else slows them."""
        alone = max((_lasts(now, count, *window) for window in self._windows), default=0.0)
        return max(alone, _together(count, [(period, most) for period, most, _ in self._windows]))

    def _wait(self, now: float, period: float, most: int, left: deque[float]) -> float:
        too_many = len(left) + self._out - most
        if too_many < 0:
            return 0.0
        # Not before that many of the oldest are out of the window; those that are out yet leave now at best.
        begins = left[too_many] if too_many < len(left) else now
        return begins + period + _MARGIN - now

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
