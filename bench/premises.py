"""A workspace of invented people and a sink beside it, for what measures the whole command."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailer.workspace.beginning import begin

CONNECTIONS = 20
SLUG = "relation-clients"
# What brings the sample's mail to about 40 KB, as a tract with more to say.
_MORE = (
    "\nLes élus demandent le retrait du projet, l’embauche des intérimaires et des alternants, et une "
    "négociation sur les salaires : **rien** de ce qui est proposé ne répond à la charge de travail des "
    "services clients, que la direction refuse de mesurer.\n"
) * 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What one command took: seconds, CPU seconds, peak memory in MB; and what it printed."""

    seconds: float
    cpu: float
    peak: float
    said: str


def programs() -> tuple[str, str]:
    """Where smtp-sink and smtp-source lie; FileNotFoundError, naming the package, without them."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    sink, source = shutil.which("smtp-sink", path=path), shutil.which("smtp-source", path=path)
    if sink is None or source is None:
        raise FileNotFoundError("smtp-sink or smtp-source is missing: apt-get install postfix")
    return sink, source


@contextmanager
def sink(*options: str) -> Iterator[int]:
    """An smtp-sink on a free port of this machine; `options` are its own (`-w 1`)."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    words = [programs()[0], *user, *options, f"127.0.0.1:{port}", "1000"]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def free_port() -> int:
    """One that nobody has at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("smtp-sink does not listen")


def source(port: int, count: int, size: int) -> float:
    """Seconds of Postfix's own generator for `count` messages of `size` octets; -d keeps its connections."""
    words = [programs()[1], "-d", "-s", str(CONNECTIONS), "-m", str(count), "-l", str(size)]
    begun = time.perf_counter()
    subprocess.run([*words, "-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{port}"], check=True)
    return time.perf_counter() - begun


def furnish(folder: Path, count: int) -> None:
    """A workspace whose list holds `count` people, and a campaign of 40 KB; it sends to loopback."""
    begin(folder)
    campaign = folder / "campaigns" / f"{SLUG}.md"
    campaign.write_text(campaign.read_text(encoding="utf-8") + _MORE, encoding="utf-8")
    people(folder / "people.csv", count)
    run(folder, "subscribers", "import", "people.csv", "--list", "sample", "--yes")


def people(path: Path, count: int) -> None:
    """A list of people who do not exist."""
    with path.open("w", encoding="utf-8") as opened:
        opened.write("email,first_name,last_name,language\n")
        for number in range(count):
            opened.write(f"membre{number}@example{number % 7}.example.org,Zoé,Martin-{number},fr\n")


def message_size(folder: Path) -> int:
    """Octets of one message as it leaves."""
    run(folder, "render", SLUG)
    return (folder / "out" / f"{SLUG}.eml").stat().st_size


def copy_of(folder: Path, where: Path, *, port: int, settings: str = "", database: str = "") -> Path:
    """The same workspace again, unsent, sending to `port`; `settings` are lines added to mailer.toml."""
    shutil.rmtree(where, ignore_errors=True)
    shutil.copytree(folder, where)
    path = where / "mailer.toml"
    text = path.read_text(encoding="utf-8")
    smtp = (
        f'kind = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nconnections = {CONNECTIONS}\n'
    )
    text = text.replace('kind = "folder"', smtp, 1)
    path.write_text(f"{text}\n{database}\n{settings}\n", encoding="utf-8")
    return where


def send(folder: Path, count: int) -> Used:
    """`mailer send` to all of them."""
    used = run(folder, "send", SLUG, "--yes", "--json")
    assert json.loads(used.said)["sent"] == count
    return used


def run(folder: Path, *words: str, code: int = 0) -> Used:
    """A command of ours, measured from outside; it leaves with `code`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILER_")}
    environ = {**kept, "PYTHONPATH": str(Path(__file__).parents[1]), "LANGUAGE": "en"}
    with (folder / "out.txt").open("w+", encoding="utf-8") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "mailer", *words],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == code, f"{words} left with {process.returncode}"
        out.seek(0)
        cpu = usage.ru_utime + usage.ru_stime
        return Used(seconds=seconds, cpu=cpu, peak=usage.ru_maxrss / 1024, said=out.read())
