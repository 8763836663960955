"""Segments of a million people, counted on SQLite: what an operator waits for while writing one."""

import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from bench.rows import Row
from mailer.segments.faults import Fault
from mailer.segments.parsing import Names, parse
from mailer.store.clauses import Setting
from mailer.store.opening import open_store
from mailer.store.store import Store
from mailer.tokens.keys import Keys

PEOPLE = 1_000_000
_MOST_S = 0.5
_SITES = ("Nantes", "Saint-Nazaire", "Rennes", "Le Mans", "Élancourt", "Orvault", "Brest", "Quimper", "Paris")
_AT = "2026-01-01T00:00:00.000Z"
_NAMES = Names(lists=("adherents", "cadres"), types={"arrivee": "date", "heures": "number"})
_CAMPAIGN = "aaaaaaaaaa"
_SETTING = Setting(today=date(2026, 11, 27), zone="Europe/Paris", campaigns={"greve": _CAMPAIGN})
_ASKED = (
    "site = 'nantes' and arrivee >= 2020-01-01",
    "site contains 'naz' or heures < 28",
    "in list cadres and not (site = 'Brest')",
    "site != 'Nantes'",
    "received:greve",
    "not-received:greve",
)


def measure() -> list[Row]:
    """Seconds of a count, the median of five, the file in the system's memory."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        with closing(_store(base)):
            pass
        _fill(base / "mailer.db")
        with closing(_store(base)) as store:
            rows: list[Row] = []
            for text in _ASKED:
                node = parse(text, _NAMES)
                assert not isinstance(node, Fault)
                taken = []
                for _ in range(5):
                    began = time.perf_counter()
                    with store.glance():
                        people = store.segments.people(node, _SETTING)
                    taken.append(time.perf_counter() - began)
                assert 0 < people < PEOPLE
                spent = statistics.median(taken)
                rows.append((f"segments: {text}", spent, "s", f"≤ {_MOST_S:g}", spent <= _MOST_S))
    return rows


def _store(base: Path) -> Store:
    keys = Keys.new(lambda count: bytes(range(count)))
    return open_store(base / "mailer.db", keys, base / "objections.log", now=lambda: datetime.now(UTC))


def _fill(path: Path) -> None:
    """Rows straight into the tables: bringing a million people takes minutes, and is not what is measured."""
    dice = random.Random(7)
    numbers = sorted(dice.getrandbits(62) for _ in range(PEOPLE))
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA synchronous = OFF")
        base.execute("BEGIN")
        base.executemany(
            "INSERT INTO subscriber (id, email, domain, address_hash, first_name, last_name, language, "
            "fields, created_at, updated_at) VALUES (?, ?, ?, ?, 'Camille', 'Durand', '', ?, ?, ?)",
            _people(numbers, dice),
        )
        for slug, step in (("adherents", 1), ("cadres", 10)):
            base.executemany(
                "INSERT INTO membership (list, subscriber, state, since, source, proof) "
                "VALUES (?, ?, 'subscribed', ?, 'bench', '')",
                ((slug, number, _AT) for number in numbers[::step]),
            )
        base.execute(
            "INSERT INTO delivery (campaign, subscriber, wave, edition, slice, list, state, reason, code, "
            "enhanced, reply, attempts, address_hash, marked_at, settled_at, due_at) "
            "SELECT ?, id, 1, 1, 1, 'adherents', 'sent', '', 250, '2.0.0', '2.0.0 Ok: queued as 4F7C2A1B3D', "
            "1, address_hash, ?, ?, '' FROM subscriber WHERE id % 2 = 0",
            (_CAMPAIGN, _AT, _AT),
        )
        base.execute(
            "INSERT INTO suppression (address_hash, reason, source, at) "
            "SELECT address_hash, 'objection', 'bench', ? FROM subscriber WHERE id % 200 = 7",
            (_AT,),
        )
        base.execute("COMMIT")


def _people(numbers: list[int], dice: random.Random) -> Iterator[tuple[object, ...]]:
    for at, number in enumerate(numbers):
        own = {
            "arrivee": f"{dice.randint(1985, 2026)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            "heures": dice.choice(("35", "28", "17.5", "21")),
            "site": dice.choice(_SITES),
        }
        fields = json.dumps(own, ensure_ascii=False, sort_keys=True)
        domain = f"exemple{at % 50}.org"
        yield number, f"personne{at}@{domain}", domain, f"{dice.getrandbits(256):064x}", fields, _AT, _AT
