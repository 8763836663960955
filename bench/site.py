"""The site under load, beside a bare Starlette route on the same server, in turn within one run."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import Row
from mailer.model import Person
from mailer.store.opening import open_store
from mailer.tokens.keys import Keys

_CONNECTIONS = 32
_MANY = 64  # connections, for the slowest answers
_SECONDS = 1.5
_ROUNDS = 5
_LEAVING = 12_800  # people, for what the store takes of a departure
_RATIOS = {"redirect": ("bare redirect", 0.7), "one-click POST": ("bare POST", 0.5)}


def measure() -> list[Row]:
    """Requests a second of redirects and of one-click POSTs, as ratios to the bare route's."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "bench.site_server", folder]
        root = Path(__file__).parents[1]
        environ = {**os.environ, "PYTHONPATH": str(root)}
        with subprocess.Popen(words, cwd=root, env=environ, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                said = json.loads(server.stdout.readline())
                return asyncio.run(_measured(said))
            finally:
                server.kill()  # two servers in one process: a signal would end one of them


async def _measured(said: dict[str, object]) -> list[Row]:
    tokens = said["tokens"]
    assert isinstance(tokens, list)
    one_click = b"List-Unsubscribe=One-Click"
    cases = {
        "bare redirect": (said["bare_port"], [_get("/go")]),
        "redirect": (said["port"], [_get(str(said["link"]))]),
        "bare POST": (said["bare_port"], [_post("/form", one_click)]),
        "one-click POST": (said["port"], [_post(f"/u/{token}", one_click) for token in tokens]),
    }
    rates: dict[str, list[float]] = {name: [] for name in cases}
    turns = {name: iter(range(10**9)) for name in cases}  # nobody leaves twice
    for _ in range(_ROUNDS):
        for name, (port, requests) in cases.items():
            rates[name].append(await _rate(int(str(port)), requests, turns[name]))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    rows: list[Row] = [(f"site: {name}", rate, "/s", "", True) for name, rate in medians.items()]
    rows.append(
        (f"site: departures by the store alone, {_CONNECTIONS} at a time", _departures(), "/s", "", True)
    )
    for name, (bare, least) in _RATIOS.items():
        ratio = medians[name] / medians[bare]
        rows.append((f"site: {name}, ratio to the bare one", ratio, "×", f"≥ {least}", ratio >= least))
    for name in ("bare redirect", "redirect"):
        port, requests = cases[name]
        slow = await _slowest(int(str(port)), requests)
        rows.append((f"site: {name}, p99 with {_MANY} connections", slow * 1000, "ms", "", True))
    return rows


def _departures() -> float:
    """Departures a second without a site: into the log, on disk, and into the database."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        keys = Keys.new(lambda count: bytes(range(count)))
        log = base / "objections.log"
        with closing(open_store(base / "mailer.db", keys, log, now=lambda: datetime.now(UTC))) as store:
            addresses = [f"m{number}@example.org" for number in range(_LEAVING)]
            with store.together():
                store.people.bring("sample", (Person(email=email) for email in addresses), source="bench")
            with store.glance():
                numbers = [store.people.number_of(email) or 0 for email in addresses]
            began = time.perf_counter()
            for at in range(0, _LEAVING, _CONNECTIONS):
                store.begin(logged=True)
                store.exits.leave_each(
                    [(one, ("sample",)) for one in numbers[at : at + _CONNECTIONS]], "site"
                )
                store.finish()
            return _LEAVING / (time.perf_counter() - began)


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii")


def _post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return head.encode("ascii") + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def _rate(port: int, requests: list[bytes], turns: Iterator[int]) -> float:
    """Answers a second over `_CONNECTIONS` connections, each asking again once it is answered."""
    until = time.perf_counter() + _SECONDS
    waits = await asyncio.gather(*(_client(port, requests, turns, until) for _ in range(_CONNECTIONS)))
    return sum(map(len, waits)) / _SECONDS


async def _slowest(port: int, requests: list[bytes]) -> float:
    """Seconds that 99 of 100 answers take at most, over `_MANY` connections; the client's own included."""
    until = time.perf_counter() + _SECONDS
    waits = await asyncio.gather(*(_client(port, requests, iter(range(10**9)), until) for _ in range(_MANY)))
    return statistics.quantiles((wait for each in waits for wait in each), n=100)[98]


async def _client(port: int, requests: list[bytes], turns: Iterator[int], until: float) -> list[float]:
    """How long each answer took, in seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits: list[float] = []
    while (asked := time.perf_counter()) < until:
        turn = next(turns)
        writer.write(requests[turn % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.split(b" ", 2)[1] in (b"200", b"302"), head
        length = next(
            (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0"
        )
        await reader.readexactly(int(length.partition(b":")[2]))
        waits.append(time.perf_counter() - asked)
    writer.close()
    return waits
