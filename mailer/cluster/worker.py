"""A worker: takes jobs, carries a campaign for a minute at a time, keeps order among jobs."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import TypeVar

from mailer.cluster.jobs import Jobs, jobs
from mailer.cluster.needs import in_need
from mailer.deliver.causes import brief
from mailer.deliver.result import End, Result
from mailer.deliver.troubles import Troubled
from mailer.delivery import Tally
from mailer.errors import LaterError, MailerError
from mailer.store.clerk import Clerk
from mailer.store.leases import LEASE
from mailer.store.store import Store
from mailer.wiring.doors import now, store_of
from mailer.wiring.forgetting import forget_by
from mailer.wiring.notices import Postman
from mailer.wiring.sending import Sending
from mailer.wiring.watching import Watching
from mailer.words import Text
from mailer.workspace.folder import Workspace

T = TypeVar("T")
MINUTE_S = 60.0  # of one job: then the campaigns that wait have their turn
_PATIENCE_S = 60.0  # without any connection: the job ends, and is asked for anew
_AGAIN_S = 5.0  # before the database is asked again whether it is back
_RETIRE_S = 3600.0
_FAULT_S = 60.0  # between two complaints of the same campaign


@dataclass(slots=True, kw_only=True)
class Worker:
    """One process; `run` it until `stop`.

    `tell` is for whoever reads its log; `troubled` hears when a way out is set aside, or is back.
    """

    workspace: Workspace
    tell: Callable[[Text], None]
    pumps: int = 1
    watching: Watching = field(default_factory=Watching)
    troubled: Troubled | None = None
    minute: float = MINUTE_S
    lease: timedelta = LEASE
    _jobs: Jobs | None = None
    _clerk: Clerk | None = None
    _running: dict["asyncio.Task[Result]", Sending] = field(default_factory=dict)
    _working: "asyncio.Task[None] | None" = None
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _forget_at: float = 0.0
    _complained: dict[str, float] = field(default_factory=dict)

    def stop(self) -> None:
        """Finish what is in flight, take nothing more (P12)."""
        self._stopped.set()
        for sending in self._running.values():
            sending.stop()
        if self._working is not None:
            self._working.cancel()

    async def run(self) -> None:
        """Work until stopped; a database that is away is asked again.

        Cancelled, it stops in the middle of what is in flight.
        """
        self._clerk = Clerk(await asyncio.to_thread(store_of, self.workspace), Store.together)
        beside = [
            asyncio.create_task(self.watching.look_for_ever(self._clerk)),
            asyncio.create_task(self._post(self._clerk)),
        ]
        try:
            while not self._stopped.is_set():
                await self._work()
        except asyncio.CancelledError:
            await self._break_off()
            raise
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self._clerk.close()

    async def _post(self, clerk: Clerk) -> None:
        """Mails to one person, which no job is asked for: there are few, and each is claimed by one."""
        postman = Postman(self.workspace, clerk.ask, self.tell)
        await postman.for_ever(lambda: clerk.ask(lambda store: store.notices.waiting()))

    async def _work(self) -> None:
        """Until stopped, or until the database is away."""
        try:
            async with jobs(self.workspace.settings.database.url) as self._jobs:
                await self._order()
                if self._stopped.is_set():
                    return
                self._working = asyncio.create_task(self._jobs.work(self._pump, self._in_order, self.pumps))
                await asyncio.wait({self._working})
                if not self._working.cancelled():
                    self._working.result()
        except LaterError as fault:
            self.tell(Text("{message}: trying again.", message=fault.message))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), _AGAIN_S)

    async def _break_off(self) -> None:
        """Now: what is in flight will be unknown."""
        self._stopped.set()
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait({self._working})

    async def _ask(self, act: Callable[[Store], T]) -> T:
        assert self._clerk is not None
        return await self._clerk.ask(act)

    # --- the two kinds of jobs ------------------------------------------------------------

    async def _order(self) -> None:
        """Ask for a pump for each campaign that wants one, and remove what dead workers left."""
        assert self._jobs is not None
        await self._jobs.bury()
        for campaign in await self._ask(lambda store: in_need(store, self.workspace.settings, now())):
            await self._jobs.ask(campaign)

    async def _in_order(self) -> None:
        """The same, as a job: what fails is told here, for nobody reads the jobs' own log."""
        try:
            await self._order()
            await self._forget()
        except MailerError as fault:
            self._complain("", fault.message)

    async def _forget(self) -> None:
        """Once an hour, what [retention] says; after the campaigns, which do not wait for it."""
        assert self._clerk is not None
        if monotonic() >= self._forget_at:
            self._forget_at = monotonic() + _RETIRE_S
            for line in await forget_by(self.workspace, self._clerk, now()):
                self.tell(line)

    async def _pump(self, campaign: str) -> None:
        """Carry a campaign for a minute; asked for again if anything is left that could be done now."""
        if self._stopped.is_set() or not await self._ask(lambda store: _runs(store, campaign)):
            return  # whoever keeps order asks for it anew, if it is wanted
        calls: list[asyncio.Task[None]] = []
        sending = Sending(
            workspace=self.workspace,
            patience=_PATIENCE_S,
            lingers=False,
            unattended=True,
            lease=self.lease,
            told=self._caller(campaign, calls),
            troubled=self.troubled,
            said=self.tell,
            watching=self.watching,
        )
        carrying = asyncio.create_task(sending.carry(campaign))
        self._running[carrying] = sending
        minute = asyncio.get_running_loop().call_later(self.minute, sending.stop)
        try:
            result = await carrying
        except MailerError as fault:
            self._complain(campaign, fault.message)
        except Exception as fault:
            self._complain(campaign, Text("the program failed ({reason})", reason=repr(fault)))
            raise
        else:
            await self._conclude(campaign, result)
        finally:
            minute.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            del self._running[carrying]

    def _caller(self, campaign: str, calls: "list[asyncio.Task[None]]") -> Callable[[Tally], None]:
        """Calls whoever is idle once something has come of this pump; of one that can do nothing, nobody.

        Else a campaign that cannot be sent just now would be tried by one after the other, without a pause.
        """

        def told(_: Tally) -> None:
            if not calls:
                calls.append(asyncio.create_task(self._call_another(campaign)))

        return told

    async def _call_another(self, campaign: str) -> None:
        """Where more slices wait than one can hold."""
        assert self._jobs is not None
        with contextlib.suppress(LaterError):  # whoever keeps order sees to it
            if await self._ask(lambda store: _free(store, campaign)) > 1:
                await self._jobs.ask(campaign)

    async def _conclude(self, campaign: str, result: Result) -> None:
        assert self._jobs is not None
        if result.end is End.STOPPED:  # its minute is over, or this worker's time
            await self._jobs.ask(campaign)
        elif result.end is not End.LATER:
            known = await self._ask(lambda store: store.campaigns.by_id(campaign))
            self.tell(brief(known.slug if known else campaign, result))

    def _complain(self, campaign: str, message: Text) -> None:
        """Once a minute: the job is asked for anew every ten seconds, and fails anew."""
        instant = monotonic()
        if instant - self._complained.get(campaign, float("-inf")) >= _FAULT_S:
            self._complained[campaign] = instant
            self.tell(Text("{slug}: {message}", slug=campaign, message=message) if campaign else message)


def _runs(store: Store, campaign: str) -> bool:
    known = store.campaigns.by_id(campaign)
    return known is not None and known.status == "running"


def _free(store: Store, campaign: str) -> int:
    """How many slices nobody has."""
    left = store.backlogs.of(campaign)
    return left.waiting + left.free
