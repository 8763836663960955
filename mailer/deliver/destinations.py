"""Destinations: the groups of recipients behind one provider, those that want fewer messages than we have.

A provider that says "slower" (Outcome.slow) is left alone for a while, twice as long each time, then written
to through half as many connections, and slowly more again. Its people lose no attempt and hold nobody up:
some wait here, the others in the ledger. Groups may also have limits of their own. All others cost nothing.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailer.deliver.feed import Job
from mailer.deliver.ports import Clock, Permits
from mailer.model import Recipient

FIRST_PAUSE_S, LONGEST_PAUSE_S = 30.0, 900.0
FIRST_BLOCKED_S, LONGEST_BLOCKED_S = 900.0, 4 * 3600.0  # a provider that does not want our mail at all
MOST_WAITING = 256  # people in memory, of all groups together
_GROWS_AFTER = 20  # messages accepted, for one connection more
_SOON_S = 60.0  # who may go sooner than this waits here
_STEP_S = 15.0  # between two moments at which some of them come back together
_LATER = timedelta(minutes=15)  # nobody rests in the ledger for longer without being asked again
_LAST = timedelta(minutes=5)  # before the campaign's end: then they are tried whatever it is


@dataclass(slots=True, kw_only=True)
class Group:
    """A group that is treated with care. `most` connections, 0 for as many as there are."""

    most: int = 0
    permits: Permits | None = None
    configured: int = 0  # connections it may have at best, 0 for any number
    busy: int = 0  # of its people on their way
    coming: int = 0  # who waited here and are about to be
    pause: float = 0.0  # seconds, of the last one
    until: float = 0.0  # it rests, on the monotonic clock
    limited: float = 0.0  # its own limits let nothing leave until then
    accepted: int = 0  # since it last grew
    queue_end: float = 0.0  # when the last of those in the ledger may go
    waiting: deque[Job] = field(default_factory=deque)

    @property
    def plain(self) -> bool:
        """Whether it needs no care any more."""
        return not (self.most or self.permits or self.waiting or self.coming or self.busy)


def own_domain(domain: str) -> str:
    """The group of a domain, where nothing is known of providers: itself."""
    return domain


class Destinations:
    """Who may be written to now, by group; lives as long as the process carries the campaign."""

    def __init__(
        self,
        clock: Clock,
        group_of: Callable[[str], str] = own_domain,
        groups: Mapping[str, Group] | None = None,
    ) -> None:
        """`groups` are those with limits of their own."""
        self._clock = clock
        self._group_of = group_of
        self._groups: dict[str, Group] = dict(groups or {})
        self._connections = 1
        self._changed = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether everybody may be written to."""
        return not self._groups

    def begin(self, connections: int) -> None:
        """A new run: nobody waits, nobody is on their way."""
        self._connections = connections
        self._changed = asyncio.Event()
        for group in self._groups.values():
            group.waiting.clear()
            group.busy = group.coming = 0

    async def close(self) -> None:
        """Give back the permits that were taken in advance."""
        for group in self._groups.values():
            if group.permits is not None:
                await group.permits.close()

    # --- one person ------------------------------------------------------------------------

    async def admits(self, job: Job) -> bool:
        """Whether they may be written to now; if not, they are to be set aside."""
        group = self._groups.get(name := self._name(job))
        released, job.released = job.released, False
        if group is None:
            return True
        if released:
            group.coming -= 1
            self._changed.set()
        now = self._clock.monotonic()
        if now < group.until or now < group.limited:
            return False
        if group.most and group.busy + group.coming >= group.most:
            return False
        group.busy += 1
        if group.permits is not None and (wait := await group.permits.take()) > 0:
            group.busy -= 1
            group.limited = self._clock.monotonic() + wait
            return False
        job.group = name
        return True

    def leaves(self, job: Job) -> None:
        """Their message leaves now."""
        if (permits := self._groups[job.group].permits) is not None:
            permits.left()

    def through(self, job: Job, *, accepted: bool) -> None:
        """Their turn is over, used up if their message has `left`."""
        group = self._groups[job.group]
        group.busy -= 1
        if group.permits is not None and not job.left:
            group.permits.give_back()
        if accepted and self._clock.monotonic() >= group.until:
            self._grows(group)
        if group.plain:
            del self._groups[job.group]
        job.group = ""
        self._changed.set()

    def slower(self, job: Job, others: Iterable[Job], *, blocked: bool = False) -> None:
        """Their provider wants fewer messages than with all the `others` that are on their way now, or none
        for a while (`blocked`)."""
        name = self._name(job)
        if (group := self._groups.get(name)) is None:
            group = self._groups[name] = Group()
            for one in (job, *others):
                if self._name(one) == name:
                    one.group = name
                    group.busy += 1
        now = self._clock.monotonic()
        if now < group.until:
            return  # said to several at the same time: once is enough
        first, longest = (FIRST_BLOCKED_S, LONGEST_BLOCKED_S) if blocked else (FIRST_PAUSE_S, LONGEST_PAUSE_S)
        group.pause = min(max(group.pause * 2, first), longest)
        group.until = now + group.pause
        group.most = max(1, min(group.busy, group.most or self._connections) // 2)
        group.accepted = 0

    def _grows(self, group: Group) -> None:
        group.pause = 0.0
        group.accepted += 1
        if not group.most or group.most == group.configured or group.accepted < _GROWS_AFTER:
            return
        group.accepted = 0
        group.most += 1
        if group.most >= self._connections and not group.configured:
            group.most = 0  # like any other

    def _name(self, job: Job) -> str:
        recipient = job.recipient
        assert isinstance(recipient, Recipient)
        return self._group_of(recipient.email.rpartition("@")[2])

    # --- those who wait ----------------------------------------------------------------------

    def set_aside(self, job: Job, expires: datetime) -> datetime | None:
        """They wait here (None), or in the ledger until the moment that is returned."""
        group = self._groups.get(self._name(job))
        assert group is not None
        now = self._clock.monotonic()
        begins = max(group.until, group.limited, now)
        waiting = sum(len(each.waiting) for each in self._groups.values())
        if waiting < MOST_WAITING and begins - now <= _SOON_S:
            group.waiting.append(job)
            self._changed.set()
            return None
        return self._due(group, begins, now, expires)

    def _due(self, group: Group, begins: float, now: float, expires: datetime) -> datetime:
        """One after the other, at the speed that the group bears, so that they do not come back in vain."""
        each = 1 / (group.most or 1)  # a second a message and connection, until it shows its own
        if group.permits is not None:
            each = max(each, 1 / group.permits.rate)
        group.queue_end = max(group.queue_end, begins, now + _SOON_S) + each
        steps = math.ceil(group.queue_end / _STEP_S) * _STEP_S
        instant = self._clock.now()
        due = instant + max(min(timedelta(seconds=steps - now), _LATER), timedelta(seconds=begins - now))
        return max(min(due, expires - _LAST), instant + timedelta(seconds=FIRST_PAUSE_S))

    async def release(self, give_back: Callable[[Job], None]) -> None:
        """For ever: whoever waits here goes back to the others as soon as their group may be written to."""
        while True:
            self._changed.clear()
            wait = min((self._release(group, give_back) for group in self._groups.values()), default=None)
            changed = asyncio.ensure_future(self._changed.wait())
            if wait is None:
                await changed
                continue
            sleeping = asyncio.ensure_future(self._clock.sleep(wait))
            await asyncio.wait({changed, sleeping}, return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
            sleeping.cancel()

    def _release(self, group: Group, give_back: Callable[[Job], None]) -> float:
        """Seconds after which to look at it again."""
        rests = max(group.until, group.limited) - self._clock.monotonic()
        if not group.waiting:
            return LONGEST_PAUSE_S
        if rests > 0:
            return rests
        room = group.most or len(group.waiting) + group.busy + group.coming
        free = room - group.busy - group.coming
        if group.permits is not None:  # one after the other, until there is none left
            free = min(free, 1 - group.coming)
        for _ in range(min(free, len(group.waiting))):
            job = group.waiting.popleft()
            job.released = True
            group.coming += 1
            give_back(job)
        return LONGEST_PAUSE_S
