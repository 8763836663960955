"""A worker: one connection, and one recipient after the other through it.

The order is the promise: the turn of the pace, a connection, a look at most 100 ms old (P10), the message;
then the transport marks and sends; the outcome is asked to be settled before anything of the next message
is written, and is committed with or before its mark (P2).
"""

import asyncio
from dataclasses import replace
from typing import Protocol

from mailer.deliver.feed import Feed, Job
from mailer.deliver.ports import Clock, Connection, Ledger, Sign, Way, Writer
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
    way: Way
    writer: Writer
    sign: Sign | None
    clock: Clock
    feed: Feed

    async def turn(self) -> float | None:
        """Wait until one more message may leave; None when none may."""

    def returned(self, taken: float) -> None:
        """The turn was not used."""

    def connected(self) -> None: ...

    def disconnected(self) -> None: ...

    async def trouble(self, outcome: Outcome, times: int) -> None:
        """The way out is at fault, for this worker `times` in a row: end the run, or wait."""

    def judged(self, job: Job, outcome: Outcome) -> "asyncio.Future[None]":
        """An attempt is over: settle it, count it."""

    def excluded(self) -> None:
        """One more is not to be written to."""


class Worker:
    """Takes jobs from the feed until it gives no more."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._connection: Connection | None = None
        self._used = 0.0
        self._taken = 0.0  # the turn that is out
        self._troubles = 0  # in a row
        self._settling: asyncio.Future[None] | None = None

    async def work(self) -> None:
        """To the end of the run. Raises what keeps the ledger from being written."""
        run = self._run
        try:
            while (job := await run.feed.next()) is not None:
                if isinstance(job.recipient, str):
                    await self._exclude(job, job.recipient)
                elif (taken := await run.turn()) is None:
                    break
                else:
                    self._taken = taken
                    if await self._ready(job):
                        await self._serve(job)
        finally:
            await self._hang_up()
        await self._settled()

    async def _ready(self, job: Job) -> bool:
        """Whether there is a connection; the job is given back when there is none."""
        run = self._run
        if self._connection is not None and run.clock.monotonic() - self._used > _IDLE_S:
            await self._hang_up()
        if self._connection is not None:
            return True
        opened = await run.way.open()
        if isinstance(opened, Outcome):
            await self._give_back(job, opened)
            return False
        run.connected()
        self._connection = opened
        self._used = run.clock.monotonic()
        if run.feed.stopping:  # meanwhile: nothing more is to begin
            run.returned(self._taken)
            run.feed.give_back(job)
            return False
        return True

    async def _give_back(self, job: Job, outcome: Outcome) -> None:
        self._run.returned(self._taken)
        self._run.feed.give_back(job)
        self._troubles += 1
        await self._run.trouble(outcome, self._troubles)

    async def _hang_up(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._run.disconnected()
            await connection.close()

    async def _serve(self, job: Job) -> None:
        connection = self._connection
        assert connection is not None
        message = await self._message(job)
        if message is None:
            self._run.returned(self._taken)
            return
        refused = ""

        async def mark() -> bool:
            nonlocal refused
            self._check_settled()
            refused = await self._run.ledger.mark(job.turn, message.recipient)
            self._check_settled()
            return not refused

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

        Signing may take longer than a look stays fresh: then it is the same person who must be found again.
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
            if run.sign is not None:
                message = await run.sign(message)

    async def _exclude(self, job: Job, reason: str) -> None:
        await self._run.ledger.exclude(job.turn, reason)
        self._run.excluded()
        await self._run.feed.done(job)

    async def _unmarked(self, job: Job, refused: str) -> None:
        """They left within this very instant, or the slice is another's: then it is not ours to say."""
        self._run.returned(self._taken)
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
        self._settling = self._run.judged(job, outcome)
        await self._run.feed.done(job)

    async def _untried(self, job: Job, outcome: Outcome) -> None:
        """Nothing was decided about them: given back, unless the server hangs up at them each time."""
        await self._run.ledger.settle(job.turn, outcome, None)
        job.tries += outcome.lost and outcome.phase in _AT_RECIPIENT
        if job.tries >= _TRIES and not outcome.halt:
            await self._settle(job, replace(outcome, kind=Kind.DEFERRED, reason="hangs-up"))
            return
        await self._give_back(job, outcome)

    async def _settled(self) -> None:
        if self._settling is not None:
            await self._settling

    def _check_settled(self) -> None:
        """An outcome that is not on disk: nothing more may leave through this connection."""
        if self._settling is not None and self._settling.done():
            self._settling.result()
