"""A house that several machines share: one PostgreSQL, workers in processes, the fault server's own count."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.cli.command import COMMAND, environment
from tests.stories.sending import SLUG, House, house

LINES_S = 30.0


@dataclass(slots=True, kw_only=True)
class Worker:
    """`mailer worker`, in a folder of its own: another machine with the same keys."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is given back."""
        self.process.kill()
        self.process.wait()

    def end(self, timeout: float = 60) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)


def copied(home: Path, there: Path) -> Path:
    """Another machine's folder: settings and keys, no campaign; what is launched lies in the database."""
    (there / "subscribers" / "keys").mkdir(parents=True)
    for folder in (there / "subscribers", there / "subscribers" / "keys"):
        folder.chmod(0o700)
    for file in ("mailer.toml", "subscribers/keys/keys.toml"):
        (there / file).write_bytes((home / file).read_bytes())
        (there / file).chmod(0o600)
    return there


def _quick(lease: float) -> list[str]:
    return [sys.executable, "-m", "tests.stories.quick", str(lease)]


@dataclass(slots=True, kw_only=True)
class Cluster:
    """The house, and its workers."""

    house: House
    url: str
    folder: Path
    workers: list[Worker] = field(default_factory=list)

    def worker(self, *words: str, lease: float = 0) -> Worker:
        """One more machine, at work when this returns; `lease` in seconds, another than the usual."""
        number = len(self.workers)
        there = copied(self.house.mailer.folder, self.folder / f"machine{number}")
        log = self.folder / f"worker{number}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                _quick(lease) if lease else [*COMMAND, "worker", *words],
                cwd=there,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        made = Worker(process=process, log=log)
        self.workers.append(made)
        wait_until(lambda: "is at work" in made.said() or process.poll() is not None)
        assert process.poll() is None, made.said()
        return made

    def wait(self, status: str = "finished", timeout: float = 90) -> dict[str, Any]:
        """Until the campaign is in this status; its figures, which add up each time they are looked at.

        The database is asked meanwhile: a command each time would take what the workers need of the machine.
        """
        until = time.monotonic() + timeout
        looks = 0
        while self.tell("SELECT status FROM campaign") != [(status,)]:
            assert time.monotonic() < until, [one.said() for one in self.workers]
            looks += 1
            if looks % 20 == 0:
                self.house.status()
            time.sleep(0.1)
        return self.house.status()

    def tell(self, statement: str) -> list[tuple[Any, ...]]:
        """A hand in the database, for what no command does."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def end(self) -> None:
        for one in self.workers:
            if one.process.poll() is None:
                one.kill()


def wait_until(true: Any, timeout: float = LINES_S) -> None:
    """Until `true()` is."""
    until = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def cluster(folder: Path, url: str, people: int, **options: Any) -> Iterator[Cluster]:
    """`people` on the list of a database at `url`; a campaign that is not launched; no worker yet."""
    home = folder / "home"
    home.mkdir()
    with ExitStack() as stack:
        there = stack.enter_context(house(home, people, database=url, **options))
        made = Cluster(house=there, url=url, folder=folder)
        stack.callback(made.end)
        yield made


def detach(there: Cluster, *words: str) -> str:
    """`mailer send --detach`; what it said."""
    run = there.house.mailer("send", SLUG, "--yes", "--detach", *words)
    assert run.code == 0, run.err
    return run.err
