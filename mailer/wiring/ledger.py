"""The pump's ledger: the store's verbs of one campaign.

What changes goes through a clerk, in groups. A look is made at once, in the event loop's own thread and on
a connection of its own: 25 µs, less than it costs to hand it over.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from mailer.delivery import Kind, Outcome, Tally, Turn
from mailer.model import Recipient
from mailer.store.clerk import Clerk
from mailer.store.driver import RuleError
from mailer.store.store import Store


class CampaignLedger:
    """`mailer.deliver.ports.Ledger` over a store."""

    def __init__(self, writer: Clerk, reader: Store, campaign: str, owner: str) -> None:
        self._writer = writer
        self._reader = reader
        self._campaign = campaign
        self._owner = owner

    async def status(self) -> str:
        found = self._reader.campaigns.by_id(self._campaign)
        return found.status if found else "cancelled"

    async def claim(self) -> Sequence[Turn] | None:
        return await self._writer.ask(lambda store: store.ledger.claim(self._campaign, self._owner))

    async def look(self, turns: Sequence[Turn]) -> Sequence[Recipient | str]:
        return self._reader.ledger.look(turns)

    async def mark(self, turn: Turn, email: str) -> str:
        hashed = self._reader.people.hash_of(email)
        try:
            return "" if await self._writer.ask_with(_mark, (turn, hashed)) else "stopped"
        except RuleError:
            return "duplicate"

    def settle(self, turn: Turn, outcome: Outcome, due_at: datetime | None) -> "asyncio.Future[None]":
        if outcome.kind is Kind.SENT:
            return self._writer.ask_with(_sent, (turn, outcome))
        return self._writer.ask(lambda store: store.ledger.settle(turn, outcome, due_at))

    async def exclude(self, turn: Turn, reason: str) -> None:
        await self._writer.ask(lambda store: store.ledger.exclude(turn, reason))

    async def close(self, number: int, fence: int) -> None:
        await self._writer.ask(lambda store: store.ledger.close(self._campaign, number, fence))

    async def next_due(self) -> datetime | None:
        return self._reader.ledger.next_due(self._campaign)

    async def tally(self) -> Tally:
        return await self._writer.ask(lambda store: store.campaigns.tally(self._campaign))


def _mark(store: Store, turns: list[tuple[Turn, str]]) -> list[bool]:
    return store.ledger.mark(turns)


def _sent(store: Store, outcomes: list[tuple[Turn, Outcome]]) -> list[None]:
    return store.ledger.sent(outcomes)
