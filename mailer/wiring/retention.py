"""Retention: what [retention] keeps of campaigns that are over, and no longer.

Looked at by each `send`, and once an hour by the site or a worker: one query over as many rows as there are
campaigns.
"""

from datetime import datetime, timedelta
from functools import partial

from mailer.settings import Settings
from mailer.store.clerk import Clerk
from mailer.store.store import Store

# The limits of a day count what left within it, whatever the settings keep.
_LEAST = timedelta(days=2)


def retire(store: Store, settings: Settings, now: datetime) -> list[str]:
    """Make counts of the campaigns that are due; their slugs. Old ways back of imports are forgotten too."""
    with store.together():
        store.imports.forget()
    limit = before(settings, now)
    due = store.retention.due(limit)
    for public_id in due:
        retire_one(store, public_id, limit)
    return [_slug(store, public_id) for public_id in due]


def retire_one(store: Store, public_id: str, before: datetime) -> None:
    """Make counts of a campaign that ended before `before`, some rows at a time."""
    with store.together():
        store.retention.close(public_id, before)
    more = True
    while more:
        with store.together():
            more = store.retention.retire(public_id)


def forget_returned(store: Store, settings: Settings, now: datetime) -> int:
    """Empty what came back longer ago than [retention] bounces says; how many."""
    with store.together():
        return store.returns.forget(now - settings.retention.bounces)


async def retire_by(clerk: Clerk, settings: Settings, now: datetime) -> list[str]:
    """The same, between what others ask of the clerk."""
    await clerk.ask(lambda store: store.imports.forget())
    limit = before(settings, now)
    due = await clerk.ask(lambda store: store.retention.due(limit))
    for public_id in due:
        await retire_one_by(clerk, public_id, limit)
    return [await clerk.ask(partial(_slug, public_id=public_id)) for public_id in due]


async def retire_one_by(clerk: Clerk, public_id: str, before: datetime) -> None:
    """The same, between what others ask of the clerk."""
    await clerk.ask(lambda store: store.retention.close(public_id, before))
    while await clerk.ask(lambda store: store.retention.retire(public_id)):
        pass


def before(settings: Settings, now: datetime) -> datetime:
    """Campaigns that ended before this are kept as counts."""
    return now - max(settings.retention.deliveries, _LEAST)


def _slug(store: Store, public_id: str) -> str:
    found = store.campaigns.by_id(public_id)
    assert found is not None
    return found.slug
