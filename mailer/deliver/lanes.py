"""Lanes: the ways out side by side. How they share the mail, which one is set aside, when none is left.

Each lane counts what it has begun, divided by its weight; it begins another message only while it is not
ahead of those that compete with it. Who waits for their limits, is in trouble, or has been silent for a while
does not compete, and comes back level with the others instead of catching up.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailer.deliver.brakes import Streak
from mailer.deliver.ports import Clock, Permits, Way

HALT_S = 900.0  # before a relay that somebody must mend is tried again: by one message, not by all at once
_SILENT_S = 5.0
_ROUNDING = 1e-9


@dataclass(slots=True, kw_only=True, eq=False)
class Lane:
    """A way out with its limits and its part of the mail; and how it stands, on the monotonic clock."""

    name: str
    way: Way
    permits: Permits
    weight: int = 1
    share: float = 0.0  # messages begun, over the weight
    open: int = 0  # connections
    ailing: bool = False  # in trouble since its last success
    aside: bool = False  # no connection is left: whoever watches was told
    halted: float | None = None  # since when somebody must mend it
    again: float = 0.0  # when a halted one may be tried
    limited: float = 0.0  # until when its limits let nothing leave
    level: bool = False  # has not competed: takes the others' share when it is back
    alive: float = 0.0  # when something last went well, or nothing could
    moved: float = float("-inf")  # when it last began or ended a message
    streak: Streak = field(default_factory=Streak)
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)  # one of its connections waits for a turn


class Lanes:
    """The lanes of one run."""

    def __init__(self, lanes: Sequence[Lane], clock: Clock) -> None:
        self.all = tuple(lanes)
        self._clock = clock
        self._alone = len(self.all) == 1
        now = clock.monotonic()
        for lane in self.all:
            lane.open, lane.alive, lane.gate = 0, now, asyncio.Lock()

    @property
    def connections(self) -> int:
        """Of all of them."""
        return sum(lane.way.connections for lane in self.all)

    @property
    def simple(self) -> bool:
        """Whether nobody ever waits for a turn: one lane, no limits."""
        return self._alone and self.all[0].permits.free

    def wait(self, lane: Lane) -> float:
        """0: `lane` may ask for a permit now; else the seconds after which to look again."""
        now = self._clock.monotonic()
        if lane.halted is not None and now < lane.again:
            return lane.again - now
        if now < lane.limited:
            return lane.limited - now
        if self._alone:
            return 0.0
        return self._wait_for_others(lane, now)

    def _wait_for_others(self, lane: Lane, now: float) -> float:
        shares = [other.share for other in self.all if other is not lane and _competes(other, now)]
        if not shares:
            return 0.0
        least = min(shares)
        if lane.level or now - lane.moved > _SILENT_S:
            lane.share, lane.level = max(lane.share, least), False
        return 0.0 if lane.share <= least + _ROUNDING else _SILENT_S

    def began(self, lane: Lane) -> None:
        """A turn was given."""
        lane.share += 1 / lane.weight
        lane.moved = now = self._clock.monotonic()
        if lane.halted is not None:
            lane.again = now + HALT_S  # this one message tries for all

    def gave_back(self, lane: Lane) -> None:
        """It was not used."""
        lane.share -= 1 / lane.weight
        lane.limited = 0.0

    def is_limited(self, lane: Lane, wait: float) -> None:
        """Nothing may leave through it for a while: that is no fault of its own."""
        lane.limited = self._clock.monotonic() + wait
        lane.level = True

    def waited(self, lane: Lane) -> None:
        """To wait for one's limits is no trouble: patience begins anew."""
        lane.alive = self._clock.monotonic()

    def worked(self, lane: Lane, since: float) -> bool:
        """A message that was begun at `since` was judged; whether the lane is back from having been aside."""
        now = self._clock.monotonic()
        lane.alive = lane.moved = now
        if lane.halted is not None:
            if since < lane.halted:
                return False  # begun before: it says nothing of now
            lane.halted = None
        lane.ailing = False
        back, lane.aside = lane.aside, False
        return back

    def troubled(self, lane: Lane, *, halt: bool) -> bool:
        """It is at fault; whether that is news."""
        lane.ailing = lane.level = True
        if halt:
            lane.halted = now = self._clock.monotonic()
            lane.again = now + HALT_S
        if lane.aside or (lane.open and not halt):
            return False
        lane.aside = True
        return True

    @property
    def halted(self) -> bool:
        """Whether somebody must mend every one."""
        return all(lane.halted is not None for lane in self.all)

    def lost(self, patience: float) -> bool:
        """Whether none has worked for `patience` seconds."""
        now = self._clock.monotonic()
        return all(lane.ailing and now - lane.alive > patience for lane in self.all)

    def woke(self) -> None:
        """The machine had been asleep: no fault of the network."""
        now = self._clock.monotonic()
        for lane in self.all:
            lane.alive = now


def _competes(lane: Lane, now: float) -> bool:
    """Whether others wait for it: it works, or could at once."""
    if lane.ailing or lane.halted is not None or now < lane.limited:
        return False
    return now - lane.moved <= _SILENT_S or lane.gate.locked()


def lasts(permits: Sequence[Permits], count: int) -> float:
    """Seconds until the last of `count` messages may leave, each lane carrying what its limits allow."""
    if any(one.free for one in permits):
        return 0.0
    rate = sum(one.rate for one in permits)
    return max((one.lasts(math.ceil(count * one.rate / rate)) for one in permits), default=0.0)
