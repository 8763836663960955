"""The pump: one run over one campaign, by as many workers as there may be connections.

It knows no SMTP and no SQL; it decides how fast, for how long, and when to stop before a fault of ours
reaches everybody.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mailer.deliver.feed import Feed, Job
from mailer.deliver.pace import Pace
from mailer.deliver.ports import Clock, Ledger, Sign, Way, Writer
from mailer.deliver.retry import next_attempt
from mailer.deliver.turns import Turns
from mailer.deliver.worker import Worker
from mailer.delivery import Kind, Outcome, Tally
from mailer.errors import LaterError, MailerError
from mailer.words import Text

MOST_UNKNOWN = 20  # P2: more is not bad luck
MOST_CONTENT = 5  # refusals of the content in a row: the next ones would be refused too
PATIENCE_S = 900.0  # without any connection: then the person may have the terminal back
_TICK_S = 1.0
_ASLEEP_S = 60.0  # between two ticks
_BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


class End(StrEnum):
    """Why a run is over."""

    DONE = "done"  # nobody is left to be tried
    LATER = "later"  # somebody is: at `until`, or when the way out is mended by itself
    PAUSED = "paused"  # `reason` says why: somebody must act
    HALTED = "halted"  # another command paused or cancelled the campaign
    STOPPED = "stopped"  # asked to
    EXPIRED = "expired"  # the campaign's time is over
    LIMIT = "limit"  # as many messages as were asked for have left


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a run ended. `outcome` is what made it pause or wait, if one did."""

    end: End
    tally: Tally
    until: datetime | None = None
    reason: str = ""
    outcome: Outcome | None = None


