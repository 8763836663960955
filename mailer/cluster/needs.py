"""What campaigns need, as the ledger says: which of them want somebody to carry them."""

from datetime import datetime

from mailer.settings import Settings
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.wiring.schedule import is_missed, pause_missed


def in_need(store: Store, settings: Settings, instant: datetime) -> list[str]:
    """The public ids of campaigns that want a pump now, within the caller's transaction.

    On the way dead holders' slices are taken back, and scheduled campaigns begin, or are paused as missed.
    """
    store.ledger.reap()
    found = []
    for campaign in store.campaigns.at_work():
        if is_missed(campaign, instant):
            pause_missed(store, settings, campaign)
        elif _runs(store, campaign) and is_wanting(store, campaign, instant):
            found.append(campaign.public_id)
    return found


def _runs(store: Store, campaign: Launched) -> bool:
    """Scheduled, it begins; False when somebody else has just changed its course."""
    return campaign.status == "running" or store.campaigns.change(campaign.public_id, "scheduled", "running")


def is_wanting(store: Store, campaign: Launched, instant: datetime) -> bool:
    """Whether a pump would find something to do: people that nobody has, or an end to tell."""
    left = store.backlogs.of(campaign.public_id)
    if left.waiting or left.free or campaign.expires_at <= instant:
        return True
    if not left.held and not left.deferred:
        return True  # nobody is left, and nobody has said so
    due = store.ledger.next_due(campaign.public_id)
    return due is not None and due <= instant
