"""Sending: a launched campaign carried as far as it can go now, by a terminal or by the site.

Run after run of the pump, with what lies between them: the pause after the first ones (hold.py), what one
waits for (waiting.py), what an end changes (course.py).
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from mailer.deliver.accounts import total
from mailer.deliver.brakes import Brakes
from mailer.deliver.ports import Clock
from mailer.deliver.pump import Pump
from mailer.deliver.result import End, Result
from mailer.deliver.retry import WAITS
from mailer.deliver.troubles import PATIENCE_S, Troubled
from mailer.delivery import Tally
from mailer.store.campaigns import Launched
from mailer.store.leases import LEASE
from mailer.store.store import Store
from mailer.wiring.boxes import answers_of
from mailer.wiring.carried import Carried, carried
from mailer.wiring.course import begin, conclude
from mailer.wiring.doors import keys_of, now, place_of, signer_of, store_of
from mailer.wiring.hold import NONE, Hold
from mailer.wiring.lanes import Lanes, WayOut, carrying, lanes_of, ways_of
from mailer.wiring.letters import Letters, letters_of
from mailer.wiring.practice import turned
from mailer.wiring.waiting import Waiting
from mailer.wiring.watching import Watching
from mailer.words import Text
from mailer.workspace.folder import Workspace

if TYPE_CHECKING:
    from mailer.signing.signer import Signer

# Of a file: a backup or a spreadsheet that keeps it locked for a minute makes nobody unknown. A server's
# database that is away for longer than half a lease has been given up by others.
_LOCKED_S, _AWAY_S = 90.0, 30.0
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
    _said: bool = False
    _waits: Waiting = field(init=False)

    def __post_init__(self) -> None:
        self._waits = Waiting(self.clock, self.patience)

    def stop(self) -> None:
        """Finish what is in flight, then return (P12)."""
        self._waits.stop()
        if self._pump is not None:
            self._pump.stop()

    def lasts(self, count: int) -> float:
        """Seconds that `count` more messages take under the limits, with what has left lately."""
        return self._lanes.lasts(count) if self._lanes is not None else 0.0

    async def run(self, store: Store, campaign: Launched) -> Result:
        """Wait for its hour, if it has one, then carry it. `store` is the caller's, in this thread."""
        if not await self._waits.until(campaign.starts_at):
            return Result(end=End.STOPPED, tally=store.campaigns.tally(campaign.public_id))
        begin(store, campaign)
        return await self.carry(campaign.public_id)

    async def carry(self, public_id: str) -> Result:
        """Send until nothing is due within `patience`. The campaign is `running`, or its time has come."""
        async with carried(public_id, self._opened) as one:
            # Launched for practice, and the way out leads to people now; or the reverse: it is paused.
            if reason := turned(self.workspace.settings, await one.campaign()):
                return await self._concluded(
                    one, Result(end=End.PAUSED, tally=await one.tally(), reason=reason)
                )
            async with one.alive(self.lease):
                return await self._signed(one)

    async def _opened(self) -> Store:
        """In a thread: where it is far away, the pages of a site go on meanwhile."""
        patience = _LOCKED_S if isinstance(place_of(self.workspace), Path) else _AWAY_S
        return await asyncio.to_thread(
            store_of, self.workspace, clock=self.clock.now, patience=patience, lease=self.lease
        )

    async def _signed(self, one: Carried) -> Result:
        signer = signer_of(self.workspace)
        try:
            return await self._through_lanes(one, signer)
        finally:
            if signer is not None:
                signer.close()

    async def _through_lanes(self, one: Carried, signer: "Signer | None") -> Result:
        stored = await one.stored()
        ways = carrying(self.ways or ways_of(self.workspace), stored.edition.envelope.sender)
        ways = [replace(each, way=self.watching.way(one.public_id, each.name, each.way)) for each in ways]
        hold = Hold(workspace=self.workspace, one=one, waiting=self._waits)
        sign = signer.sign if signer is not None else None
        await hold.show_witnesses(await one.campaign(), stored, ways[0].way, sign)
        lanes = self._lanes = await lanes_of(self.workspace, ways, one.reader, one.writer, self.clock)
        try:
            return await self._rounds(one, lanes, hold, signer)
        finally:
            await lanes.close()

    async def _rounds(self, one: Carried, lanes: Lanes, hold: Hold, signer: "Signer | None") -> Result:
        """Run after run, with the pauses between them."""
        brakes = Brakes(await one.reader.ask(lambda store: store.campaigns.finished(one.public_id)))
        while True:
            campaign = await one.campaign()
            limit = await hold.allowance(campaign, self.limit)
            if limit == NONE:
                result = Result(end=End.LIMIT, tally=total(await one.ledger.waves()))
            else:
                result = await self._run(one, campaign, lanes, brakes, limit, signer)
            result = await self._concluded(one, result)
            if campaign.hold_until is not None and result.end is End.LIMIT and not self.limit:
                ended = await self._held(hold, campaign.hold_until, result)
            else:
                ended = None if await self._goes_on(one, result) else result
            if ended is not None:
                return ended

    async def _run(
        self,
        one: Carried,
        campaign: Launched,
        lanes: Lanes,
        brakes: Brakes,
        limit: int,
        signer: "Signer | None",
    ) -> Result:
        """One run of the pump, of `limit` messages; 0: of all."""
        letters = await one.reader.ask(self._letters(one.public_id))
        if signer is not None:
            await self._hands(signer, one, lanes, limit)
        self._pump = Pump(
            one.ledger,
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
            watchful=sys.flags.dev_mode and self.lingers and not one.reader.shared,
        )
        if self._waits.stopped:
            self._pump.stop()
        return await self._pump.run()

    def _letters(self, public_id: str) -> Callable[[Store], Letters]:
        keys, answers = keys_of(self.workspace), answers_of(self.workspace)
        return lambda store: letters_of(store, public_id, keys, answers)

    async def _hands(self, signer: "Signer", one: Carried, lanes: Lanes, limit: int) -> None:
        """Many messages that may leave quickly are signed beside this process (0042)."""
        left = total(await one.ledger.waves()).left
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

    async def _concluded(self, one: Carried, result: Result) -> Result:
        return await conclude(one, result, self.workspace.settings, self.clock, unattended=self.unattended)

    async def _held(self, hold: Hold, until: datetime, result: Result) -> Result | None:
        """The first ones are through: None once the pause is over, else how this ends."""
        if not self.lingers and self.clock.now() < until:
            return Result(end=End.LATER, tally=result.tally, until=until)
        self._tell(until, "hold")
        return await hold.over(until, result.tally)

    async def _goes_on(self, one: Carried, result: Result) -> bool:
        """Whether there is something to wait for, and the wait is over: another run follows."""
        if not self.lingers or self.limit:
            return False
        if one.reader.shared and self._waits.on_others(result):
            return await self._waits.a_glance()
        if (moment := self._waits.due_soon(result)) is None:
            return False
        self._tell(moment, "retry")
        return await self._waits.until(moment)

    def _tell(self, moment: datetime, why: str) -> None:
        if self.waiting is not None:
            self.waiting(moment, why)
