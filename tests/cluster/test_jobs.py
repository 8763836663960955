"""The tables of jobs: made once, one waiting job a campaign, those of the dead removed."""

import asyncio
import socket

import psycopg
import pytest

from mailer.cluster.jobs import SCHEMA, Jobs, jobs
from mailer.errors import LaterError
from tests.wiring.house import in_a_loop

pytestmark = pytest.mark.xdist_group("postgres")
CAMPAIGN, OTHER = "k7qk2m4xea", "a2bcd3efgh"


def tell(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True, options=f"-c search_path={SCHEMA}") as connection:
        cursor = connection.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@in_a_loop
async def test_two_machines_make_them_at_the_same_time(url: str) -> None:
    async def begins() -> bool:
        async with jobs(url) as there:
            return await there.anybody()

    assert await asyncio.gather(*(begins() for _ in range(4))) == [False] * 4


@in_a_loop
async def test_they_stand_beside_the_ledger(url: str) -> None:
    """In a schema of their own, named after the library's version."""
    async with jobs(url):
        pass
    assert tell(url, "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename LIKE 'procrastinate%'") == [
        (SCHEMA,)
    ]
    assert SCHEMA.startswith("mailer_jobs_3_")


@in_a_loop
async def test_one_job_waits_for_each_campaign(url: str) -> None:
    async with jobs(url) as there:
        assert [await there.ask(one) for one in (CAMPAIGN, CAMPAIGN, OTHER)] == [True, False, True]
    assert tell(url, "SELECT args->>'campaign' FROM procrastinate_jobs ORDER BY id") == [
        (CAMPAIGN,),
        (OTHER,),
    ]


@in_a_loop
async def test_jobs_of_the_dead_are_removed_those_of_the_living_are_not(url: str) -> None:
    async with jobs(url) as there:
        for one in (CAMPAIGN, OTHER):
            await there.ask(one)
        tell(
            url,
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '40 s'), (now())",
        )
        tell(
            url,
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id ="
            f" (SELECT CASE args->>'campaign' WHEN '{CAMPAIGN}' THEN min(id) ELSE max(id) END"
            " FROM procrastinate_workers)",
        )
        assert await there.anybody()
        assert await there.bury() == 1
        assert await there.bury() == 0
        assert tell(url, "SELECT args->>'campaign' FROM procrastinate_jobs") == [(OTHER,)]


@in_a_loop
async def test_jobs_are_run_and_leave_nothing_behind(url: str) -> None:
    """Two at the same time, while order is kept beside them."""
    at_work, done, ordered = 0, list[str](), asyncio.Event()
    most = 0

    async def pump(campaign: str) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await ordered.wait()  # a pump that lasts keeps nobody from keeping order
        at_work -= 1
        done.append(campaign)

    async def order() -> None:
        if at_work == 2:
            ordered.set()

    async with jobs(url) as there:
        for one in (CAMPAIGN, OTHER):
            await there.ask(one)
        work = asyncio.create_task(there.work(pump, order, 2))
        async with asyncio.timeout(120):
            while len(done) < 2:
                await asyncio.sleep(0.05)
        assert await there.anybody()
        work.cancel()
        await asyncio.wait({work})
        assert work.cancelled()
        assert not await there.anybody()  # they take leave
    assert (sorted(done), most) == (sorted((CAMPAIGN, OTHER)), 2)
    assert tell(url, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'pump'") == [(0,)]


@in_a_loop
async def test_a_pump_that_fails_is_not_run_again(url: str) -> None:
    """The ledger asks for another; a job is never a second chance."""
    tried = list[str]()

    async def pump(campaign: str) -> None:
        tried.append(campaign)
        raise RuntimeError

    async def order() -> None:
        pass

    async with jobs(url) as there:
        await there.ask(CAMPAIGN)
        work = asyncio.create_task(there.work(pump, order, 1))
        async with asyncio.timeout(120):
            while tell(url, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'pump'") != [(0,)]:
                await asyncio.sleep(0.05)
        work.cancel()
        await asyncio.wait({work})
    assert tried == [CAMPAIGN]


@in_a_loop
async def test_a_database_that_is_away_is_for_later() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with pytest.raises(LaterError):
            async with jobs(f"postgresql://postgres:geheim@127.0.0.1:{port}/x") as there:
                assert isinstance(there, Jobs)
