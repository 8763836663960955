"""Retention as `send` and the site see to it."""

from datetime import datetime, timedelta
from pathlib import Path

from mailer.settings import Settings
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.wiring.retention import retire, retire_by
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace

KEPT = {"MAILER_RETENTION_DELIVERIES": "30 days"}


def over(there: Workspace, store: Store) -> tuple[Settings, datetime]:
    """A campaign that was cancelled this very moment."""
    found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
    campaign = launch(there, store, keys_of(there), found, hold=False, now=now())
    with store.together():
        store.ledger.claim(campaign.public_id, "test")
        store.campaigns.cancel(campaign.public_id, "running")
    return there.settings, now()


def test_when_its_time_has_come_and_once(tmp_path: Path) -> None:
    there = workspace(tmp_path, **KEPT)
    with opened(there, ZOE, ANA) as store:
        settings, ended = over(there, store)
        assert retire(store, settings, ended + timedelta(days=29)) == []
        assert retire(store, settings, ended + timedelta(days=31)) == ["tract"]
        assert retire(store, settings, ended + timedelta(days=31)) == []
        [campaign] = store.campaigns.all()
        assert campaign.closed_at is not None
        assert store.campaigns.tally(campaign.public_id).excluded == 2
        assert store.people.dossier(ZOE).deliveries == ()


def test_two_days_are_kept_for_the_limits_of_a_day(tmp_path: Path) -> None:
    there = workspace(tmp_path, MAILER_RETENTION_DELIVERIES="1h")
    with opened(there, ZOE) as store:
        settings, ended = over(there, store)
        assert retire(store, settings, ended + timedelta(hours=47)) == []
        assert retire(store, settings, ended + timedelta(hours=49)) == ["tract"]


@in_a_loop
async def test_by_the_site(tmp_path: Path) -> None:
    there = workspace(tmp_path, **KEPT)
    with opened(there, ZOE) as store:
        settings, ended = over(there, store)
    clerk = Clerk(store_of(there), Store.together)
    assert await retire_by(clerk, settings, ended) == []
    assert await retire_by(clerk, settings, ended + timedelta(days=31)) == ["tract"]
    assert await retire_by(clerk, settings, ended + timedelta(days=31)) == []
    await clerk.close()
