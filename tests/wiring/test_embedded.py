"""The embedded sender goes on whatever keeps it waiting."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring import embedded
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.words import Text
from tests.store.house import ACCEPTED, CAMPAIGN, LATER, NOON, claimed, mark, settle
from tests.store.steps import SLICES, campaign_of_many, counted, send_a_slice
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


def test_whether_anything_is_due_is_seen_without_counting_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked every two seconds in the writer's turn, while another process sends too."""
    with campaign_of_many(tmp_path, monkeypatch) as store:
        campaign = store.campaigns.by_id(CAMPAIGN)
        assert campaign is not None
        soon, expired = NOON + timedelta(minutes=1), campaign.expires_at
        for _ in range(SLICES - 1):
            send_a_slice(store)
        assert embedded._is_due(store, campaign, soon)  # a slice waits
        turns = claimed(store)
        assert embedded._is_due(store, campaign, soon)  # somebody holds it, or died with it
        mark(store, *turns)
        for turn in turns[1:]:
            settle(store, turn, ACCEPTED)
        settle(store, turns[0], LATER, NOON + timedelta(hours=1))
        with store.together():
            store.ledger.close(CAMPAIGN, turns[0].slice, turns[0].fence)
        with counted(store) as counting:
            assert store.campaigns.tally(CAMPAIGN).deferred == 1
        with counted(store) as steps:
            assert not embedded._is_due(store, campaign, soon)
        assert steps.count < counting.count / 10
        assert embedded._is_due(store, campaign, NOON + timedelta(hours=1))
        assert embedded._is_due(store, campaign, expired)
        with store.together():
            store.ledger.exclude(turns[0], "unsubscribed")
        assert embedded._is_due(store, campaign, soon)  # to end it


def _said(text: Text) -> str:
    return text.say("en")
