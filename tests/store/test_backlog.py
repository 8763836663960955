"""What is left, slice by slice: for those who watch."""

from pathlib import Path

import pytest

from mailer.store.backlog import Backlog
from mailer.store.launches import SLICE
from tests.store.house import (
    ACCEPTED,
    CAMPAIGN,
    LATER,
    NOON,
    bring,
    claimed,
    launch,
    mark,
    opened,
    settle,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py
PEOPLE = [f"membre{at}@example.org" for at in range(2 * SLICE + 10)]


def test_from_waiting_to_done(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *PEOPLE)
        launch(store)
        assert store.backlogs.of(CAMPAIGN) == Backlog(
            campaign=CAMPAIGN, waiting=3, free=0, held=0, people=len(PEOPLE), deferred=0, lease_age=None
        )
        turns = claimed(store)
        there = store.backlogs.of(CAMPAIGN)
        assert (there.waiting, there.held, there.people) == (2, 1, SLICE + 10)
        # By the database's own clock where it has one; on one machine the sender's lock tells who lives.
        assert there.lease_age is None if not store.remote else there.lease_age == pytest.approx(0, abs=10)
        for turn in turns[1:]:
            mark(store, turn)
            settle(store, turn, ACCEPTED)
        with store.together():
            store.ledger.close(CAMPAIGN, turns[0].slice, turns[0].fence)
        there = store.backlogs.of(CAMPAIGN)
        assert (there.waiting, there.free, there.held, there.lease_age) == (2, 1, 0, None)


def test_who_is_deferred_is_counted(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *PEOPLE[:3])
        launch(store)
        turns = claimed(store)
        mark(store, *turns[:2])
        for turn in turns[:2]:
            settle(store, turn, LATER, NOON)
        assert store.backlogs.of(CAMPAIGN).deferred == 2


def test_a_campaign_that_is_nowhere(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert store.backlogs.of(CAMPAIGN).waiting == 0
