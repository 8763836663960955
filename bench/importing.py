"""A members' file of a million rows: dry run, import and undo, beside what SQLite itself takes for the rows.

Each step runs in a process of its own, which tells its peak of memory. `MAILER_BENCH_ROWS` asks for another
number of rows.
"""

import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import Row
from mailer.people import read_people
from mailer.store.opening import open_store
from mailer.store.queries import migrations
from mailer.store.sqlite import as_schema
from mailer.tokens.keys import Keys
from mailer.wiring.importing import import_file
from mailer.wiring.undoing import undo

ROWS = int(os.environ.get("MAILER_BENCH_ROWS", "1000000"))
_MEMORY_MB = 200
_READ = 100_000  # rows a second
_WRITE = 0.5  # of raw executemany
_NAMES = ("Zoé", "Camille", "Seán", "Łukasz", "Anne-Marie")
_KEYS = Keys.new(lambda count: bytes(range(count)))
_INTO_PEOPLE = (
    "INSERT INTO subscriber (id, email, domain, address_hash, first_name, last_name, language, fields, "
    "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?)"
)
_INTO_LIST = (
    "INSERT INTO membership (list, subscriber, state, since, source, proof) VALUES (?, ?, ?, ?, ?, ?)"
)


def measure() -> list[Row]:
    """Once each: the file is long enough."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "people.csv")
        read, raw, look, write, back = (
            _apart(step, folder) for step in ("read", "raw", "look", "write", "back")
        )
    rate, share = ROWS / read["seconds"], raw["cpu"] / write["cpu"]
    dry = ROWS / look["seconds"]
    peak = max(read["peak"], write["peak"], back["peak"])
    return [
        (f"import: {ROWS} rows read and checked", rate, "/s", "", True),
        (f"import: {ROWS} rows of a dry run", dry, "/s", f"≥ {_READ}", dry >= _READ),
        ("import: rows written", ROWS / write["seconds"], "/s", "", True),
        ("import: CPU, of raw executemany", share, "×", f"≥ {_WRITE}", share >= _WRITE),
        ("import: undone", ROWS / back["seconds"], "/s", "", True),
        ("import: peak memory", peak, "MB", f"≤ {_MEMORY_MB}", peak <= _MEMORY_MB),
    ]


def _write(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as opened:
        opened.write("Courriel;Prénom;Nom;Service\r\n")
        opened.writelines(
            f"m{at}@example{at % 900}.org;{_NAMES[at % 5]};Nom{at % 10_000};Service {at % 90}\r\n"
            for at in range(ROWS)
        )


def _apart(step: str, folder: Path) -> dict[str, float]:
    """A step in a process of its own: seconds, MB."""
    words = [sys.executable, "-m", "bench.importing", step, str(folder)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=1_800)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _read(folder: Path) -> None:
    with (folder / "people.csv").open("rb") as opened:
        assert sum(1 for _ in read_people(opened, "people.csv")) == ROWS


def _raw(folder: Path) -> None:
    """The same rows into the same tables, from values that are ready: what SQLite takes."""
    at = datetime.now(UTC).isoformat()
    dice = random.Random(6)
    numbers = [dice.getrandbits(62) for _ in range(ROWS)]  # in no order, as those of addresses are
    with closing(sqlite3.connect(folder / "raw.db")) as database:
        for setting in ("journal_mode = WAL", "secure_delete = ON", "cache_size = -65536"):  # as the store's
            database.execute(f"PRAGMA {setting}")
        for _, statements in migrations():
            database.executescript(as_schema(statements))
        with database:
            database.executemany(_INTO_PEOPLE, (_person(at, n, number) for n, number in enumerate(numbers)))
            members = (("adherents", number, "subscribed", at, "import", "") for number in numbers)
            database.executemany(_INTO_LIST, members)


def _person(at: str, n: int, number: int) -> tuple[object, ...]:
    hashed, domain = f"{number * 3:032x}", f"example{n % 900}.org"
    return number, f"m{n}@{domain}", domain, hashed, "Zoé", "Nom", '{"service": "Service 1"}', at, at


def _store(folder: Path, act: Callable[..., object], *words: object, **named: object) -> None:
    store = open_store(folder / "mailer.db", _KEYS, folder / "objections.log", now=lambda: datetime.now(UTC))
    try:
        act(store, *words, **named)
    finally:
        store.close()


def _bring(folder: Path) -> None:
    _store(folder, import_file, "adherents", folder / "people.csv", encoding=None, write=True)


def _look(folder: Path) -> None:
    _store(folder, import_file, "adherents", folder / "people.csv", encoding=None, write=False)


def _back(folder: Path) -> None:
    _store(folder, undo, None, write=True)


_STEPS = {"read": _read, "raw": _raw, "look": _look, "write": _bring, "back": _back}

if __name__ == "__main__":
    begun, used = time.perf_counter(), time.process_time()
    _STEPS[sys.argv[1]](Path(sys.argv[2]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak}))
