"""A worker: one connection of a lane, and one recipient after the other through it.

The order is the promise: a turn of the lane, a recipient whose provider is not resting, a connection, a look
at most 100 ms old (P10), the message; then the transport asks the server, waits for the signatures, marks
(which looks again) and sends; the outcome is asked to be settled before anything of the next message is
written, and is committed with or before its mark (P2).
"""

import asyncio
from dataclasses import replace
from typing import Protocol

from mailer.deliver.feed import Feed, Job
from mailer.deliver.lanes import Lane
from mailer.deliver.ports import Clock, Connection, Ledger, Sign, Writer
from mailer.delivery import Kind, Outcome, Phase
from mailer.errors import RenderError
from mailer.model import Message

FRESH_S = 0.1  # how old a look may be when MAIL is written (P10)
_IDLE_S = 20.0  # servers close a connection that says nothing for longer
_TRIES = 3  # of one recipient at whom the server hangs up
_AT_RECIPIENT = frozenset({Phase.RCPT, Phase.DATA, Phase.DOT})


class Run(Protocol):
    """What the workers of one run share (see `pump`)."""

    ledger: Ledger
    writer: Writer
    sign: Sign | None
    clock: Clock
    feed: Feed

    async def turn(self, lane: Lane) -> bool:
        """Wait until one more message may leave through the lane; False when none may."""

    def returned(self, lane: Lane, *, left: bool = False) -> None:
        """The turn was not used, though its message may have left."""

    async def admits(self, job: Job) -> bool:
        """Whether their provider wants them now; else they are set aside."""

    async def slowed(self, lane: Lane, job: Job, outcome: Outcome, begun: float) -> None:
        """Their provider asks for fewer messages: nobody's fault, they are set aside."""

    def leaves(self, lane: Lane, job: Job) -> None:
        """The message of this turn leaves now."""

    async def trouble(self, lane: Lane, outcome: Outcome, times: int) -> None:
        """The lane is at fault, for this worker `times` in a row: end the run, set it aside, or wait."""

    def judged(self, lane: Lane, job: Job, outcome: Outcome, begun: float) -> "asyncio.Future[None]":
        """An attempt that began at `begun` is over: settle it, count it."""

    def excluded(self) -> None:
        """One more is not to be written to."""

    def through(self, job: Job, *, accepted: bool) -> None:
        """Of a group that is treated with care: this turn is over."""


