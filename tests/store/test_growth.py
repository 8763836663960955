"""What a step of sending costs does not grow with what was sent before: counted in SQLite's own steps.

Without figures of its tables SQLite takes a campaign for ten rows, and reads all of them where an index would
have found a slice's: a million people cost twice what ten thousand cost, each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailer.store.imports import Import
from mailer.store.store import Store
from tests.store.house import ACCEPTED, CAMPAIGN, Clock, bring, claimed, in_file, launch, opened, person
from tests.store.test_imports import imported

SLICES, SIZE = 60, 10
MARGIN = 1.25  # a tree of pages is deeper


class Steps:
    """Instructions of SQLite's machine (sqlite.org/opcode.html) since it was asked last."""

    def __init__(self) -> None:
        self.count = 0

    def step(self) -> int:
        self.count += 1
        return 0


def what(store: Store, brought: int) -> Import:
    found = store.imports.one(brought)
    assert found is not None
    return found


@contextmanager
def counted(store: Store) -> Iterator[Steps]:
    steps = Steps()
    connection = in_file(store).conn
    assert connection is not None
    connection.set_progress_handler(steps.step, 1)
    try:
        yield steps
    finally:
        connection.set_progress_handler(None, 1)


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A campaign of many small slices."""
    monkeypatch.setattr("mailer.store.launches.SLICE", SIZE)
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(SLICES * SIZE)))
        launch(store)
        yield store


def send_a_slice(store: Store) -> None:
    turns = claimed(store)
    assert len(turns) == SIZE
    hashes = [store.people.hash_of(one.email) for one in store.ledger.look(turns) if not isinstance(one, str)]
    with store.together():
        assert all(store.ledger.mark(list(zip(turns, hashes, strict=True))))
    with store.together():
        store.ledger.sent([(turn, ACCEPTED) for turn in turns])
        store.ledger.close(CAMPAIGN, turns[0].slice, turns[0].fence)


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
