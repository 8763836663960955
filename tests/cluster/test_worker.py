"""A worker: what it does when it can do nothing, and when there is nothing to do."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from mailer.cluster.jobs import SCHEMA
from mailer.cluster.opening import hand_over
from mailer.cluster.worker import Worker
from mailer.model import Person
from mailer.store.launches import SLICE
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.workspace.folder import Workspace
from tests.wiring.house import draft, in_a_loop, workspace

pytestmark = pytest.mark.xdist_group("postgres")
NO_PASSWORD = """
[transport]
kind = "smtp"
host = "127.0.0.1"
port = 9
security = "none"
username = "nobody"
"""


def shared(folder: Path, url: str, transport: str = "") -> Workspace:
    """A workspace on a database of PostgreSQL."""
    there = workspace(folder)
    settings = there.root / "mailer.toml"
    text = settings.read_text("utf-8")
    if transport:
        before, _, rest = text.partition("[transport]")
        text = before + transport.strip() + "\n\n#" + rest.partition("\n# Pour")[2]
    settings.write_text(f'{text}\n[database]\nurl = "{url}"\n', encoding="utf-8")
    return workspace(folder)


def launched(there: Workspace, people: int) -> str:
    """A campaign to so many; its public id."""
    store = store_of(there)
    try:
        with store.together():
            who = [Person(email=f"membre{number}@example.org") for number in range(people)]
            store.people.bring("sample", who, source="test")
        found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
        return launch(there, store, keys_of(there), found, hold=False, now=now()).public_id
    finally:
        store.close()


def jobs_asked(url: str) -> int:
    """How many there have ever been."""
    with psycopg.connect(url) as connection:
        found = connection.execute(f"SELECT last_value FROM {SCHEMA}.procrastinate_jobs_id_seq").fetchone()
        assert found is not None
        return int(found[0])


@in_a_loop
async def test_what_cannot_be_sent_is_not_tried_by_one_after_the_other(tmp_path: Path, url: str) -> None:
    """Its relay's password is missing: told once, and tried again when order is kept, not at once."""
    there = shared(tmp_path, url, NO_PASSWORD)
    launched(there, SLICE * 3)
    told = list[str]()
    worker = Worker(workspace=there, tell=lambda text: told.append(text.say("en")), pumps=3)
    working = asyncio.create_task(worker.run())
    async with asyncio.timeout(120):
        while not told:
            await asyncio.sleep(0.05)
    before = jobs_asked(url)
    await asyncio.sleep(4)
    assert jobs_asked(url) - before <= 3  # one that keeps order, and what it asks for
    assert len(told) == 1
    assert "no password" in told[0]
    worker.stop()
    await working


@in_a_loop
async def test_everything_is_sent_minute_after_minute(tmp_path: Path, url: str) -> None:
    """With minutes that are short: what is given back at the end of one is taken up in the next."""
    there = shared(tmp_path, url)
    campaign = launched(there, SLICE + 200)
    told = list[str]()
    worker = Worker(workspace=there, tell=lambda text: told.append(text.say("en")), pumps=2, minute=0.4)
    working = asyncio.create_task(worker.run())
    assert await hand_over(there, campaign) in (True, False)  # whether it was there already
    async with asyncio.timeout(200):
        while not any("done, 700 sent, 0 left" in line for line in told):
            await asyncio.sleep(0.05)
    worker.stop()
    await working
    assert len(list((there.root / "subscribers/outbox").glob("*.eml"))) == SLICE + 200


@in_a_loop
async def test_stopped_before_it_has_begun(tmp_path: Path, url: str) -> None:
    worker = Worker(workspace=shared(tmp_path, url), tell=lambda _: None)
    worker.stop()
    await asyncio.wait_for(worker.run(), 60)
