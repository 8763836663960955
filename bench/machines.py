"""Several machines on one PostgreSQL: two workers beside one, to a relay that takes 50 ms at the dot."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from bench.premises import SLUG, copy_of, furnish, people, run
from bench.rows import Row
from tests.store.server import Server, missing, running

PEOPLE = 4_000
_DELAY_MS = 50
_ROUNDS = 3
_RATIO = 1.8
_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def measure() -> list[Row]:
    """Medians of several rounds; one worker and two in turn."""
    if reason := missing():
        sys.stderr.write(f"*** NOT MEASURED: {reason} ***\n")
        return [("machines: PostgreSQL is missing", 0, "", "", False)]
    rates: dict[int, list[float]] = {1: [], 2: []}
    cpu: list[float] = []
    with tempfile.TemporaryDirectory() as name, running() as server:
        base = Path(name)
        (base / "one").mkdir()
        furnish(base / "one", 1)
        for _ in range(_ROUNDS):
            for workers, found in rates.items():
                rate, used = _round(base, server, workers)
                found.append(rate)
                cpu.append(used)
    one, two = (statistics.median(found) for found in rates.values())
    return [
        ("machines: one worker on PostgreSQL", one, "/s", "", True),
        ("machines: two workers on PostgreSQL", two, "/s", "", True),
        ("machines: ratio of the two", two / one, "×", f"≥ {_RATIO}", two / one >= _RATIO),
        ("machines: PostgreSQL's CPU a message", statistics.median(cpu), "ms", "", True),
    ]


def _round(base: Path, server: Server, workers: int) -> tuple[float, float]:
    """Messages a second, and milliseconds of PostgreSQL's CPU for each."""
    with ExitStack() as stack:
        port = stack.enter_context(slow_sink())
        url = server.make_database()
        home = copy_of(base / "one", base / "run", port=port, settings=f'[database]\nurl = "{url}"')
        people(home / "people.csv", PEOPLE)
        run(home, "subscribers", "import", "people.csv", "--list", "sample", "--yes")
        for _ in range(workers):
            stack.enter_context(_worker(home))
        time.sleep(3)  # all of them look for work now
        used = _cpu(server)
        run(home, "send", SLUG, "--yes", "--detach")
        seconds = _finished(url)
        used = _cpu(server) - used
        assert json.loads(run(home, "status", SLUG, "--json").said)["sent"] == PEOPLE
        return PEOPLE / seconds, used / PEOPLE * 1000


def _finished(url: str) -> float:
    """Wait for it; seconds from the first mark to the last outcome, without the command's start and launch.

    Asked of the database, since a command would use half a core.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM campaign WHERE status = 'finished'").fetchone() is None:
            time.sleep(0.05)
        [(seconds,)] = connection.execute(
            "SELECT extract(epoch FROM max(settled_at::timestamptz) - min(marked_at::timestamptz))"
            " FROM delivery"
        )
        return float(seconds)


@contextmanager
def slow_sink(delay_ms: int = _DELAY_MS) -> Iterator[int]:
    """`bench.slow_sink` in a process of its own; its port."""
    words = [sys.executable, "-m", "bench.slow_sink", str(delay_ms)]
    with subprocess.Popen(words, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def _worker(home: Path) -> Iterator[None]:
    """`mailer worker`, from the same folder: what makes machines several is that their processes are."""
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "LANGUAGE": "en"}
    words = [sys.executable, "-m", "mailer", "worker"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, cwd=home, env=environ, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def _cpu(server: Server) -> float:
    """CPU seconds of the server and of all its processes, those that have ended included."""
    master = int((server.folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = path.read_text(encoding="utf-8").partition(" (")
        except OSError:  # it has just ended
            continue
        words = rest.rpartition(") ")[2].split()
        parent, own, ended = int(words[1]), words[11:13], words[13:15]
        if int(pid) == master:
            total += sum(map(int, own + ended))
        elif parent == master:
            total += sum(map(int, own))
    return total / _TICK
