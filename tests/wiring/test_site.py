"""The site put together: it answers, and what it still holds reaches the disk when it stops."""

import asyncio
from pathlib import Path

import pytest

from mailer.demo.visitor import ask
from mailer.errors import UsageError
from mailer.wiring.site import run_site
from mailer.words import Text
from tests.wiring.house import in_a_loop, opened, workspace


@in_a_loop
async def test_it_answers_until_it_is_cancelled(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    log: list[str] = []
    told: list[Text] = []
    with opened(there) as store, store.together():
        store.erasing.erase("zoe@example.org", "site")  # by a site that was killed then
    serving = asyncio.create_task(
        run_site(there, "127.0.0.1", 0, log=log.append, tell=told.append, started=ready.set_result)
    )
    address = await asyncio.wait_for(ready, 10)
    for path, status in (("/healthz", 200), ("/readyz", 200), ("/", 200), ("/l/aaaaaaaaaa/1", 404)):
        assert (await asyncio.to_thread(ask, address + path)).status == status
    with opened(there) as store:
        for _ in range(100):
            if not store.erasing.unscrubbed():
                break
            await asyncio.sleep(0.05)
        assert not store.erasing.unscrubbed()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert (await asyncio.to_thread(ask, address)).status == 0
    assert {line.split(" ")[1] for line in log} == {"/healthz", "/readyz", "/", "/l/…"}
    assert told == []
    with opened(there) as store:  # nothing was left locked
        assert store.campaigns.all() == []


@in_a_loop
async def test_an_address_that_is_taken_leaves_nothing_open(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with pytest.raises(UsageError):
        await run_site(
            there, "203.0.113.1", 1, log=lambda _: None, tell=lambda _: None, started=lambda _: None
        )
    with opened(there) as store, store.together():
        pass
