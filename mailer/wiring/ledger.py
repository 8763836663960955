"""The pump's ledger: the store's verbs of one campaign, through two clerks.

One writes, in groups; the other reads on its own connection, so that a look never waits for a disk.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from mailer.delivery import Outcome, Tally, Turn
from mailer.model import Recipient
from mailer.store.clerk import Clerk
from mailer.store.sqlite import RuleError
from mailer.store.store import Store


class CampaignLedger:
    """`mailer.deliver.ports.Ledger` over a store."""

    def __init__(self, writer: Clerk, reader: Clerk, campaign: str, owner: str) -> None:
        self._writer = writer
        self._reader = reader
        self._campaign = campaign
        self._owner = owner

    async def status(self) -> str:
        found = await self._reader.ask(lambda store: store.campaigns.by_id(self._campaign))
        return found.status if found else "cancelled"

    async def claim(self) -> Sequence[Turn] | None:
        return await self._writer.ask(lambda store: store.ledger.claim(self._campaign, self._owner))

    async def look(self, turns: Sequence[Turn]) -> Sequence[Recipient | str]:
        return await self._reader.ask(lambda store: store.ledger.look(turns))

    async def mark(self, turn: Turn, email: str) -> str:
        def act(store: Store) -> bool:
            return store.ledger.mark(turn, store.people.hash_of(email))

        try:
            return "" if await self._writer.ask(act) else "stopped"
        except RuleError:
            return "duplicate"

    def settle(self, turn: Turn, outcome: Outcome, due_at: datetime | None) -> "asyncio.Future[None]":
        return self._writer.ask(lambda store: store.ledger.settle(turn, outcome, due_at))

    async def exclude(self, turn: Turn, reason: str) -> None:
        await self._writer.ask(lambda store: store.ledger.exclude(turn, reason))

    async def close(self, number: int, fence: int) -> None:
        await self._writer.ask(lambda store: store.ledger.close(self._campaign, number, fence))

    async def next_due(self) -> datetime | None:
        return await self._reader.ask(lambda store: store.ledger.next_due(self._campaign))

    async def tally(self) -> Tally:
        return await self._writer.ask(lambda store: store.campaigns.tally(self._campaign))
