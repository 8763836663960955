"""Sending: a launched campaign carried as far as it can go now, by a terminal or by the site."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from mailer.deliver.accounts import total
from mailer.deliver.brakes import Brakes
from mailer.deliver.ports import Clock, Sign, Way
from mailer.deliver.pump import PATIENCE_S, End, Pump, Result, Troubled
from mailer.deliver.retry import WAITS
from mailer.delivery import Tally
from mailer.errors import UsageError
from mailer.store.campaigns import Launched
from mailer.store.clerk import Clerk
from mailer.store.leases import LEASE
from mailer.store.store import Store
from mailer.store.visits import Stored
from mailer.wiring.alerts import tell_of_pause
from mailer.wiring.boxes import answers_of
from mailer.wiring.doors import keys_of, now, place_of, signer_of, store_of
from mailer.wiring.lanes import Lanes, WayOut, carrying, lanes_of, ways_of
from mailer.wiring.ledger import CampaignLedger, Reader
from mailer.wiring.letters import Letters, ballots_of, letters_of
from mailer.wiring.practice import turned
from mailer.wiring.watching import Watching
from mailer.wiring.witnesses import off_lists, on_lists, send_copies
from mailer.words import Text
from mailer.workspace.folder import Workspace

if TYPE_CHECKING:
    from mailer.signing.signer import Signer

FIRST = 20  # people written to before the pause of a large campaign, beside the witnesses
_GLANCE = timedelta(seconds=2)  # between two looks at what others hold
# Of a file: a backup or a spreadsheet that keeps it locked for a minute makes nobody unknown. A server's
# database that is away for longer than half a lease has been given up by others.
_LOCKED_S, _AWAY_S = 90.0, 30.0
_BEATS = 4  # signs of life in the time of a lease
CLOCK = Clock(now=now, monotonic=monotonic, sleep=asyncio.sleep)


@dataclass(slots=True, kw_only=True)
class Sending:
    """One process that sends: its store, its way out, and what it tells of its progress.

    Made by who holds the sender's lock, if the database has one; else others may send the same campaign.
    `told` is called with the campaign's figures after each outcome; `waiting` with the moment until which
    nothing is due, or the pause after the first ones lasts.
    """

    workspace: Workspace
    clock: Clock = CLOCK
    ways: Sequence[WayOut] = ()
    limit: int = 0
    lease: timedelta = LEASE
    patience: float = PATIENCE_S  # seconds without work or connection before it gives the terminal back
    unattended: bool = False  # nobody is at a terminal: a pause that somebody must lift is told by mail
    lingers: bool = True  # stays while there is something to wait for: the next attempt, others, a pause
    told: Callable[[Tally], None] | None = None
    waiting: Callable[[datetime, str], None] | None = None
    troubled: Troubled | None = None  # a way out is set aside, or is back
    said: Callable[[Text], None] | None = None  # what somebody should know, and nothing waits for
    watching: Watching = field(default_factory=Watching)
    _pump: Pump | None = None
    _lanes: Lanes | None = None
    _seen: tuple[float, Tally] = (0.0, Tally())  # when the others' work was last seen to go on
    _said: bool = False
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Finish what is in flight, then return (P12)."""
        self._stopped.set()
        if self._pump is not None:
            self._pump.stop()

    def lasts(self, count: int) -> float:
        """Seconds that `count` more messages take under the limits, with what has left lately."""
        return self._lanes.lasts(count) if self._lanes is not None else 0.0

    async def run(self, store: Store, campaign: Launched) -> Result:
        """Wait for its hour, if it has one, then carry it. `store` is the caller's, in this thread."""
        if not await self._sleep(campaign.starts_at):
            return Result(end=End.STOPPED, tally=store.campaigns.tally(campaign.public_id))
        begin(store, campaign)
        return await self.carry(campaign.public_id)

    async def carry(self, public_id: str) -> Result:
        """Send until nothing is due within `patience`. The campaign is `running`, or its time has come."""
        writer = Clerk(await self._opened(), Store.together)
        try:
            reader = Reader(await self._opened())
            try:
                return await self._carry(public_id, writer, reader)
            finally:
                await reader.close()
        finally:
            await writer.close()

    async def _opened(self) -> Store:
        """In a thread: where it is far away, the pages of a site go on meanwhile."""
        patience = _LOCKED_S if isinstance(place_of(self.workspace), Path) else _AWAY_S
        return await asyncio.to_thread(
            store_of, self.workspace, clock=self.clock.now, patience=patience, lease=self.lease
        )

    async def _carry(self, public_id: str, writer: Clerk, reader: Reader) -> Result:
        ledger = CampaignLedger(writer, reader, public_id, f"{socket.gethostname()}:{os.getpid()}")
        await ledger.recover()
        if (refused := await self._turned(public_id, writer, reader)) is not None:
            return refused
        living = asyncio.create_task(ledger.keep_leases(self.lease.total_seconds() / _BEATS))
        try:
            return await self._through_lanes(public_id, writer, reader, ledger)
        finally:
            living.cancel()
            await asyncio.wait({living})

    async def _turned(self, public_id: str, writer: Clerk, reader: Reader) -> Result | None:
        """Launched for practice, and the way out leads to people now; or the reverse: it is paused."""
        campaign = await _campaign(reader, public_id)
        if not (reason := turned(self.workspace.settings, campaign)):
            return None
        tally = await reader.ask(lambda store: store.campaigns.tally(public_id))
        return await self._conclude(
            writer, reader, public_id, Result(end=End.PAUSED, tally=tally, reason=reason)
        )

    async def _through_lanes(
        self, public_id: str, writer: Clerk, reader: Reader, ledger: CampaignLedger
    ) -> Result:
        signer = signer_of(self.workspace)
        try:
            return await self._signed(public_id, writer, reader, ledger, signer)
        finally:
            if signer is not None:
                signer.close()

    async def _signed(
        self, public_id: str, writer: Clerk, reader: Reader, ledger: CampaignLedger, signer: "Signer | None"
    ) -> Result:
        sign = signer.sign if signer is not None else None
        stored = await reader.ask(lambda store: _stored(store, public_id))
        ways = carrying(self.ways or ways_of(self.workspace), stored.edition.envelope.sender)
        ways = [replace(one, way=self.watching.way(public_id, one.name, one.way)) for one in ways]
        campaign = await _campaign(reader, public_id)
        if campaign.hold_until is not None and await ledger.has_first():
            await self._show_witnesses(writer, reader, campaign, stored, ways[0].way, sign)
        lanes = self._lanes = await lanes_of(self.workspace, ways, reader, writer, self.clock)
        try:
            return await self._rounds(public_id, writer, reader, ledger, lanes, signer)
        finally:
            await lanes.close()

    async def _rounds(
        self,
        public_id: str,
        writer: Clerk,
        reader: Reader,
        ledger: CampaignLedger,
        lanes: Lanes,
        signer: "Signer | None",
    ) -> Result:
        """Run after run, with the pauses between them."""
        brakes = Brakes(await reader.ask(lambda store: store.campaigns.finished(public_id)))
        while True:
            campaign = await _campaign(reader, public_id)
            held = campaign.hold_until
            limit = await self._allowance(reader, ledger, campaign)
            letters = await reader.ask(self._letters(public_id))
            if signer is not None and limit >= 0:
                await self._hands(signer, ledger, lanes, limit)
            self._pump = Pump(
                ledger,
                lanes.all,
                letters,
                self.clock,
                expires=campaign.expires_at,
                sign=signer.sign if signer is not None else None,
                limit=limit,
                patience=self.patience,
                waits=self.workspace.settings.send.retry or WAITS,
                brakes=brakes,
                destinations=lanes.destinations,
                progress=self.told,
                troubled=self.troubled,
                figures=self.lingers,  # a worker's minute is over without a word
                watchful=sys.flags.dev_mode and self.lingers and not reader.shared,
            )
            if self._stopped.is_set():
                self._pump.stop()
            result = (
                await self._pump.run()
                if limit >= 0
                else Result(end=End.LIMIT, tally=total(await ledger.waves()))
            )
            result = await self._conclude(writer, reader, public_id, result)
            if held is not None and result.end is End.LIMIT and not self.limit:
                if not self.lingers and self.clock.now() < held:
                    return Result(end=End.LATER, tally=result.tally, until=held)
                if not await self._held(reader, public_id, held):
                    return await self._broken_off(reader, public_id, result.tally)
                await writer.ask(lambda store: store.campaigns.end_hold(public_id))
            elif not self.lingers:
                return result
            elif not self.limit and self._among_others(result, reader):
                if not await self._sleep(self.clock.now() + _GLANCE):
                    return result
            elif self.limit or not self._soon(result) or not await self._until(result.until):
                return result

    async def _hands(self, signer: "Signer", ledger: CampaignLedger, lanes: Lanes, limit: int) -> None:
        """Many messages that may leave quickly are signed beside this process (0042)."""
        left = total(await ledger.waves()).left
        count = min(limit, left) if limit else left
        signer.begin(count, lanes.lasts(count), self._lost)

    def _lost(self) -> None:
        if self.said is not None and not self._said:
            self._said = True
            self.said(
                Text(
                    "A process that signs messages is lost: they are signed without it, more slowly. "
                    "Nobody is forgotten, and nothing leaves unsigned."
                )
            )

    def _letters(self, public_id: str) -> Callable[[Store], Letters]:
        keys, answers = keys_of(self.workspace), answers_of(self.workspace)
        return lambda store: letters_of(store, public_id, keys, answers)

    def _among_others(self, result: Result, reader: Reader) -> bool:
        """Whether others hold all that is left: they may die, or give it back. Not longer than `patience`."""
        tally, instant = result.tally, self.clock.monotonic()
        waits = result.end is End.LATER and result.outcome is None and (tally.pending or tally.in_flight)
        if not reader.shared or not waits:
            return False
        if tally != self._seen[1]:  # they live
            self._seen = (instant, tally)
        return instant - self._seen[0] <= self.patience

    async def _allowance(self, reader: Reader, ledger: CampaignLedger, campaign: Launched) -> int:
        """Messages of the next run: 0 for all, -1 for none while the pause after the first ones lasts."""
        if campaign.hold_until is None or self.limit:
            ledger.for_all()
            return self.limit
        if not await ledger.has_first():
            return -1
        tally = await reader.ask(lambda store: store.campaigns.tally(campaign.public_id))
        first = FIRST + await reader.ask(lambda store: self._on_lists(store, campaign.public_id))
        left = first - (tally.written + tally.in_flight - campaign.held_from)
        return left if left > 0 else -1

    def _on_lists(self, store: Store, public_id: str) -> int:
        return len(on_lists(store, self._witnesses, store.campaigns.lists(public_id)))

    async def _show_witnesses(
        self,
        writer: Clerk,
        reader: Reader,
        campaign: Launched,
        stored: Stored,
        way: Way,
        sign: Sign | None,
    ) -> None:
        """Before the first message that is held; who is on none of the campaign's lists has a copy, once."""
        tally = await reader.ask(lambda store: store.campaigns.tally(stored.public_id))
        if tally.written > campaign.held_from:
            return
        lists = await reader.ask(lambda store: store.campaigns.lists(stored.public_id))
        if to := await reader.ask(lambda store: off_lists(store, self._witnesses, lists)):
            keys, now = keys_of(self.workspace), self.clock.now()
            answers = answers_of(self.workspace)
            ballot = await reader.ask(lambda store: ballots_of(store, stored.edition, keys, answers))

            async def once() -> bool:
                return await writer.ask(lambda store: store.campaigns.show_witnesses(stored.public_id))

            await send_copies(stored.edition, lists[0], keys, way, to, now, sign, ballot, once=once)

    @property
    def _witnesses(self) -> tuple[str, ...]:
        return self.workspace.settings.send.witnesses

    async def _conclude(self, writer: Clerk, reader: Reader, public_id: str, result: Result) -> Result:
        """What the end of a run changes in the campaign's course."""
        if result.end is End.EXPIRED:
            await writer.ask(lambda store: store.ledger.expire(public_id))
            tally = await writer.ask(lambda store: store.campaigns.tally(public_id))
            result = Result(end=End.EXPIRED, tally=tally)
        if result.end in (End.DONE, End.EXPIRED):
            finished = await writer.ask(lambda store: store.campaigns.finish(public_id))
            # By another sender that came to the end in the same moment: that is the end too.
            status = (await _campaign(reader, public_id)).status
            if not finished and status == "running":  # topped up in this very moment
                return Result(end=End.LATER, tally=result.tally, until=self.clock.now())
            if not finished and status != "finished":  # elsewhere, within the last second
                return Result(end=End.HALTED, tally=result.tally, reason=status)
        if result.end is End.PAUSED:
            await writer.ask(lambda store: self._pause(store, public_id, result))
        return result

    def _pause(self, store: Store, public_id: str, result: Result) -> None:
        """Paused by us; where nobody reads a terminal, [alerts] to is told in the same transaction."""
        if not store.campaigns.change(public_id, "running", "paused", result.reason) or not self.unattended:
            return
        campaign = store.campaigns.by_id(public_id)
        assert campaign is not None
        tell_of_pause(store, self.workspace.settings, campaign, result.tally, result.reason, result.lane)

    def _soon(self, result: Result) -> bool:
        if result.end is not End.LATER or result.until is None or result.outcome is not None:
            return False
        return (result.until - self.clock.now()).total_seconds() <= self.patience

    async def _until(self, moment: datetime | None) -> bool:
        """Wait for the next attempt; False when asked to stop meanwhile."""
        assert moment is not None
        if self.waiting is not None:
            self.waiting(moment, "retry")
        return await self._sleep(moment)

    async def _held(self, reader: Reader, public_id: str, until: datetime) -> bool:
        """The pause after the first ones; False when somebody cancelled or paused meanwhile."""
        if self.waiting is not None:
            self.waiting(until, "hold")
        while self.clock.now() < until:
            step = min(until, self.clock.now() + timedelta(seconds=1))
            if not await self._sleep(step):
                return False
            campaign = await _campaign(reader, public_id)
            if campaign.status != "running":
                return False
        return True

    async def _broken_off(self, reader: Reader, public_id: str, tally: Tally) -> Result:
        """Stopped, paused or cancelled during the pause."""
        if self._stopped.is_set():
            return Result(end=End.STOPPED, tally=tally)
        return Result(end=End.HALTED, tally=tally, reason=(await _campaign(reader, public_id)).status)

    async def _sleep(self, moment: datetime) -> bool:
        """Until `moment` of the world's clock, in steps: it may be put right, or the machine may sleep."""
        while (left := (moment - self.clock.now()).total_seconds()) > 0 and not self._stopped.is_set():
            stopping = asyncio.ensure_future(self._stopped.wait())
            sleeping = asyncio.ensure_future(self.clock.sleep(min(left, 5.0)))
            await asyncio.wait({stopping, sleeping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            sleeping.cancel()
        return not self._stopped.is_set()


def _stored(reader: Store, public_id: str) -> Stored:
    found = reader.visits.stored(public_id)
    assert found is not None
    return found


async def _campaign(reader: Reader, public_id: str) -> Launched:
    found = await reader.ask(lambda store: store.campaigns.by_id(public_id))
    assert found is not None
    return found


def begin(store: Store, campaign: Launched) -> None:
    """A campaign is about to be carried: scheduled or paused, it runs now."""
    if campaign.status == "running":
        return
    with store.together():
        if not store.campaigns.change(campaign.public_id, campaign.status, "running"):
            raise UsageError(
                Text("{slug} has changed meanwhile: look at 'mailer status'", slug=campaign.slug)
            )


def cancel(store: Store, campaign: Launched) -> None:
    """Nobody more is written to. What a dead sender left in flight is unknown, for nobody will ever tell."""
    with store.sender_lock() as lock:
        dead = lock.acquire()
        with store.together():
            if dead:
                store.ledger.recover(campaign.public_id)
            store.campaigns.cancel(campaign.public_id, campaign.status)
