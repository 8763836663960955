"""A campaign that is being carried: looked at through one connection, changed through another.

As long as it is, signs of life keep what its sender holds from the others (store/leases.py).
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from mailer.delivery import Tally
from mailer.store.campaigns import Launched
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.store.visits import Stored
from mailer.wiring.ledger import CampaignLedger, Reader

_BEATS = 4  # signs of life in the time of a lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One campaign and the ways to it; what it answers is as of now."""

    public_id: str
    writer: Clerk
    reader: Reader
    ledger: CampaignLedger

    async def campaign(self) -> Launched:
        """Its course, as it is now."""
        found = await self.reader.ask(lambda store: store.campaigns.by_id(self.public_id))
        assert found is not None
        return found

    async def tally(self) -> Tally:
        """Its recipients by state."""
        return await self.reader.ask(lambda store: store.campaigns.tally(self.public_id))

    async def lists(self) -> tuple[str, ...]:
        """The slugs of its lists."""
        return tuple(await self.reader.ask(lambda store: store.campaigns.lists(self.public_id)))

    async def stored(self) -> Stored:
        """Its edition, the last one."""
        found = await self.reader.ask(lambda store: store.visits.stored(self.public_id))
        assert found is not None
        return found

    @asynccontextmanager
    async def alive(self, lease: timedelta) -> AsyncIterator[None]:
        """Meanwhile, signs of life for each slice that is held."""
        living = asyncio.create_task(self.ledger.keep_leases(lease.total_seconds() / _BEATS))
        try:
            yield
        finally:
            living.cancel()
            await asyncio.wait({living})


@asynccontextmanager
async def carried(public_id: str, opened: Callable[[], Awaitable[Store]]) -> AsyncIterator[Carried]:
    """The campaign, with what senders that are dead have left given back; `opened` makes a connection."""
    writer = Clerk(await opened(), Store.together)
    try:
        reader = Reader(await opened())
        try:
            ledger = CampaignLedger(writer, reader, public_id, f"{socket.gethostname()}:{os.getpid()}")
            await ledger.recover()
            yield Carried(public_id=public_id, writer=writer, reader=reader, ledger=ledger)
        finally:
            await reader.close()
    finally:
        await writer.close()
