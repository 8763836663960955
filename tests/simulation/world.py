"""A whole send that fits into a second: real wiring, pump, SMTP client, store; a fault server; virtual time.

The disk is real SQLite with durability "process" or "full"; only what a thread waits for happens at once.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from mailer.deliver.result import End as Ending
from mailer.deliver.result import Result
from mailer.deliver.troubles import PATIENCE_S
from mailer.errors import LaterError, MailerError
from mailer.moments import stamp
from mailer.store import opening
from mailer.store.store import Store
from mailer.wiring.doors import store_of
from mailer.wiring.sending import Sending
from mailer.workspace.folder import Workspace
from tests.simulation.disk import Disk, Fates, NoFates
from tests.simulation.machine import Machine, Process, process_here
from tests.simulation.network import Weather
from tests.simulation.premises import LIST, SLUG, folder, premises
from tests.smtp.ledger import read_ledger
from tests.smtp.script import Rule, Script, Stage
from tests.smtp.server import FaultServer
from tests.store.house import CAMPAIGN, inside
from tests.stories.oracle import UNCERTAIN, states_in, verdict

PORT = 2525

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class World:
    """One campaign, one server; senders that come and go."""

    machine: Machine
    workspace: Workspace
    server: FaultServer
    disk: Disk
    connections: int  # at the same time, of one sender
    at_data: Callable[[str], object] = lambda email: None  # just before a body is asked for
    asked: dict[str, int] = field(default_factory=dict)  # address -> when its body was last asked for
    through_which: dict[str, int] = field(default_factory=dict)  # address -> by which connection
    failed: int = 0  # sends that could not write the ledger any more
    left: dict[str, int] = field(default_factory=dict)  # address -> when its departure was committed
    moments: Iterator[int] = field(default_factory=itertools.count)
    tallies: int = 0  # looks at the figures, each of which added up
    senders: list[Process] = field(default_factory=list)
    sending: Sending | None = None

    # --- the senders ------------------------------------------------------------------------

    async def send(self, *, limit: int = 0, patience: float = PATIENCE_S) -> Result:
        """`mailer send` once; raises `KilledError` if it is killed, `MailerError` as the command would."""
        process = Process()
        self.senders.append(process)

        async def story() -> Result:
            store = store_of(self.workspace, clock=self.machine.now)
            try:
                campaign = store.campaigns.by_slug(SLUG)
                assert campaign is not None
                self.sending = Sending(
                    workspace=self.workspace, clock=self.machine.clock, limit=limit, patience=patience
                )
                return await self.sending.run(store, campaign)
            finally:
                if not process.killed:
                    store.close()

        try:
            result: Result = await self.machine.run_process(process, story)
        except MailerError:
            self.failed += 1
            raise
        self.look()
        return result

    async def through(self) -> Result:
        """As an operator does: again and again, waiting when told to; until it is over or must be mended."""
        while True:
            result = await self.send()
            if result.end is not Ending.LATER:
                return result
            wait = (result.until - self.machine.now()).total_seconds() if result.until else 60.0
            await asyncio.sleep(max(wait, 1.0))

    def kill(self) -> None:
        """The sender that is at work now."""
        self.senders[-1].kill()

    def kill_soon(self) -> None:
        """The same, once the code that runs now has returned to its loop."""
        process = process_here()
        if process is not None:
            asyncio.get_running_loop().call_soon(process.kill)

    # --- what others do ---------------------------------------------------------------------

    @contextmanager
    def desk(self) -> Iterator[Store]:
        """The store, in another process: the site's, or another command's."""
        store = store_of(self.workspace, clock=self.machine.now, patience=0.0)
        try:
            yield store
        finally:
            store.close()

    def leaves(self, email: str, *, objects: bool = False) -> bool:
        """Somebody unsubscribes; False: the database was locked, and they were told nothing yet."""
        with self.desk() as store:
            number = store.people.number_of(email)
            assert number is not None
            try:
                with store.together():
                    if objects:
                        store.exits.object(number, "site")
                    else:
                        store.exits.leave(number, (LIST,), "site")
            except LaterError:
                return False
        self.left.setdefault(email, next(self.moments))
        return True

    def command(self, was: str, status: str) -> bool:
        """`mailer pause`, `mailer resume`."""
        with self.desk() as store:
            try:
                with store.together():
                    return store.campaigns.change(CAMPAIGN, was, status)
            except LaterError:
                return False

    def expires_in(self, seconds: float) -> None:
        """From now on the campaign has so long."""
        with self.desk() as store:
            inside(store).execute(
                "UPDATE campaign SET expires_at = ?", [stamp(self.machine.now() + timedelta(seconds=seconds))]
            )

    # --- what came of it --------------------------------------------------------------------

    def look(self) -> None:
        """P5, at this instant, and nobody is beyond what the oracle allows."""
        with self.desk() as store:
            assert store.campaigns.tally(CAMPAIGN).balanced
        self.tallies += 1
        self.judge()

    def judge(self) -> None:
        """The oracle, P10, and a client that said nothing odd."""
        states = self.states()
        found = verdict(states, self.arrived(), lost=self.lost(), empty=self.server.empty_messages)
        where = [self.through_which[email] for email, state in states.items() if state in UNCERTAIN]
        if len(where) > len(set(where)):
            found.append(f"one connection left several unknown: {where}")
        found += [
            f"{email} had left before its body was asked for"
            for email, when in self.left.items()
            if self.arrived()[email] and when < self.asked.get(email, 0)
        ]
        if found + self.server.faults:
            raise AssertionError("; ".join(found + self.server.faults))

    def states(self) -> dict[str, str]:
        """Each person's state."""
        return states_in(self.disk.path, CAMPAIGN)

    def counts(self) -> dict[str, int]:
        """How many are in each state."""
        return dict(Counter(self.states().values()))

    def arrived(self) -> Counter[str]:
        """How often each was accepted: from the server's own file."""
        path = self.workspace.root / "accepted.jsonl"
        return Counter(row.recipient for row in read_ledger(path))

    def lost(self) -> int:
        """Connections that ended, or go on, without QUIT; and those of a sender that could write no more."""
        return sum(not dialogue.polite for dialogue in self.server.dialogues) + self.failed * self.connections

    # --- the run ----------------------------------------------------------------------------

    def play(self, story: Callable[["World"], Awaitable[T]]) -> T:
        """All of it, with the server at its door, and the oracle at the end."""

        async def whole() -> T:
            async with self.server:
                return await story(self)

        answer = self.machine.run(whole())
        self.look()
        return answer


