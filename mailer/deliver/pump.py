"""The pump: one run over one campaign, by as many workers as there may be connections.

It knows no SMTP and no SQL; it decides how fast, for how long, and when to stop before a fault of ours
reaches everybody.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mailer.deliver.accounts import Accounts, total
from mailer.deliver.brakes import Brakes
from mailer.deliver.destinations import Destinations
from mailer.deliver.feed import Feed, Job
from mailer.deliver.lanes import Lane, Lanes
from mailer.deliver.ports import Clock, Ledger, Sign, Writer
from mailer.deliver.result import End, Result
from mailer.deliver.retry import WAITS, next_attempt, spread
from mailer.deliver.troubles import PATIENCE_S, Troubled, Troubles
from mailer.deliver.turns import Turns
from mailer.deliver.worker import Worker
from mailer.delivery import Kind, Outcome, Tally
from mailer.errors import LaterError

_TICK_S = 1.0
_ASLEEP_S = 60.0  # between two ticks


class Pump:
    """One run: made, run once, thrown away."""

    def __init__(
        self,
        ledger: Ledger,
        lanes: Sequence[Lane],
        writer: Writer,
        clock: Clock,
        *,
        expires: datetime,
        sign: Sign | None = None,
        limit: int = 0,
        patience: float = PATIENCE_S,
        waits: Sequence[timedelta] = WAITS,
        brakes: Brakes | None = None,
        destinations: Destinations | None = None,
        progress: Callable[[Tally], None] | None = None,
        troubled: Troubled | None = None,
        figures: bool = True,
        watchful: bool = False,
    ) -> None:
        """`sign`: None when the relay signs. `limit`: messages of this run, 0 for all; `patience` in seconds.
        `waits`: before the next attempt at who was put off.

        `brakes` and `destinations` outlive a run, in the process that goes on with the campaign. `progress`
        sees each outcome, `troubled` each lane that is set aside, and each that is back. `figures`: without,
        nothing is counted but before an end is told; who is stopped then tells none. `watchful`: the
        run's count is held against the ledger's at each outcome; nobody else may be sending then.
        """
        self.ledger, self.writer, self.clock, self.sign = ledger, writer, clock, sign
        self._lanes = Lanes(lanes, clock)
        connections = self._lanes.connections
        self.feed = Feed(ledger, clock, ahead=connections, again=self._again)
        self._turns = Turns(self._lanes, clock, limit, self._over)
        self._destinations = destinations or Destinations(clock)
        self._destinations.begin(connections)
        self._workers = [Worker(self, lane) for lane in self._lanes.all for _ in range(lane.way.connections)]
        self._brakes = brakes or Brakes()
        self._troubles = Troubles(self._lanes, self._brakes, patience=patience, told=troubled)
        self._accounts = Accounts(progress)
        self._expires = expires
        self._waits = waits
        self._figures = figures
        self._watchful = watchful
        self._checks: set[asyncio.Task[None]] = set()
        self._result: Result | None = None

    def stop(self) -> None:
        """Finish what is in flight, begin nothing more (P12)."""
        self._finish(End.STOPPED)

    async def run(self) -> Result:
        """Send, to one of the ends of `End`. Raises `LaterError` when the ledger cannot be written."""
        if self._figures:
            self._accounts.begin(await self.ledger.waves())
        watching = asyncio.create_task(self._watch())
        releasing = asyncio.create_task(self._destinations.release(self.feed.give_back))
        tasks = [
            asyncio.create_task(self._feed()),
            *(asyncio.create_task(one.work()) for one in self._workers),
        ]
        try:
            await _all(watching, *tasks)
            await asyncio.gather(*self._checks)
        finally:
            everyone = (watching, releasing, *tasks, *self._checks)
            for task in everyone:
                task.cancel()
            await asyncio.gather(*everyone, return_exceptions=True)
        await self.feed.close()
        return await self._conclusion()

    async def _feed(self) -> None:
        try:
            await self.feed.run(len(self._workers))
        finally:
            self._turns.wake()

    def _over(self) -> bool:
        return self.feed.stopping or self.feed.ended.is_set()

    async def _conclusion(self) -> Result:
        """P5, before anything is said; of ten million people that takes seconds."""
        if not self._figures and self._result is not None and self._result.end is End.STOPPED:
            return replace(self._result, tally=Tally())
        tally = total(await self.ledger.waves())
        limited = self._result is not None and self._result.end is End.LIMIT
        if self._result is not None and not (limited and not tally.pending):
            return replace(self._result, tally=tally)
        if tally.left or tally.in_flight:
            return Result(end=End.LATER, tally=tally, until=await self.ledger.next_due())
        return Result(end=End.DONE, tally=tally)

    def _finish(self, end: End, *, reason: str = "", outcome: Outcome | None = None, lane: str = "") -> None:
        """The first reason to end is the one that is told."""
        if self._result is None:
            tally = self._accounts.tally
            self._result = Result(end=end, tally=tally, reason=reason, outcome=outcome, lane=lane)
            self.feed.stop()
            self._turns.wake()

    async def _watch(self) -> None:
        """Once a second: what other commands want, and whether time is over."""
        seen = self.clock.monotonic()
        while True:
            if self.clock.now() >= self._expires:
                self._finish(End.EXPIRED)
            await self.clock.sleep(_TICK_S)
            slept, seen = self.clock.monotonic() - seen, self.clock.monotonic()
            if slept > _ASLEEP_S:  # the machine, where its clock counts that: no fault of the network
                self._lanes.woke()
            with contextlib.suppress(LaterError):  # somebody keeps the database locked: asked again
                status = await self.ledger.status()
                if status != "running":
                    self._finish(End.HALTED, reason=status)

    # --- what the workers share ----------------------------------------------------------

    async def turn(self, lane: Lane) -> bool:
        """Wait until one more message may leave through the lane; False when none may."""
        taken = await self._turns.take(lane)
        if not taken and self._turns.through:
            self._finish(End.LIMIT)
        return taken

    def returned(self, lane: Lane, *, left: bool = False) -> None:
        """The turn was not used, though its message may have left."""
        self._turns.returned(lane, left=left)

    def leaves(self, lane: Lane, job: Job) -> None:
        """The message of this turn leaves now."""
        job.left = True
        self._turns.leaves(lane)
        if job.group:
            self._destinations.leaves(job)

    async def admits(self, job: Job) -> bool:
        """Whether their provider wants them now; else they are set aside."""
        if self._destinations.idle or await self._destinations.admits(job):
            return True
        await self._set_aside(job)
        return False

    async def slowed(self, lane: Lane, job: Job, outcome: Outcome, begun: float) -> None:
        """Their provider asks for fewer messages: nobody's fault, they are set aside."""
        self.returned(lane, left=job.left)
        self._troubles.passed(lane, begun)
        others = [one.job for one in self._workers if one.job not in (None, job)]
        self._destinations.slower(job, others, blocked=outcome.reason == "blocked")
        if job.group:
            self._destinations.through(job, accepted=False)
        await self._set_aside(job)

    async def _set_aside(self, job: Job) -> None:
        due = self._destinations.set_aside(job, self._expires)
        if due is not None:
            self._accounts.move("pending", "deferred")
            await self.ledger.postpone(job.turn, due)
            await self.feed.done(job)

    def through(self, job: Job, *, accepted: bool) -> None:
        """Of a group that is treated with care: this turn is over."""
        self._destinations.through(job, accepted=accepted)

    async def trouble(self, lane: Lane, outcome: Outcome, times: int) -> None:
        """The lane is at fault, for this worker `times` in a row: end the run, or rest within it."""
        found = self._troubles.met(lane, outcome, times)
        self._turns.changed()
        if not isinstance(found, float):
            end, reason = found
            self._finish(end, reason=reason, outcome=outcome, lane=lane.name)
        elif found:
            stopping = asyncio.ensure_future(self.feed.ended.wait())
            sleeping = asyncio.ensure_future(self.clock.sleep(found))
            await asyncio.wait({stopping, sleeping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            sleeping.cancel()

    def judged(self, lane: Lane, job: Job, outcome: Outcome, begun: float) -> "asyncio.Future[None]":
        """An attempt that began at `begun` is over: asked to be settled, counted, and thought about."""
        due = None
        if outcome.kind is Kind.DEFERRED:
            due = self._next_attempt(job, outcome.code)
            if due is None:
                outcome = replace(outcome, kind=Kind.REFUSED, reason="expired")
        settling = self.ledger.settle(job.turn, outcome, due)
        if not job.left:
            self.leaves(lane, job)
        self._turns.used()
        self._troubles.passed(lane, begun)
        self._accounts.move("pending", outcome.kind)
        if reason := self._brakes.judged(outcome, lane.streak):
            self._finish(End.PAUSED, reason=reason, outcome=outcome, lane=lane.name)
        if self._watchful:
            check = self._accounts.check(self.ledger, self._accounts.tally, settling)
            self._checks.add(asyncio.create_task(check))
        return settling

    def _next_attempt(self, job: Job, code: int) -> datetime | None:
        attempts = job.turn.attempts + 1
        apart = spread(job.turn.subscriber, attempts)
        return next_attempt(self.clock.now(), attempts, code, self._expires, self._waits, apart)

    def excluded(self) -> None:
        """One more is not to be written to."""
        self._accounts.move("pending", "excluded")

    def _again(self, people: int) -> None:
        self._accounts.again(people)


async def _all(watching: "asyncio.Task[None]", *tasks: "asyncio.Task[None]") -> None:
    """Until all `tasks` are done; the first that fails, or who watches them, is raised at once."""
    pending: set[asyncio.Task[None]] = set(tasks)
    while pending:
        done, _ = await asyncio.wait({watching, *pending}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if (fault := task.exception()) is not None:
                raise fault
        pending -= done
