"""The feed: claimed people, looked at in small groups just before their turn, handed to the connections."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailer.deliver.ports import Clock, Ledger
from mailer.delivery import Turn
from mailer.model import Recipient


@dataclass(slots=True, kw_only=True)
class Job:
    """One recipient on their way through a connection."""

    turn: Turn
    recipient: Recipient | str  # or why they are not to be written to
    looked: float  # when, on the monotonic clock
    tries: int = 0  # at which the server hung up, in this run
    left: bool = False  # the message of this turn has left, or was judged
    group: str = ""  # of recipients that is treated with care, while they are on their way
    released: bool = False  # they waited for their group


class Feed:
    """Holds twice `ahead` looked-at jobs, and the slices whose people are still on their way, one for each
    connection at most beside the one being handed out; however long the list is.

    `again` is told how many of a slice had been deferred: their turn has come back.
    """

    def __init__(self, ledger: Ledger, clock: Clock, *, ahead: int, again: Callable[[int], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._ahead = max(ahead, 1)
        self._again = again
        self._jobs: asyncio.Queue[Job | None] = asyncio.Queue()
        self._left: dict[tuple[int, int], int] = {}  # slice, fence -> people still on their way
        self._nudge = asyncio.Event()
        self.stopping = False
        self.ended = asyncio.Event()

    def stop(self) -> None:
        """Hand out nothing more."""
        self.stopping = True
        self._nudge.set()

    async def run(self, readers: int) -> None:
        """Claim and look until nothing is left, or until told to stop; then each reader gets None."""
        try:
            while not self.stopping:
                turns = await self._ledger.claim()
                if turns is not None:
                    await self._hand_out(turns)
                elif self._left:
                    await self._through()  # the last ones may yet be given back, or deferred for a moment
                else:
                    break
        finally:
            self.ended.set()
            for _ in range(readers):
                self._jobs.put_nowait(None)

    async def _hand_out(self, turns: Sequence[Turn]) -> None:
        if not turns:
            return
        key = (turns[0].slice, turns[0].fence)
        self._left[key] = len(turns)
        self._again(sum(turn.attempts > 0 for turn in turns))
        for at in range(0, len(turns), self._ahead):
            while self._jobs.qsize() > self._ahead and not self.stopping:
                await self._nudged()
            if self.stopping:
                return
            group = turns[at : at + self._ahead]
            looked = self._clock.monotonic()
            for turn, recipient in zip(group, await self._ledger.look(group), strict=True):
                self._jobs.put_nowait(Job(turn=turn, recipient=recipient, looked=looked))

    async def _through(self) -> None:
        while self._left and not self.stopping:
            await self._nudged()

    async def _nudged(self) -> None:
        self._nudge.clear()
        await self._nudge.wait()

    async def next(self) -> Job | None:
        """The next recipient; None when there is none left, or no more is wanted."""
        job = await self._jobs.get()
        self._nudge.set()
        return None if self.stopping else job

    def give_back(self, job: Job) -> None:
        """Nothing happened to this one: somebody else may take them, after the others."""
        if self.ended.is_set():
            return  # pending in the ledger: the next run takes them up
        self._jobs.put_nowait(job)

    async def done(self, job: Job) -> None:
        """This one is through; so is their slice if they were its last."""
        key = (job.turn.slice, job.turn.fence)
        self._left[key] -= 1
        if not self._left[key]:
            del self._left[key]
            await self._ledger.close(*key)
        self._nudge.set()

    async def close(self) -> None:
        """Let go of the slices still held: who is pending in them is anybody's."""
        for number, fence in self._left:
            await self._ledger.close(number, fence)
        self._left.clear()
