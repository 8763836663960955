"""Jobs: Procrastinate beside the ledger, in a schema of its own. Hints, not truth: all lost, nothing is lost.

Two queues: `pumps` holds one job a campaign that waits, beside those at work; `house` what keeps order.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from mailer.errors import LaterError
from mailer.words import Text

# Named after its version: while machines are upgraded one after the other each version has its own jobs, and
# no migration of a library's tables is ever ours to make.
SCHEMA = f"mailer_jobs_{re.sub('[^a-z0-9]', '_', version('procrastinate').lower())}"
DEAD_S = 30.0  # without a sign of life, three missed: then a worker's jobs are nobody's
_HOUSE_EVERY = "* * * * * */10"  # cron with seconds in the sixth place
_PUMP, _ORDER = "pump", "order"
_PUMPS, _HOUSE = "pumps", "house"
_OPENING_S = 10.0
_LOCK = 0x6D6A6F6273  # ours, while tables are made

Pump = Callable[[str], Awaitable[None]]
Order = Callable[[], Awaitable[None]]


class Jobs:
    """The tables of jobs, open; see `jobs` below."""

    def __init__(self, connector: PsycopgConnector) -> None:
        self._connector = connector
        # Apart: one that keeps order must never wait for a pump to end.
        self._pumps = App(connector=connector)
        self._house = App(connector=connector)

    async def ask(self, campaign: str) -> bool:
        """A pump for a campaign (its public id); False when one waits to be taken already."""
        job = self._pumps.configure_task(_PUMP, queue=_PUMPS, queueing_lock=campaign)
        try:
            with _away():
                await job.defer_async(campaign=campaign)
        except AlreadyEnqueued:
            return False
        return True

    async def bury(self) -> int:
        """Remove the jobs of workers that are dead; how many. What they were for, the ledger tells."""
        manager = self._pumps.job_manager
        with _away():
            dead = list(await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_S))
            for job in dead:
                assert job.id is not None
                await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
        return len(dead)

    async def anybody(self) -> bool:
        """Whether a worker of this version gave a sign of life lately."""
        with _away():
            found = await self._connector.execute_query_one_async(
                "SELECT count(*) AS alive FROM procrastinate_workers"
                " WHERE last_heartbeat > now() - make_interval(secs => %(most)s)",
                most=DEAD_S,
            )
        return bool(found["alive"])

    async def work(self, pump: Pump, order: Order, pumps: int) -> None:
        """Run the jobs that come, `pumps` at most at the same time, until cancelled or the database is away.

        Cancelled, it takes no more jobs and waits for those it has. LaterError when the database is away.
        """

        async def in_order(timestamp: int) -> None:  # Procrastinate gives it
            await order()

        self._pumps.task(name=_PUMP, queue=_PUMPS)(pump)
        task = self._house.task(name=_ORDER, queue=_HOUSE, queueing_lock=_ORDER)(in_order)
        self._house.periodic(cron=_HOUSE_EVERY)(task)
        with _away():
            await _both(
                self._pumps.run_worker_async(
                    queues=[_PUMPS],
                    concurrency=pumps,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    stalled_worker_timeout=DEAD_S,
                ),
                self._house.run_worker_async(
                    queues=[_HOUSE],
                    concurrency=1,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    listen_notify=False,
                    fetch_job_polling_interval=1.0,
                    stalled_worker_timeout=DEAD_S,
                ),
            )


@asynccontextmanager
async def jobs(url: str) -> AsyncIterator[Jobs]:
    """The jobs of this database, their tables made if they are not there. LaterError when it is away."""
    _quiet()

    async def configure(connection: "psycopg.AsyncConnection[object]") -> None:
        await connection.execute(f"SET search_path TO {SCHEMA}")
        await connection.commit()

    connector = PsycopgConnector(
        conninfo=url,
        kwargs={"application_name": "mailer jobs", "connect_timeout": 10},
        configure=configure,
        min_size=1,
        max_size=3,
        timeout=_OPENING_S,
    )
    app = App(connector=connector)
    try:
        with _away():
            async with asyncio.timeout(_OPENING_S):
                await app.open_async()
            await _make_tables(app, connector)
        yield Jobs(connector)
    finally:
        await app.close_async()


async def _make_tables(app: App, connector: PsycopgConnector) -> None:
    """All of them or none; of machines that begin at once, each finds those of the first."""
    if await _there(connector):
        return
    tables = app.schema_manager.get_schema().replace("%", "%%")
    try:
        await connector.execute_query_async(
            f"SELECT pg_advisory_xact_lock({_LOCK}); CREATE SCHEMA IF NOT EXISTS {SCHEMA}; {tables}"
        )
    except ConnectorException:
        if not await _there(connector):
            raise


async def _there(connector: PsycopgConnector) -> bool:
    found = await connector.execute_query_one_async(
        f"SELECT to_regclass('{SCHEMA}.procrastinate_workers') IS NOT NULL AS made"
    )
    return bool(found["made"])


async def _both(*workers: Awaitable[None]) -> None:
    """Until one ends or this is cancelled; then the other is asked to end, and both are waited for."""
    tasks = [asyncio.ensure_future(worker) for worker in workers]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault


@contextmanager
def _away() -> Iterator[None]:
    """What the database does not answer is for later, whatever its name here."""
    try:
        yield
    except AlreadyEnqueued:
        raise
    except (ConnectorException, psycopg.Error, TimeoutError) as fault:
        reason = str(fault.__cause__ or fault).strip().split("\n")[0] or type(fault).__name__
        raise LaterError(Text("the database gives no jobs for now ({reason})", reason=reason)) from fault


def _quiet() -> None:
    """What goes wrong is told by us, once and in words; these libraries would write traces."""
    for name in ("procrastinate", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
