"""Retention: what [retention] keeps of campaigns that are over, and no longer.

Looked at by each `send`, and once an hour by the site or a worker: one query over as many rows as there are
campaigns.
"""

from datetime import datetime, timedelta

from mailer.settings import Settings
from mailer.store.clerk import Clerk
from mailer.store.store import Store

# The limits of a day count what left within it, whatever the settings keep.
_LEAST = timedelta(days=2)


def retire(store: Store, settings: Settings, now: datetime) -> list[str]:
    """Make counts of the campaigns that are due; their slugs."""
    before, done = _before(settings, now), []
    for public_id in store.retention.due(before):
        with store.together():
            store.retention.close(public_id, before)
        more = True
        while more:
            with store.together():
                more = store.retention.retire(public_id)
        done.append(_slug(store, public_id))
    return done


async def retire_by(clerk: Clerk, settings: Settings, now: datetime) -> list[str]:
    """The same, between what others ask of the clerk."""
    before = _before(settings, now)
    due = await clerk.ask(lambda store: store.retention.due(before))
    return [await _retired(clerk, public_id, before) for public_id in due]


async def _retired(clerk: Clerk, public_id: str, before: datetime) -> str:
    await clerk.ask(lambda store: store.retention.close(public_id, before))
    while await clerk.ask(lambda store: store.retention.retire(public_id)):
        pass
    return await clerk.ask(lambda store: _slug(store, public_id))


def _before(settings: Settings, now: datetime) -> datetime:
    """Campaigns that ended before this are kept as counts."""
    return now - max(settings.retention.deliveries, _LEAST)


def _slug(store: Store, public_id: str) -> str:
    found = store.campaigns.by_id(public_id)
    assert found is not None
    return found.slug
