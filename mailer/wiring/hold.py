"""The hold: the pause after the first messages of a large campaign, and the witnesses who have it before all.

One sender alone writes to the first ones; the others wait with it for the end of the pause.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.deliver.ports import Sign, Way
from mailer.deliver.result import End, Result
from mailer.delivery import Tally
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.store.visits import Stored
from mailer.wiring.boxes import answers_of
from mailer.wiring.carried import Carried
from mailer.wiring.doors import keys_of
from mailer.wiring.letters import ballots_of
from mailer.wiring.waiting import Waiting
from mailer.wiring.witnesses import off_lists, on_lists, send_copies
from mailer.workspace.folder import Workspace

FIRST = 20  # people written to before the pause, beside the witnesses
NONE = -1  # of an allowance: nobody is written to now
_LOOK = timedelta(seconds=1)  # between two looks whether somebody has cancelled or paused


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The pause of the campaign that is carried, if it has one."""

    workspace: Workspace
    one: Carried
    waiting: Waiting

    async def show_witnesses(self, campaign: Launched, stored: Stored, way: Way, sign: Sign | None) -> None:
        """Before the first message that is held; who is on none of the campaign's lists has a copy, once."""
        if campaign.hold_until is None or not await self.one.ledger.has_first():
            return
        if (await self.one.tally()).written > campaign.held_from:
            return
        lists, ask = await self.one.lists(), self.one.reader.ask
        if to := await ask(lambda store: off_lists(store, self._witnesses, lists)):
            keys, now = keys_of(self.workspace), self.waiting.clock.now()
            answers = answers_of(self.workspace)
            ballot = await ask(lambda store: ballots_of(store, stored.edition, keys, answers))
            await send_copies(
                stored.edition, lists[0], keys, way, to, now, sign, ballot, once=self._first_time
            )

    async def _first_time(self) -> bool:
        return await self.one.writer.ask(lambda store: store.campaigns.show_witnesses(self.one.public_id))

    async def allowance(self, campaign: Launched, limit: int) -> int:
        """Messages of the next run: 0 for all, `NONE` while the pause lasts. `limit`: what was asked for."""
        if campaign.hold_until is None or limit:
            self.one.ledger.for_all()
            return limit
        if not await self.one.ledger.has_first():
            return NONE
        tally = await self.one.tally()
        first = FIRST + await self.one.reader.ask(self._on_lists)
        left = first - (tally.written + tally.in_flight - campaign.held_from)
        return left if left > 0 else NONE

    def _on_lists(self, store: Store) -> int:
        return len(on_lists(store, self._witnesses, store.campaigns.lists(self.one.public_id)))

    @property
    def _witnesses(self) -> tuple[str, ...]:
        return self.workspace.settings.send.witnesses

    async def over(self, until: datetime, tally: Tally) -> Result | None:
        """Wait for its end, and end it: None. Else how the send ends: somebody stopped or cancelled it."""
        while self.waiting.clock.now() < until:
            if not await self.waiting.until(min(until, self.waiting.clock.now() + _LOOK)):
                return await self._broken_off(tally)
            if (await self.one.campaign()).status != "running":
                return await self._broken_off(tally)
        await self.one.writer.ask(lambda store: store.campaigns.end_hold(self.one.public_id))
        return None

    async def _broken_off(self, tally: Tally) -> Result:
        if self.waiting.stopped:
            return Result(end=End.STOPPED, tally=tally)
        return Result(end=End.HALTED, tally=tally, reason=(await self.one.campaign()).status)
