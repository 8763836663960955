"""The store's twin in memory: the rules of `store/ledger.py`, its clerk's groups, a record of what was asked.

What is asked is done in order, a whole group at a time: a group that fails has changed nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from mailer.delivery import Kind, Outcome, State, Tally, Turn
from mailer.errors import LaterError
from mailer.model import Recipient
from mailer.words import Text

_COMMIT_S = 0.003
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Row:
    """A delivery."""

    slice: int
    state: State = State.PENDING
    reason: str = ""
    attempts: int = 0
    address: str | None = None  # of the first attempt's envelope
    due: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Slice:
    """Some people who are claimed together."""

    members: tuple[int, ...]
    state: str = "waiting"  # open | done
    held: bool = False
    fence: int = 0


@dataclass(slots=True, kw_only=True)
class LedgerTwin:
    """`mailer.deliver.ports.Ledger` of one campaign.

    `emails` are the people; `gone` says why somebody is not to be written to any more. `faults` names the
    calls of a verb, counted from 1, whose group cannot be written.
    """

    emails: dict[int, str]
    now: Callable[[], datetime]
    size: int = 5  # of a slice
    gone: dict[int, str] = field(default_factory=dict)
    faults: dict[str, set[int]] = field(default_factory=dict)
    campaign: str = "running"
    slices: dict[int, Slice] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    calls: list[tuple[str, int]] = field(default_factory=list)  # verb and subscriber, in order
    looked: dict[int, float] = field(default_factory=dict)  # when, by the loop's clock
    most_held: int = 0  # slices at the same time
    _jobs: list[tuple[str, Callable[[], Any], "asyncio.Future[Any]"]] = field(default_factory=list)

    def __post_init__(self) -> None:
        people = list(self.emails)
        for number, at in enumerate(range(0, len(people), self.size), 1):
            self.slices[number] = Slice(members=tuple(people[at : at + self.size]))

    # --- what the pump asks ----------------------------------------------------------------

    async def status(self) -> str:
        return self.campaign

    async def claim(self) -> Sequence[Turn] | None:
        return await self._ask("claim", 0, self._claim)

    async def look(self, turns: Sequence[Turn]) -> Sequence[Recipient | str]:
        await asyncio.sleep(0)
        for turn in turns:
            self.calls.append(("look", turn.subscriber))
            self.looked[turn.subscriber] = asyncio.get_running_loop().time()
        return [self._look(turn) for turn in turns]

    async def mark(self, turn: Turn, email: str) -> str:
        return await self._ask("mark", turn.subscriber, lambda: self._mark(turn, email))

    def settle(self, turn: Turn, outcome: Outcome, due_at: datetime | None) -> "asyncio.Future[None]":
        return self._ask("settle", turn.subscriber, lambda: self._settle(turn, outcome, due_at))

    async def exclude(self, turn: Turn, reason: str) -> None:
        await self._ask("exclude", turn.subscriber, lambda: self._exclude(turn.subscriber, reason))

    async def close(self, number: int, fence: int) -> None:
        await self._ask("close", 0, lambda: self._close(number, fence))

    async def next_due(self) -> datetime | None:
        return min((row.due for row in self.rows.values() if row.due is not None), default=None)

    async def postpone(self, turn: Turn, due_at: datetime) -> None:
        await self._ask("postpone", turn.subscriber, lambda: self._postpone(turn, due_at))

    async def waves(self) -> dict[int, Tally]:
        self.calls.append(("waves", 0))
        return {1: await self.tally()}

    async def tally(self) -> Tally:
        counts = {state.value: 0 for state in State}
        for row in self.rows.values():
            counts[row.state] += 1
        counts["pending"] += sum(
            len(part.members) for part in self.slices.values() if part.state == "waiting"
        )
        return Tally(audience=len(self.emails), **counts)

    # --- the clerk -------------------------------------------------------------------------

    def _ask(self, verb: str, subscriber: int, act: Callable[[], T]) -> "asyncio.Future[T]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self.calls.append((verb, subscriber))
        if not self._jobs:
            loop.call_later(_COMMIT_S, self._commit)
        self._jobs.append((verb, act, future))
        return future

    def ends(self) -> None:
        """Its process ends: what was asked is done."""
        self._commit()

    def _commit(self) -> None:
        jobs, self._jobs = self._jobs, []
        # Each is counted, whether or not one before it has failed.
        broken = [self._breaks(verb) for verb, _, _ in jobs]
        for _, act, future in jobs:
            if any(broken):
                if not future.done():
                    future.set_exception(LaterError(Text("the database cannot be written")))
                    future.exception()  # read: nobody need await it
                continue
            answer = act()
            if not future.done():
                future.set_result(answer)

    def _breaks(self, verb: str) -> bool:
        left = self.faults.get(verb, set())
        self.faults[verb] = {count - 1 for count in left if count > 1}
        return 1 in left

    # --- the rules -------------------------------------------------------------------------

    def _claim(self) -> list[Turn] | None:
        self._gather_due()
        free = [
            number
            for number, part in self.slices.items()
            if not part.held and part.state in ("open", "waiting")
        ]
        if not free:
            return None
        number = min(free, key=lambda number: (self.slices[number].state == "waiting", number))
        part = self.slices[number]
        if part.state == "waiting":
            self.rows |= {subscriber: Row(slice=number) for subscriber in part.members}
        part.state, part.held, part.fence = "open", True, part.fence + 1
        self.most_held = max(self.most_held, sum(each.held for each in self.slices.values()))
        turns = [
            Turn(
                campaign="c",
                subscriber=subscriber,
                list="l",
                edition=1,
                attempts=row.attempts,
                address_hash=row.address,
                slice=number,
                fence=part.fence,
            )
            for subscriber, row in sorted(self.rows.items())
            if row.slice == number and row.state is State.PENDING
        ]
        if not turns:
            self._close(number, part.fence)
        return turns

    def _gather_due(self) -> None:
        due = [subscriber for subscriber, row in self.rows.items() if row.due and row.due <= self.now()]
        if due:
            number = max(self.slices) + 1
            self.slices[number] = Slice(members=tuple(due), state="open")
            for subscriber in due:
                row = self.rows[subscriber]
                row.state, row.slice, row.due = State.PENDING, number, None

    def _look(self, turn: Turn) -> Recipient | str:
        if turn.subscriber in self.gone:
            return self.gone[turn.subscriber]
        return Recipient(subscriber=turn.subscriber, email=self.emails[turn.subscriber], list=turn.list)

    def _mark(self, turn: Turn, email: str) -> str:
        row = self.rows[turn.subscriber]
        if (
            row.state is not State.PENDING
            or row.attempts != turn.attempts
            or row.address not in (None, email)
            or self.slices[row.slice].fence != turn.fence
            or turn.subscriber in self.gone
        ):
            return "stopped"
        if any(other.address == email for number, other in self.rows.items() if number != turn.subscriber):
            return "duplicate"
        row.state, row.attempts, row.address = State.IN_FLIGHT, row.attempts + 1, email
        return ""

    def _settle(self, turn: Turn, outcome: Outcome, due: datetime | None) -> None:
        row, attempts = self.rows[turn.subscriber], turn.attempts + 1
        marked = row.state is State.IN_FLIGHT and row.attempts == attempts
        waiting = row.state is State.PENDING and row.attempts == attempts - 1
        held = self.slices[row.slice].fence == turn.fence
        mine = marked if outcome.kind is Kind.SENT else held and (marked or waiting)
        if outcome.kind is Kind.UNTRIED:
            if marked and held:
                row.state, row.attempts = State.PENDING, row.attempts - 1
        elif mine:
            row.state, row.attempts = State(outcome.kind.value), attempts
            row.reason, row.due = outcome.reason, due

    def _postpone(self, turn: Turn, due: datetime) -> None:
        row = self.rows[turn.subscriber]
        waiting = row.state is State.PENDING and row.attempts == turn.attempts
        if waiting and self.slices[row.slice].fence == turn.fence:
            row.state, row.reason, row.due = State.DEFERRED, "slow-down", due

    def _exclude(self, subscriber: int, reason: str) -> None:
        row = self.rows[subscriber]
        if row.state in (State.PENDING, State.DEFERRED):
            row.state, row.reason, row.due = State.EXCLUDED, reason, None

    def _close(self, number: int, fence: int) -> None:
        part = self.slices[number]
        if part.fence == fence and part.state == "open":
            part.held = False
            left = any(row.slice == number and row.state is State.PENDING for row in self.rows.values())
            part.state = "open" if left else "done"

    # --- what others do --------------------------------------------------------------------

    def take_over(self) -> None:
        """The sender is dead: what it had marked is unknown, the rest is anybody's."""
        for part in self.slices.values():
            if part.state == "open":
                part.held, part.fence = False, part.fence + 1
        for row in self.rows.values():
            if row.state is State.IN_FLIGHT:
                row.state, row.reason = State.UNKNOWN, "interrupted"

    def cancel(self) -> None:
        """Another command: nobody else is to be written to."""
        self.campaign = "cancelled"
        for subscriber in self.rows:
            self._exclude(subscriber, "cancelled")
        for number, part in self.slices.items():
            if part.state == "waiting":
                part.state = "done"
                for subscriber in part.members:
                    self.rows[subscriber] = Row(slice=number, state=State.EXCLUDED, reason="cancelled")
