"""Retention: counts stay and add up, nothing about anybody does, and nothing more can be asked."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from mailer.delivery import Tally
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    CAMPAIGN,
    NOON,
    REFUSED,
    SILENCE,
    ZOE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    mark,
    number,
    opened,
    settle,
    tally,
)
from tests.store.test_amendments import amend, editions

DATABASES = ["sqlite", "postgres"]  # see conftest.py

SPOKEN = "550 5.1.1 <zoe@example.org> is unknown here"


def over(store: Store, clock: Clock) -> None:
    """A campaign of two waves and two texts, with each way to end, cancelled before its last slice."""
    bring(store, ZOE, *(f"m{at}@example.org" for at in range(3)))
    launch(store)
    turns = {turn.subscriber: turn for turn in claimed(store)}
    zoe = turns.pop(number(store, ZOE))
    one, two, three = turns.values()
    mark(store, zoe, one, two)
    settle(store, zoe, replace(REFUSED, text=SPOKEN))
    settle(store, one, ACCEPTED)
    settle(store, two, SILENCE)
    with store.together():
        store.ledger.exclude(three, "unsubscribed")
    bring(store, *(f"new{at}@example.org" for at in range(5)))
    with store.together():
        store.waves.top_up(CAMPAIGN, ("adherents",))
    amend(store)
    clock.later(hours=1)
    with store.together():
        store.campaigns.cancel(CAMPAIGN, "running")


def retire(store: Store, before: datetime, most: int = 10_000) -> None:
    """To its end, whatever is in between adding up."""
    with store.together():
        store.retention.close(CAMPAIGN, before)
    more = True
    while more:
        with store.together():
            more = store.retention.retire(CAMPAIGN, most)
        tally(store)


def test_figures_stay_as_they_were_and_no_row_does(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        over(store, clock)
        before = (store.campaigns.waves(CAMPAIGN), editions(store), sorted(store.campaigns.reasons(CAMPAIGN)))
        assert tally(store) == Tally(audience=9, sent=1, refused=1, unknown=1, excluded=6)
        clock.later(days=200)
        assert store.retention.due(NOON) == []
        assert store.retention.due(NOON + timedelta(days=1)) == [CAMPAIGN]
        retire(store, NOON + timedelta(days=1), most=2)
        assert store.retention.due(NOON + timedelta(days=1)) == []
        after = (store.campaigns.waves(CAMPAIGN), editions(store), sorted(store.campaigns.reasons(CAMPAIGN)))
        assert after == before
        assert list(store.campaigns.unknown(CAMPAIGN)) == []
        for table in ("delivery", "attempt", "slice"):
            assert list(inside(store).query(f"SELECT campaign FROM {table}")) == []


def test_it_is_closed_at_once_and_goes_on_after_a_kill(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        over(store, clock)
        inside(store).execute("UPDATE campaign SET status = 'finished'")
        clock.later(days=200)
        before = clock.now - timedelta(days=180)
        asked = store.campaigns.by_id(CAMPAIGN)
        assert asked is not None
        with store.together():
            store.retention.close(CAMPAIGN, before)
            store.retention.close(CAMPAIGN, before)  # another command, at the same time
            store.retention.retire(CAMPAIGN, 1)
        assert tally(store).audience == 9
        with store.together():
            assert not store.campaigns.reopen(asked, "running", lasting=timedelta(hours=1))
        closed = store.campaigns.by_id(CAMPAIGN)
        assert closed is not None
        assert closed.closed_at == clock.now
    with opened(tmp_path, clock) as store:
        assert store.retention.due(before) == [CAMPAIGN]
        retire(store, before)
        assert store.retention.due(before) == []


def test_what_runs_or_is_over_since_lately_is_left_alone(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store)
        clock.later(days=400)
        assert store.retention.due(clock.now) == []
        with store.together():
            store.campaigns.cancel(CAMPAIGN, "running")
        clock.later(days=3)
        with store.together():
            store.retention.close(CAMPAIGN, clock.now - timedelta(days=180))
        found = store.campaigns.by_id(CAMPAIGN)
        assert found is not None
        assert found.closed_at is None


def test_what_a_dead_sender_left_in_flight_is_unknown_for_ever(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store)
        mark(store, *claimed(store))
        with store.together():
            store.campaigns.cancel(CAMPAIGN, "running")
        clock.later(days=200)
        retire(store, clock.now)
        assert tally(store) == Tally(audience=1, unknown=1)
