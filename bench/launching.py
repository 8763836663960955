"""A launch to a million people on SQLite: the audience frozen, nothing sent.

Their rows are written straight into the tables: bringing them in would take longer than what is measured.
"""

import itertools
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.rows import Row
from mailer.store.launches import Launch
from mailer.store.opening import open_store
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from tests.golden.samples import sample

PEOPLE = 1_000_000
_AIM_S = 5.0
_NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
_LIST = "adherents"
_STEP = 2**62 // PEOPLE  # numbers as far apart as those of addresses; in order, which is quicker to write


def measure() -> list[Row]:
    """The seconds of one launch."""
    with tempfile.TemporaryDirectory() as folder, _peopled(Path(folder), PEOPLE) as store:
        begun = time.perf_counter()
        with store.together():
            store.launches.launch(_launch())
        seconds = time.perf_counter() - begun
    return [
        (f"launch: {PEOPLE} people", seconds, "s", f"≤ {_AIM_S:g}", seconds <= _AIM_S),
    ]


@contextmanager
def _peopled(folder: Path, people: int) -> Iterator[Store]:
    keys = Keys.new(lambda count: bytes(range(count)))
    store = open_store(folder / "mailer.db", keys, folder / "objections.log", now=lambda: _NOON)
    try:
        with store.together():
            rows = (_person(at) for at in range(people))
            while batch := list(itertools.islice(rows, 50_000)):
                store._driver.run_many("add_subscriber", batch)
                store._driver.run_many("join_list", [_membership(row) for row in batch])
        yield store
    finally:
        store.close()


def _person(at: int) -> dict[str, object]:
    number = at * _STEP + 1
    return {
        "id": number,
        "email": f"membre{at}@example.org",
        "domain": "example.org",
        "address_hash": f"a{number:032x}",
        "first_name": "Zoé",
        "last_name": "",
        "language": "",
        "fields": "{}",
        "at": "2026-11-26T12:00:00.000Z",
    }


def _membership(row: dict[str, object]) -> dict[str, object]:
    return {"list": _LIST, "subscriber": row["id"], "at": row["at"], "source": "bench", "proof": ""}


def _launch() -> Launch:
    edition = replace(sample("relation-clients").edition, images=(), files=(), attachments=())
    return Launch(
        slug="bench",
        title="Un tract",
        edition=replace(edition, public_id="k7qk2m4xea"),
        questionnaire="",
        message_id_key="a",
        lists=(_LIST,),
        starts_at=_NOON,
        expires_at=_NOON + timedelta(hours=72),
        hold_until=None,
        scheduled=False,
    )
