"""The pump's ledger: the store's verbs of one campaign.

What changes goes through a clerk, in groups. A look is made at once, in the event loop's own thread and on
a connection of its own: 25 µs, less than it costs to hand it over. Where it waits for a network, a second
clerk has it made in a thread of its own.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from mailer.deliver.pace import Limits
from mailer.delivery import Granted, Kind, Outcome, Tally, Turn
from mailer.errors import LaterError
from mailer.model import Recipient
from mailer.store.clerk import Clerk
from mailer.store.driver import RuleError
from mailer.store.store import Store

T = TypeVar("T")


class Reader:
    """A store that is only read: here, or in another thread where it is far away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clerk = Clerk(store, Store.glance) if store.remote else None

    @property
    def shared(self) -> bool:
        """Whether others may be sending from it at the same time."""
        return self._store.remote

    async def ask(self, act: Callable[[Store], T]) -> T:
        """What `act` finds, all of it as of one instant."""
        if self._clerk is not None:
            return await self._clerk.ask(act, again=act)
        with self._store.glance():
            return act(self._store)

    async def close(self) -> None:
        """Close the store."""
        if self._clerk is not None:
            await self._clerk.close()
        else:
            self._store.close()


class CampaignLedger:
    """`mailer.deliver.ports.Ledger` over a store."""

    def __init__(self, writer: Clerk, reader: Reader, campaign: str, owner: str) -> None:
        self._writer = writer
        self._reader = reader
        self._campaign = campaign
        self._owner = owner
        self._held: set[tuple[int, int]] = set()  # slices: number, fence
        self._first = False

    async def recover(self) -> None:
        """What senders that are dead have left is unknown, or anybody's."""

        def recovered(store: Store) -> None:
            store.ledger.recover(self._campaign)

        await self._writer.ask(recovered, again=recovered)

    async def has_first(self) -> bool:
        """Whether this sender, and no other, writes to the first ones of a campaign that is held."""

        def has_first(store: Store) -> bool:
            return store.ledger.has_first(self._campaign)

        self._first = await self._writer.ask(has_first, again=has_first)
        return self._first

    def for_all(self) -> None:
        """The first ones are through: everybody may send."""
        self._first = False

    async def status(self) -> str:
        found = await self._reader.ask(lambda store: store.campaigns.by_id(self._campaign))
        return found.status if found else "cancelled"

    async def claim(self) -> Sequence[Turn] | None:
        # Asked again, it may leave a slice that nobody knows to be held: nobody renews it either.
        turns = await self._writer.ask(self._claim, again=self._claim)
        if turns:
            self._held.add((turns[0].slice, turns[0].fence))
        return turns

    def _claim(self, store: Store) -> list[Turn] | None:
        return store.ledger.claim(self._campaign, self._owner)

    async def keep_leases(self, every: float) -> None:
        """A sign of life for the slices held, each `every` seconds; for ever."""
        while True:
            await asyncio.sleep(every)
            with contextlib.suppress(LaterError):  # away: the lease lasts a little longer than that
                lost = await self._writer.ask(self._renew, again=self._renew)
                self._held.difference_update(lost)

    def _renew(self, store: Store) -> list[tuple[int, int]]:
        return store.ledger.renew(self._campaign, sorted(self._held))

    async def look(self, turns: Sequence[Turn]) -> Sequence[Recipient | str]:
        return await self._reader.ask(lambda store: store.ledger.look(turns))

    async def mark(self, turn: Turn, email: str) -> str:
        if self._first and not await self.has_first():  # the connection was lost, and another sender has it
            return "stopped"
        try:
            marked = await self._writer.ask_with(_mark, (turn, email), again=_mark_again)
        except RuleError:
            return "duplicate"
        return "" if marked else "stopped"

    def settle(self, turn: Turn, outcome: Outcome, due_at: datetime | None) -> "asyncio.Future[None]":
        def settled(store: Store) -> None:
            store.ledger.settle(turn, outcome, due_at)

        # Each changes a row only from the state it expects: asked again, it does no harm.
        if outcome.kind is Kind.SENT:
            return self._writer.ask_with(_sent, (turn, outcome), again=_sent)
        return self._writer.ask(settled, again=settled)

    async def exclude(self, turn: Turn, reason: str) -> None:
        def excluded(store: Store) -> None:
            store.ledger.exclude(turn, reason)

        await self._writer.ask(excluded, again=excluded)

    async def postpone(self, turn: Turn, due_at: datetime) -> None:
        def postponed(store: Store) -> None:
            store.ledger.postpone(turn, due_at)

        await self._writer.ask(postponed, again=postponed)

    async def close(self, number: int, fence: int) -> None:
        def closed(store: Store) -> None:
            store.ledger.close(self._campaign, number, fence)

        await self._writer.ask(closed, again=closed)
        self._held.discard((number, fence))

    async def next_due(self) -> datetime | None:
        return await self._reader.ask(lambda store: store.ledger.next_due(self._campaign))

    async def waves(self) -> dict[int, Tally]:
        """By the writer: its own outcomes are counted, asked for before."""
        return await self._writer.ask(self._waves, again=self._waves)

    def _waves(self, store: Store) -> dict[int, Tally]:
        return {wave.number: wave.tally for wave in store.campaigns.waves(self._campaign)}


class BucketRates:
    """`mailer.deliver.permits.Rates` over a store: one bucket's count.

    When nobody knows whether an answer is kept, permits are counted once too often, never too seldom.
    """

    def __init__(self, writer: Clerk, bucket: str, limits: Limits) -> None:
        self._writer = writer
        self._bucket = bucket
        self._windows = limits.windows()

    async def take(self, want: int, known: int) -> Granted:
        def taken(store: Store) -> Granted:
            return store.rates.take(self._bucket, self._windows, want, known)

        return await self._writer.ask(taken, again=taken)

    async def give_back(self, at: int, count: int) -> None:
        with contextlib.suppress(LaterError):  # then they are counted as used
            await self._writer.ask(
                lambda store: store.rates.give_back(self._bucket, self._windows, at, count)
            )


def _mark(store: Store, turns: list[tuple[Turn, str]]) -> list[bool]:
    return store.ledger.mark(_hashed(store, turns))


def _mark_again(store: Store, turns: list[tuple[Turn, str]]) -> list[bool]:
    return store.ledger.mark_again(_hashed(store, turns))


def _hashed(store: Store, turns: list[tuple[Turn, str]]) -> list[tuple[Turn, str]]:
    return [(turn, store.people.hash_of(email)) for turn, email in turns]


def _sent(store: Store, outcomes: list[tuple[Turn, Outcome]]) -> list[None]:
    return store.ledger.sent(outcomes)
