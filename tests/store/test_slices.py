"""Slices: who is left in one is claimed again, and no slice outlives the campaign's time."""

from datetime import timedelta
from pathlib import Path

from mailer.delivery import Tally
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LATER,
    NOON,
    SILENCE,
    ZOE,
    bring,
    claim,
    claimed,
    launch,
    mark,
    opened,
    settle,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def test_expired(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(700)))
        launch(store)
        turns = claimed(store)
        assert len(turns) == 500
        mark(store, turns[0])
        settle(store, turns[0], SILENCE)
        settle(store, turns[1], LATER, NOON + timedelta(hours=80))
        with store.together():
            store.ledger.expire(CAMPAIGN)
        assert tally(store) == Tally(audience=700, unknown=1, refused=699)
        assert store.campaigns.reasons(CAMPAIGN) == [("refused", "expired", 699)]


def test_a_slice_with_people_left_is_not_done(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        one, two = claimed(store)
        mark(store, one)
        settle(store, one, ACCEPTED)
        with store.together():
            store.ledger.close(CAMPAIGN, one.slice, one.fence)
        [again] = claimed(store)
        assert again.subscriber == two.subscriber
        with store.together():
            store.ledger.close(CAMPAIGN, one.slice, one.fence)  # not the holder any more
        assert claim(store) is None
