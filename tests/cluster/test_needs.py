"""What campaigns need, read from the ledger alone."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailer.cluster.needs import in_need
from mailer.settings.reading import read_settings
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LATER,
    NOON,
    ZOE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    mark,
    opened,
    settle,
    tally,
)

pytestmark = [pytest.mark.xdist_group("postgres"), pytest.mark.usefixtures("shared")]


SETTINGS, _ = read_settings(
    '[organisation]\nname = "S"\ncontact = "c@example.org"\n[sender]\nfrom = "s@example.org"\n'
    '[alerts]\nto = ["chef@example.org"]\n',
    environ={},
)


def needed(store: Store, instant: datetime = NOON) -> list[str]:
    assert SETTINGS is not None
    with store.together():
        return in_need(store, SETTINGS, instant)


def status(store: Store) -> tuple[str, str]:
    found = store.campaigns.by_id(CAMPAIGN)
    assert found is not None
    return found.status, found.reason


def scheduled(store: Store, starts_at: str) -> None:
    """The campaign that was launched is for another time."""
    with store.together():
        inside(store).execute("UPDATE campaign SET status = 'scheduled', starts_at = ?", [starts_at])


def test_one_that_nobody_carries(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        assert needed(store) == [CAMPAIGN]


def test_one_whose_people_are_all_held_needs_nobody(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        claimed(store)
        assert needed(store) == []


def test_one_whose_holder_is_dead(tmp_path: Path) -> None:
    """What was marked is unknown; the others are anybody's."""
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        first, _ = claimed(store)
        mark(store, first)
        with store.together():
            inside(store).execute("UPDATE slice SET lease_until = '2020-01-01T00:00:00.000Z'")
        assert needed(store) == [CAMPAIGN]
        assert (tally(store).unknown, tally(store).pending) == (1, 1)


def test_one_that_waits_for_a_second_attempt(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        mark(store, turn)
        settle(store, turn, LATER, NOON + timedelta(minutes=15))
        with store.together():
            store.ledger.close(CAMPAIGN, turn.slice, turn.fence)
        assert needed(store) == []
        assert needed(store, NOON + timedelta(minutes=15)) == [CAMPAIGN]


def test_one_whose_time_is_over(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        claimed(store)
        assert needed(store, NOON + timedelta(hours=72)) == [CAMPAIGN]


def test_one_in_which_nobody_is_left_and_nobody_has_said_so(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        mark(store, turn)
        settle(store, turn, ACCEPTED)
        assert needed(store) == []
        with store.together():
            store.ledger.close(CAMPAIGN, turn.slice, turn.fence)
        assert needed(store) == [CAMPAIGN]


@pytest.mark.parametrize("now_is", ["paused", "finished", "cancelled"])
def test_one_that_does_not_run(tmp_path: Path, now_is: str) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        with store.together():
            store.campaigns.change(CAMPAIGN, "running", now_is)
        assert needed(store) == []


def test_a_scheduled_one_begins_in_its_hour(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        scheduled(store, "2026-11-25T12:00:10.000Z")
        assert (needed(store), status(store)) == ([], ("scheduled", ""))
        scheduled(store, "2026-11-25T11:00:00.000Z")  # an hour ago: within what is tolerated
        assert (needed(store), status(store)) == ([CAMPAIGN], ("running", ""))


def test_one_that_was_missed_asks_a_person(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        scheduled(store, "2026-11-25T10:59:59.000Z")
        assert (needed(store), status(store)) == ([], ("paused", "missed"))
        assert store.notices.waiting() == 1  # it is told by mail too: nobody looks at a worker
        assert (needed(store), store.notices.waiting()) == ([], 1)