class Worker:
    """Takes jobs from the feed until it gives no more."""

    def __init__(self, run: Run, lane: Lane) -> None:
        self._run = run
        self._lane = lane
        self._connection: Connection | None = None
        self._used = 0.0
        self._begun = 0.0
        self._troubles = 0  # in a row
        self._settling: asyncio.Future[None] | None = None
        self.job: Job | None = None  # in hand

    async def work(self) -> None:
        """To the end of the run. Raises what keeps the ledger from being written."""
        run = self._run
        try:
            while await run.turn(self._lane):
                self.job = job = await self._next()
                if job is None:
                    run.returned(self._lane)
                    break
                self._begun = run.clock.monotonic()
                if await self._ready(job):
                    await self._serve(job)
        finally:
            await self._hang_up()
        await self._settled()

    async def _next(self) -> Job | None:
        """Who is to be written to next; those who are not, or not now, are dealt with on the way."""
        run = self._run
        while (job := await run.feed.next()) is not None:
            if isinstance(job.recipient, str):
                await self._exclude(job, job.recipient)
            elif await run.admits(job):
                return job
        return None

    async def _ready(self, job: Job) -> bool:
        """Whether there is a connection; the job is given back when there is none."""
        run = self._run
        if self._connection is not None and self._begun - self._used > _IDLE_S:
            await self._hang_up()
        if self._connection is not None:
            return True
        opened = await self._lane.way.open()
        if isinstance(opened, Outcome):
            await self._trouble(job, opened)
            return False
        self._lane.open += 1
        self._connection = opened
        self._used = run.clock.monotonic()
        if run.feed.stopping:  # meanwhile: nothing more is to begin
            self._give_back(job)
            return False
        return True

    async def _trouble(self, job: Job, outcome: Outcome) -> None:
        self._give_back(job)
        self._troubles += 1
        await self._run.trouble(self._lane, outcome, self._troubles)

    def _give_back(self, job: Job) -> None:
        """Nothing was decided about them: somebody else may take them."""
        self._turn_back(job)
        self._run.feed.give_back(job)

    def _turn_back(self, job: Job) -> None:
        """Nothing was decided in this turn."""
        self._run.returned(self._lane, left=job.left)
        self._through(job)

    def _through(self, job: Job, *, accepted: bool = False) -> None:
        if job.group:
            self._run.through(job, accepted=accepted)
        job.left = False
        self.job = None

    async def _hang_up(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._lane.open -= 1
            await connection.close()

    async def _serve(self, job: Job) -> None:
        connection = self._connection
        assert connection is not None
        message = await self._message(job)
        if message is None:
            self._turn_back(job)
            return
        # Begun now, needed after the 354: signatures are made while the server is asked.
        signing = self._run.sign(message) if self._run.sign is not None else None
        if signing is not None:
            message = signing.message
        refused = ""

        async def mark() -> Message | None:
            nonlocal refused
            leaving = message if signing is None else await signing
            self._check_settled()
            refused = await self._run.ledger.mark(job.turn, message.recipient)
            self._check_settled()
            if refused:
                return None
            self._run.leaves(self._lane, job)
            return leaving

        outcome = await connection.send(message, mark)
        self._used = self._run.clock.monotonic()
        if outcome.lost:
            await self._hang_up()
        if refused:
            await self._unmarked(job, refused)
        elif outcome.kind is Kind.UNTRIED:
            await self._untried(job, outcome)
        else:
            await self._settle(job, outcome)

    async def _message(self, job: Job) -> Message | None:
        """The message as of this instant; None when they are not to be written to, which is settled.

        A look may itself take longer than it stays fresh: then it is the same person who must be found again.
        """
        run, recipient, looked = self._run, job.recipient, job.looked
        message, written_to = None, None
        while True:
            if run.clock.monotonic() - looked > FRESH_S:
                looked = run.clock.monotonic()
                [recipient] = await run.ledger.look([job.turn])
            if isinstance(recipient, str):
                await self._exclude(job, recipient)
                return None
            if message is not None and recipient == written_to:
                return message
            try:
                message, written_to = run.writer.write(recipient, run.clock.now()), recipient
            except RenderError:
                await self._exclude(job, "render")
                return None

    async def _exclude(self, job: Job, reason: str) -> None:
        self._run.excluded()
        await self._run.ledger.exclude(job.turn, reason)
        await self._run.feed.done(job)

    async def _unmarked(self, job: Job, refused: str) -> None:
        """They left within this very instant, or the slice is another's: then it is not ours to say."""
        self._turn_back(job)
        [now] = await self._run.ledger.look([job.turn])
        if isinstance(now, str):
            await self._exclude(job, now)
        elif refused == "duplicate":
            await self._exclude(job, refused)
        else:
            await self._run.feed.done(job)

    async def _settle(self, job: Job, outcome: Outcome) -> None:
        await self._settled()  # with a mark between, it is on disk already
        self._troubles = 0
        self._settling = self._run.judged(self._lane, job, outcome, self._begun)
        self._through(job, accepted=outcome.kind is Kind.SENT)
        await self._run.feed.done(job)

    async def _untried(self, job: Job, outcome: Outcome) -> None:
        """Nothing was decided about them: given back, unless the server hangs up at them each time."""
        await self._run.ledger.settle(job.turn, outcome, None)
        if outcome.slow:
            await self._run.slowed(self._lane, job, outcome, self._begun)
            self.job, job.left = None, False
            return
        job.tries += outcome.lost and outcome.phase in _AT_RECIPIENT
        if job.tries >= _TRIES and not outcome.halt:
            await self._settle(job, replace(outcome, kind=Kind.DEFERRED, reason="hangs-up"))
        elif outcome.reason == "reconnect":  # so many on one connection, and no fault: another one at once
            self._give_back(job)
        else:
            await self._trouble(job, outcome)

    async def _settled(self) -> None:
        if self._settling is not None:
            await self._settling

    def _check_settled(self) -> None:
        """An outcome that is not on disk: nothing more may leave through this connection."""
        if self._settling is not None and self._settling.done():
            self._settling.result()
