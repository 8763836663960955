"""What the brakes and the pauses of providers ask of the store, on both databases."""

from datetime import timedelta
from pathlib import Path

from mailer.delivery import Finished, Tally
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LUC,
    NOON,
    REFUSED,
    SILENCE,
    ZOE,
    Clock,
    bring,
    claim,
    claimed,
    launch,
    mark,
    opened,
    settle,
    tally,
)

DATABASES = ["sqlite", "postgres"]


def _resumed(store: Store) -> None:
    """Paused by the brakes, and told to go on."""
    with store.together():
        assert store.campaigns.change(CAMPAIGN, "running", "paused", "mailboxes")
        assert store.campaigns.change(CAMPAIGN, "paused", "running")


def test_postponed_they_are_due_again_and_no_attempt_is_used_up(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        launch(store)
        one, other = claimed(store)
        with store.together():
            store.ledger.postpone(one, NOON + timedelta(minutes=5))
        assert tally(store) == Tally(audience=2, pending=1, deferred=1)
        assert store.ledger.next_due(CAMPAIGN) == NOON + timedelta(minutes=5)
        assert mark(store, other) == [True]
        settle(store, other, ACCEPTED)
        with store.together():
            store.ledger.close(CAMPAIGN, other.slice, other.fence)
        assert claim(store) is None
        clock.later(minutes=5)
        [again] = claimed(store)
        assert (again.subscriber, again.attempts) == (one.subscriber, 0)
        assert mark(store, again) == [True]


def test_who_is_another_s_or_on_the_way_is_not_postponed(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        one, other = claimed(store)
        mark(store, one)
        with store.together():
            store.ledger.postpone(one, NOON)
        assert tally(store) == Tally(audience=2, pending=1, in_flight=1)
        with store.together():
            store.ledger.take_over(CAMPAIGN)
            store.ledger.postpone(other, NOON)
        assert tally(store).deferred == 0


def test_what_was_finished_since_somebody_said_go_on(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA, LUC)
        launch(store)
        one, other, last = claimed(store)
        assert store.campaigns.finished(CAMPAIGN) == Finished()
        mark(store, one)
        settle(store, one, SILENCE)
        settle(store, other, REFUSED)
        assert store.campaigns.finished(CAMPAIGN) == Finished(people=2, mailboxes=1, unknown=1)
        clock.later(minutes=1)
        _resumed(store)
        assert store.campaigns.finished(CAMPAIGN) == Finished(before=2)
        clock.later(minutes=1)
        mark(store, last)
        settle(store, last, ACCEPTED)
        assert store.campaigns.finished(CAMPAIGN) == Finished(people=1, before=2)
        clock.later(minutes=1)
        _resumed(store)
        assert store.campaigns.finished(CAMPAIGN) == Finished(before=3)
