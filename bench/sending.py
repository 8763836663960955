"""A whole send beside Postfix's own: `mailer send` and `smtp-source -d`, in turn, to the same smtp-sink.

Same size of message, same number of connections. What the command takes for one person (its start, its
launch) is measured beside and taken off, since smtp-source has none; the rate with it is shown too. Memory
is the peak, as the system says.
"""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rows import Row
from mailer.workspace.beginning import begin

PEOPLE = 10_000
MANY = 100_000
CONNECTIONS = 20
_ROUNDS = 3
_RATIO = 0.45
_MEMORY = 1.2
_SIZE = 45_000  # octets: the sample's mail


def measure() -> list[Row]:
    """Ratios within one run; nothing but words when Postfix's tools are missing."""
    try:
        programs()
    except FileNotFoundError as missing:
        sys.stderr.write(f"*** NOT MEASURED: {missing} ***\n")
        return [("send: smtp-sink is missing", 0, "", "", False)]
    ours, whole, theirs, cpu, peaks = [], [], [], [], []
    for _ in range(_ROUNDS):
        begun, start, _ = _send(1)
        seconds, used, peak = _send(PEOPLE)
        whole.append(PEOPLE / seconds)
        ours.append(PEOPLE / (seconds - begun))
        cpu.append((used - start) / PEOPLE * 1000)
        peaks.append(peak)
        theirs.append(PEOPLE / _source(PEOPLE))
    ratio = statistics.median(ours) / statistics.median(theirs)
    _, _, much = _send(MANY)
    few = statistics.median(peaks)
    return [
        (f"send: {PEOPLE} people, durability full", statistics.median(ours), "/s", "", True),
        ("send: the same, start and launch included", statistics.median(whole), "/s", "", True),
        ("send: smtp-source -d", statistics.median(theirs), "/s", "", True),
        ("send: ratio of the two", ratio, "×", f"≥ {_RATIO}", ratio >= _RATIO),
        ("send: CPU a message", statistics.median(cpu), "ms", "", True),
        (f"send: peak memory, {PEOPLE} people", few, "MB", "", True),
        (f"send: peak memory, {MANY} people", much, "MB", "", True),
        ("send: ratio of the two", much / few, "×", f"≤ {_MEMORY}", much / few <= _MEMORY),
    ]


def programs() -> tuple[str, str]:
    """Where smtp-sink and smtp-source lie; FileNotFoundError, naming the package, without them."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    sink, source = shutil.which("smtp-sink", path=path), shutil.which("smtp-source", path=path)
    if sink is None or source is None:
        raise FileNotFoundError("smtp-sink or smtp-source is missing: apt-get install postfix")
    return sink, source


@contextmanager
def _sink() -> Iterator[int]:
    """A sink on a free port of this machine."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    words = [programs()[0], *user, f"127.0.0.1:{port}", "1000"]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("smtp-sink does not listen")


def _source(count: int) -> float:
    """Seconds of Postfix's own generator; -d keeps its connections."""
    with _sink() as port:
        words = [programs()[1], "-d", "-s", str(CONNECTIONS), "-m", str(count), "-l", str(_SIZE)]
        begun = time.perf_counter()
        subprocess.run(
            [*words, "-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{port}"], check=True
        )
        return time.perf_counter() - begun


def _send(count: int) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak MB of `mailer send` to `count` invented people."""
    with _sink() as port, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin(folder)
        _settle(folder, port)
        _people(folder, count)
        _run(folder, "subscribers", "import", "people.csv", "--list", "sample", "--yes")
        begun = time.perf_counter()
        out, used, peak = _run(folder, "send", "relation-clients", "--yes", "--json")
        seconds = time.perf_counter() - begun
        assert json.loads(out)["sent"] == count
        return seconds, used, peak


def _settle(folder: Path, port: int) -> None:
    path = folder / "mailer.toml"
    text = path.read_text(encoding="utf-8")
    smtp = (
        f'kind = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nconnections = {CONNECTIONS}\n'
    )
    path.write_text(text.replace('kind = "folder"', smtp, 1), encoding="utf-8")


def _people(folder: Path, count: int) -> None:
    with (folder / "people.csv").open("w", encoding="utf-8") as opened:
        opened.write("email,first_name,last_name,language\n")
        for number in range(count):
            opened.write(f"membre{number}@example{number % 7}.example.org,Zoé,Martin-{number},fr\n")


def _run(folder: Path, *words: str) -> tuple[str, float, float]:
    """Standard output, CPU seconds and peak MB of a command."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILER_")}
    environ = {**kept, "PYTHONPATH": str(Path(__file__).parents[1]), "LANGUAGE": "en"}
    with (folder / "out.txt").open("w+", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "mailer", *words],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"{words} left with {process.returncode}"
        out.seek(0)
        return out.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