@contextmanager
def world(
    people: int,
    rules: Script | Sequence[Rule] = (),
    *,
    connections: int = 2,
    weather: Weather | None = None,
    fates: Fates | None = None,
    slice_size: int = 4,
    settings: dict[str, object] | None = None,
    **server: Any,
) -> Iterator[World]:
    """`people` on the list, a server that obeys `rules`; `settings` as MAILER_… in the environment."""
    with folder() as name:
        where = Path(name)
        workspace = premises(
            where,
            people,
            slice_size=slice_size,
            **{
                "transport_kind": "smtp",
                "transport_host": "127.0.0.1",
                "transport_port": PORT,
                "transport_security": "none",
                "transport_connections": connections,
                "database_durability": "process",
                **(settings or {}),
            },
        )
        machine = Machine(weather)
        house = FaultServer(rules, port=PORT, ledger=where / "accepted.jsonl", **{"keep": False, **server})
        disk = Disk(machine, fates or NoFates(), where / "subscribers/mailer.db")
        made = World(machine=machine, workspace=workspace, server=house, disk=disk, connections=connections)
        house.script = _noting(made, house.script)
        with patch.object(opening, "Sqlite", disk.driver()):
            yield made


def _noting(made: World, script: Script) -> Script:
    """The same script; when each body is asked for is noted."""

    def noting(stage: Stage, dialogue: Any) -> Any:
        # What a sender wrote before it died may arrive when another has long asked for the same person.
        if stage is Stage.DATA and not dialogue.wire.transport.peer.is_closing():
            for email in dialogue.recipients:
                made.at_data(email)
            made.asked |= dict.fromkeys(dialogue.recipients, next(made.moments))
            made.through_which |= dict.fromkeys(dialogue.recipients, dialogue.number)
        return script(stage, dialogue)

    return noting
