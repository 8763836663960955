"""The embedded sender goes on whatever keeps it waiting."""

import asyncio
from pathlib import Path

import pytest

from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring import embedded
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.words import Text
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, locked, opened, workspace


@in_a_loop
async def test_a_locked_database_ends_neither_the_sender_nor_the_site(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
        launch(there, store, keys_of(there), found, hold=False, now=now())
    told: list[str] = []
    clerk = Clerk(store_of(there, patience=0.1), Store.together)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(embedded, "_EVERY_S", 0.05)
        carrying = asyncio.create_task(
            embedded.carry_for_ever(there, clerk, lambda text: told.append(_said(text)))
        )
        with locked(there):
            while not told:
                await asyncio.sleep(0.02)
            assert "keeps" in told[0]
            assert "locked" in told[0]
        while not any("done, 2 sent, 0 left" in line for line in told):
            assert not carrying.done()
            await asyncio.sleep(0.02)
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)
    await clerk.close()


def _said(text: Text) -> str:
    return text.say("en")
