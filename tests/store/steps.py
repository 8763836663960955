"""A campaign of many small slices, and the steps that SQLite takes for something."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailer.store.store import Store
from tests.store.house import ACCEPTED, CAMPAIGN, bring, claimed, in_file, launch, opened

SLICES, SIZE = 60, 10
MARGIN = 1.25  # a tree of pages is deeper


class Steps:
    """Instructions of SQLite's machine (sqlite.org/opcode.html) since it was asked last."""

    def __init__(self) -> None:
        self.count = 0

    def step(self) -> int:
        self.count += 1
        return 0


@contextmanager
def counted(store: Store) -> Iterator[Steps]:
    """Count what is done inside."""
    steps = Steps()
    connection = in_file(store).conn
    assert connection is not None
    connection.set_progress_handler(steps.step, 1)
    try:
        yield steps
    finally:
        connection.set_progress_handler(None, 1)


@contextmanager
def campaign_of_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Launched to SLICES * SIZE people."""
    monkeypatch.setattr("mailer.store.launches.SLICE", SIZE)
    with opened(folder) as store:
        bring(store, *(f"m{at}@example.org" for at in range(SLICES * SIZE)))
        launch(store)
        yield store


def send_a_slice(store: Store) -> None:
    """To those of the next one."""
    turns = claimed(store)
    assert len(turns) == SIZE
    hashes = [store.people.hash_of(one.email) for one in store.ledger.look(turns) if not isinstance(one, str)]
    with store.together():
        assert all(store.ledger.mark(list(zip(turns, hashes, strict=True))))
    with store.together():
        store.ledger.sent([(turn, ACCEPTED) for turn in turns])
        store.ledger.close(CAMPAIGN, turns[0].slice, turns[0].fence)
