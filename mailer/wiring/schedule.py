"""Schedules: a campaign's hour, and what becomes of one whose hour has passed unnoticed."""

from datetime import datetime, timedelta

from mailer.settings import Settings
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.wiring.alerts import tell_of_pause

TOLERANCE = timedelta(hours=1)  # a schedule missed by more asks a person, instead of surprising members


def is_missed(campaign: Launched, instant: datetime) -> bool:
    """Whether it should have begun long ago, and nobody was there."""
    return campaign.status == "scheduled" and instant - campaign.starts_at > TOLERANCE


def pause_missed(store: Store, settings: Settings, campaign: Launched) -> None:
    """It waits for `mailer resume`, and [alerts] to is told; nothing if it has begun meanwhile."""
    if store.campaigns.change(campaign.public_id, "scheduled", "paused", "missed"):
        tally = store.campaigns.tally(campaign.public_id)
        tell_of_pause(store, settings, campaign, tally, "missed")