class Pump:
    """One run: made, run once, thrown away."""

    def __init__(
        self,
        ledger: Ledger,
        way: Way,
        writer: Writer,
        pace: Pace,
        clock: Clock,
        *,
        expires: datetime,
        sign: Sign | None = None,
        limit: int = 0,
        patience: float = PATIENCE_S,
        progress: Callable[[Tally], None] | None = None,
        troubled: Callable[[Outcome], None] | None = None,
    ) -> None:
        """`sign`: None when the relay signs. `limit`: messages of this run, 0 for all; `patience` in seconds.

        `progress` sees each outcome, `troubled` each fault of the way out after which it is tried again.
        """
        self.ledger, self.way, self.writer, self.clock = ledger, way, writer, clock
        self.sign = sign
        self.feed = Feed(ledger, clock, ahead=way.connections, again=self._again)
        self._turns = Turns(pace, clock, limit)
        self._expires = expires
        self._patience = patience
        self._progress = progress
        self._troubled = troubled
        self._tally = Tally()
        self._content = 0  # refusals of the content in a row
        self._alive = clock.monotonic()  # when something last went well
        self._open = 0
        self._result: Result | None = None

    def stop(self) -> None:
        """Finish what is in flight, begin nothing more (P12)."""
        self._finish(End.STOPPED)

    async def run(self) -> Result:
        """Send, to one of the ends of `End`. Raises `LaterError` when the ledger cannot be written."""
        self._tally = await self.ledger.tally()
        self._alive = self.clock.monotonic()
        workers = self.way.connections
        watching = asyncio.create_task(self._watch())
        feeding = asyncio.create_task(self.feed.run(workers))
        working = [asyncio.create_task(Worker(self).work()) for _ in range(workers)]
        try:
            await _all(watching, feeding, *working)
        finally:
            for task in (watching, feeding, *working):
                task.cancel()
            await asyncio.gather(watching, feeding, *working, return_exceptions=True)
        await self.feed.close()
        return await self._conclusion()

    async def _conclusion(self) -> Result:
        """P5, before anything is said."""
        tally = await self.ledger.tally()
        if not tally.balanced:
            counts = " ".join(f"{name}={count}" for name, count in tally.as_json().items())
            raise MailerError(
                Text(
                    "The ledger does not add up ({counts}): nothing more is sent. Keep the database as it is "
                    "and report this.",
                    counts=counts,
                )
            )
        if self._result is not None:
            return replace(self._result, tally=tally)
        if tally.left or tally.in_flight:
            return Result(end=End.LATER, tally=tally, until=await self.ledger.next_due())
        return Result(end=End.DONE, tally=tally)

    def _finish(self, end: End, *, reason: str = "", outcome: Outcome | None = None) -> None:
        """The first reason to end is the one that is told."""
        if self._result is None:
            self._result = Result(end=end, tally=self._tally, reason=reason, outcome=outcome)
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
                self._alive = seen
            with contextlib.suppress(LaterError):  # somebody keeps the database locked: asked again
                status = await self.ledger.status()
                if status != "running":
                    self._finish(End.HALTED, reason=status)

    # --- what the workers share ----------------------------------------------------------

    async def turn(self) -> float | None:
        """Wait until one more message may leave; its instant, or None when none may."""
        taken = await self._turns.take(lambda: self.feed.stopping, self._rest)
        # To wait for one's turn is no fault of the way out.
        self._alive = max(self._alive, self._turns.waited)
        if self._turns.through:
            self._finish(End.LIMIT)
        return taken

    def returned(self, taken: float) -> None:
        """The turn was not used."""
        self._turns.returned(taken)

    def connected(self) -> None:
        """One more connection is open: that alone brings nobody's message away."""
        self._open += 1

    def disconnected(self) -> None:
        """One less."""
        self._open -= 1

    async def trouble(self, outcome: Outcome, times: int) -> None:
        """The way out is at fault: pause if somebody must act, else wait a little longer each time.

        While other connections work, a server that refuses this one again has had enough of them: it rests
        for long.
        """
        if outcome.halt:
            self._finish(End.PAUSED, reason=outcome.reason, outcome=outcome)
        elif self.clock.monotonic() - self._alive > self._patience:
            self._finish(End.LATER, reason=outcome.reason, outcome=outcome)
        else:
            if self._troubled is not None:
                self._troubled(outcome)
            enough = self._open and (times > 1 or outcome.code)
            await self._rest(_BACKOFF_S[-1 if enough else min(times, len(_BACKOFF_S)) - 1])

    async def _rest(self, seconds: float) -> None:
        """Sleep, but no longer than the run."""
        stopping = asyncio.ensure_future(self.feed.ended.wait())
        sleeping = asyncio.ensure_future(self.clock.sleep(seconds))
        await asyncio.wait({stopping, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        sleeping.cancel()

    def judged(self, job: Job, outcome: Outcome) -> "asyncio.Future[None]":
        """An attempt is over: asked to be settled, counted, and thought about."""
        due = None
        if outcome.kind is Kind.DEFERRED:
            due = next_attempt(self.clock.now(), job.turn.attempts + 1, outcome.code, self._expires)
            if due is None:
                outcome = replace(outcome, kind=Kind.REFUSED, reason="expired")
        settling = self.ledger.settle(job.turn, outcome, due)
        self._turns.used()
        self._alive = self.clock.monotonic()
        self._count(**{str(outcome.kind): 1}, pending=-1)
        self._brake(outcome)
        return settling

    def excluded(self) -> None:
        """One more is not to be written to."""
        self._count(excluded=1, pending=-1)

    def _again(self, people: int) -> None:
        moved = min(people, self._tally.deferred)  # some had their turn given back in an earlier run
        self._count(deferred=-moved, pending=moved)

    def _brake(self, outcome: Outcome) -> None:
        """Stop before a fault of ours reaches everybody."""
        if self._tally.unknown >= MOST_UNKNOWN and outcome.kind is Kind.UNKNOWN:
            self._finish(End.PAUSED, reason="unknown", outcome=outcome)
        if outcome.kind is Kind.SENT:
            self._content = 0
        elif outcome.kind is Kind.REFUSED and outcome.reason == "content":
            self._content += 1
            if self._content >= MOST_CONTENT:
                self._finish(End.PAUSED, reason="content", outcome=outcome)

    def _count(self, **changes: int) -> None:
        self._tally += Tally(**changes)
        if self._progress is not None:
            self._progress(self._tally)


async def _all(watching: "asyncio.Task[None]", *tasks: "asyncio.Task[None]") -> None:
    """Until all `tasks` are done; the first that fails, or who watches them, is raised at once."""
    pending: set[asyncio.Task[None]] = set(tasks)
    while pending:
        done, _ = await asyncio.wait({watching, *pending}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if (fault := task.exception()) is not None:
                raise fault
        pending -= done
