"""What a step of sending costs does not grow with what was sent before: counted in SQLite's own steps.

Without figures of its tables SQLite takes a campaign for ten rows, and reads all of them where an index would
have found a slice's: a million people cost twice what ten thousand cost, each.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.moments import stamp
from mailer.store.idle import START
from mailer.store.imports import Import
from mailer.store.store import Store
from tests.store.house import CAMPAIGN, LIST, NOON, Clock, inside, person
from tests.store.steps import MARGIN, SIZE, SLICES, campaign_of_many, counted, send_a_slice
from tests.store.test_imports import imported


def what(store: Store, brought: int) -> Import:
    found = store.imports.one(brought)
    assert found is not None
    return found


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with campaign_of_many(tmp_path, monkeypatch) as store:
        yield store


def test_the_last_slices_cost_what_the_first_ones_do(many: Store) -> None:
    costs = []
    for _ in range(SLICES):
        with counted(many) as steps:
            send_a_slice(many)
        costs.append(steps.count)
    first, last = sum(costs[1:6]), sum(costs[-6:-1])
    assert last < first * MARGIN, costs


def test_whoever_watches_reads_no_more_at_the_end(many: Store) -> None:
    send_a_slice(many)
    with counted(many) as early:
        assert many.backlogs.of(CAMPAIGN).deferred == 0
    for _ in range(SLICES - 2):
        send_a_slice(many)
    with counted(many) as late:
        assert many.backlogs.of(CAMPAIGN).waiting == 1
    assert late.count < early.count * MARGIN


def test_to_undo_an_import_reads_no_campaign(many: Store) -> None:
    """Each of its people is looked for among those who were written to; not all of these for each."""
    brought = imported(many, Clock(), *(person(f"n{at}@example.org") for at in range(SIZE)), slug="others")
    costs = []
    for sent in (1, SLICES - 1):
        for _ in range(sent):
            send_a_slice(many)
        many.begin()
        with counted(many) as steps:
            done = many.imports.undo(what(many, brought))
        many.abandon()  # it is asked for again
        assert done.forgotten == SIZE
        costs.append(steps.count)
    assert costs[1] < costs[0] * MARGIN, costs


def numbers(store: Store) -> list[int]:
    """Of all people, in their order."""
    return [row[0] for row in inside(store).execute("SELECT id FROM subscriber ORDER BY id").fetchall()]


def batches(store: Store, act: Callable[[int], list[int]]) -> list[int]:
    """What each batch costs, the first one apart: it finds its way to them."""
    costs, after = [], START
    while True:
        with counted(store) as steps, store.together():
            found = act(after)
        costs.append(steps.count)
        if not found:
            return costs[1:-1]
        after = found[-1]


def test_to_forget_people_reads_those_who_stay_once(many: Store) -> None:
    """Those who go have the last numbers: each batch would look through all the others first."""
    first = numbers(many)[-SIZE * 5]
    idle, later = NOON + timedelta(days=1), NOON + timedelta(days=2)
    everybody = inside(many)
    everybody.execute("UPDATE membership SET since = ?", [stamp(later)])
    everybody.execute("UPDATE membership SET since = ? WHERE subscriber >= ?", [stamp(NOON), first])
    contacts = batches(many, lambda after: many.idle.forget_contacts(LIST, idle, after, SIZE))
    departed = batches(many, lambda after: many.idle.forget_departed(idle, after, SIZE))
    assert (len(contacts), len(departed)) == (4, 4)
    assert max(contacts) < SLICES * SIZE * 3, contacts  # three steps for each of the others
    waiting = SLICES * 30  # once for the batch
    assert max(departed) < SLICES * SIZE * 3 + waiting + SIZE * 200, departed
    assert len(numbers(many)) == (SLICES - 5) * SIZE


def test_to_erase_somebody_reads_no_slice_that_was_sent(many: Store) -> None:
    costs = []
    for sent in (1, SLICES - 2):
        for _ in range(sent):
            send_a_slice(many)
        many.begin()
        with counted(many) as steps:
            many.erasing.erase("m1@example.org", "operator")
        many.abandon()  # they stay in their slice
        costs.append(steps.count)
    assert costs[1] < costs[0] * 0.7, costs


def test_retention_counts_who_left_once(many: Store) -> None:
    """Of the rows that become counts; not of all that were before them too."""
    for _ in range(SLICES):
        send_a_slice(many)
    with many.together():
        assert many.campaigns.finish(CAMPAIGN)
        many.exits.leave_each([(who, [LIST]) for who in numbers(many)], "site")
        many.retention.close(CAMPAIGN, NOON + timedelta(days=400))
    costs, more = [], True
    while more:
        with counted(many) as steps, many.together():
            more = many.retention.retire(CAMPAIGN, SIZE * 6)
        costs.append(steps.count)
    assert costs[-2] < costs[0] * MARGIN, costs


def test_the_limits_of_a_day_read_no_campaign_that_is_over(many: Store) -> None:
    for _ in range(SLICES):
        send_a_slice(many)
    with many.together():
        assert many.campaigns.finish(CAMPAIGN)
    with counted(many) as steps:
        assert many.ledger.marks_since(NOON + timedelta(hours=2)) == []
    assert steps.count < 100
    assert len(many.ledger.marks_since(NOON - timedelta(hours=1))) == SLICES * SIZE


def test_a_mail_that_proves_nothing_reads_none_of_other_days(many: Store) -> None:
    costs = []
    for day in range(2):
        with counted(many) as steps:
            assert many.returns.unproven_today() == 0
        costs.append(steps.count)
        for at in range(SLICES):
            inside(many).execute(
                "INSERT INTO bounce VALUES (?, 'unproven', '2026-01-01', '', 0, '', '', '')", [f"{day} {at}"]
            )
    assert costs[1] < costs[0] * MARGIN, costs
