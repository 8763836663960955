"""The ledger when things go another way: a dead sender, a cancellation, a lost row."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailer.delivery import Outcome, Tally
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LATER,
    LUC,
    NOON,
    OURS,
    REFUSED,
    ZOE,
    Clock,
    bring,
    claim,
    claimed,
    inside,
    launch,
    mark,
    opened,
    settle,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def test_a_dead_sender_s_marks_are_unknown_and_its_slices_anybody_s(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
        launch(store)
        one, two, three = claimed(store)
        mark(store, one, two)
        settle(store, two, ACCEPTED)
        with store.together():
            assert store.ledger.take_over(CAMPAIGN) == 1
        assert tally(store) == Tally(audience=3, sent=1, unknown=1, pending=1)
        assert [row[1] for row in store.campaigns.unknown(CAMPAIGN)] == ["2026-11-25T12:00:00.000Z"]
        settle(store, one, ACCEPTED)  # the dead one's last word, come too late
        assert tally(store).unknown == 1
        [again] = claimed(store)
        assert (again.subscriber, again.fence > three.fence) == (three.subscriber, True)


def test_an_older_holder_s_mark_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        [old] = claimed(store)
        with store.together():
            store.ledger.take_over(CAMPAIGN)
        [new] = claimed(store)
        assert mark(store, old) == [False]
        assert mark(store, new) == [True]
        assert mark(store, new) == [False]


def test_cancelled(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
        launch(store)
        one, two, _three = claimed(store)
        mark(store, one)
        settle(store, two, LATER, NOON)
        with store.together():
            assert not store.campaigns.cancel(CAMPAIGN, "paused")
            assert store.campaigns.cancel(CAMPAIGN, "running")
        settle(store, one, ACCEPTED)
        assert tally(store) == Tally(audience=3, sent=1, excluded=2)
        assert claim(store) is None


def test_cancelled_before_it_began(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(3)))
        launch(store)
        with store.together():
            store.campaigns.cancel(CAMPAIGN, "running")
        assert tally(store) == Tally(audience=3, excluded=3)
        assert store.campaigns.reasons(CAMPAIGN) == [("excluded", "cancelled", 3)]


def test_marks_of_all_campaigns_count_for_the_limits(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        launch(store)
        launch(store, public_id="aaaaaaaaaa", slug="autre")
        for public_id in (CAMPAIGN, "aaaaaaaaaa"):
            clock.later(minutes=1)
            mark(store, *claimed(store, public_id))
        assert store.ledger.marks_since(NOON) == [NOON + timedelta(minutes=at) for at in (1, 1, 2, 2)]
        assert len(store.ledger.marks_since(NOON + timedelta(minutes=1))) == 2


_FIRST = "subscriber = (SELECT min(subscriber) FROM delivery)"
_NO_KEYS = {"sqlite": "PRAGMA foreign_keys = OFF", "postgres": "SET session_replication_role = replica"}


@pytest.mark.parametrize("table", ["delivery", "slice", "wave"])
def test_a_row_that_disappears_is_noticed(tmp_path: Path, table: str, database: str) -> None:
    """P5: each figure is counted, none deduced from the others."""
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(501)))
        launch(store)
        claim(store)
        assert tally(store) == Tally(audience=501, pending=501)
        where = {"delivery": _FIRST, "slice": "state = 'waiting'", "wave": "number = 1"}[table]
        inside(store).execute(_NO_KEYS[database])
        inside(store).execute(f"DELETE FROM {table} WHERE {where}")
        assert not store.campaigns.tally(CAMPAIGN).balanced


@pytest.mark.parametrize("outcome", [LATER, REFUSED, OURS])
def test_an_older_holder_s_reply_undoes_nothing_that_a_newer_one_marked(
    tmp_path: Path, outcome: Outcome
) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        [old] = claimed(store)
        with store.together():
            store.ledger.take_over(CAMPAIGN)
        [new] = claimed(store)
        mark(store, new)
        settle(store, old, outcome)
        assert tally(store) == Tally(audience=1, in_flight=1)
        settle(store, new, ACCEPTED)
        assert tally(store) == Tally(audience=1, sent=1)
