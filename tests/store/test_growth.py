"""What a step of sending costs does not grow with what was sent before: counted in SQLite's own steps.

Without figures of its tables SQLite takes a campaign for ten rows, and reads all of them where an index would
have found a slice's: a million people cost twice what ten thousand cost, each.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.store.imports import Import
from mailer.store.store import Store
from tests.store.house import CAMPAIGN, Clock, person
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
