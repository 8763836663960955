"""A workspace that sends for real, to a fault server that is a process of its own."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.command import COMMAND, ROOT, Mailer, environment
from tests.smtp.ledger import read_ledger
from tests.stories.oracle import states_at, verdict

CONNECTIONS = 4
SLUG = "tract"
SQLITE = "sqlite:subscribers/mailer.db"


@dataclass(slots=True, kw_only=True)
class House:
    """The workspace, its commands, and the witness of what was accepted."""

    mailer: Mailer
    ledger: Path
    database: str = SQLITE

    def send(self, *words: str, cwd: Path | None = None) -> "subprocess.Popen[bytes]":
        """`mailer send`, left running in a group of its own; `cwd`: in another machine's workspace."""
        return subprocess.Popen(
            [*COMMAND, "send", SLUG, "--yes", *words],
            cwd=cwd or self.mailer.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def status(self) -> dict[str, Any]:
        """`mailer status --json`, which adds up at every instant (P5)."""
        said: dict[str, Any] = self.mailer("status", SLUG, "--json").json
        names = ("sent", "refused", "excluded", "deferred", "in_flight", "unknown", "pending")
        assert said["audience"] == sum(said[name] for name in names)
        return said

    def arrived(self) -> Counter[str]:
        """How often each recipient's message was accepted, as the server itself wrote down."""
        return Counter(row.recipient for row in read_ledger(self.ledger))

    def count(self) -> int:
        """How many were accepted; cheaper than `arrived`."""
        return self.ledger.read_bytes().count(b"\n") if self.ledger.exists() else 0

    def lost(self) -> int:
        """Connections that ended, or go on, without QUIT, as the server itself wrote down."""
        words = self.ledger.with_suffix(".connections").read_text("ascii").split()
        return words.count("open") - words.count("quit")

    def states(self) -> dict[str, str]:
        """Each person's state, as the database itself says; nobody's before the launch."""
        return states_at(self.database, self.mailer.folder, SLUG)

    def judge(self) -> list[str]:
        """What the oracle has to say, and P5 by `mailer status`."""
        states = self.states()
        if not states:
            return []
        self.status()
        return verdict(states, self.arrived(), lost=self.lost())

    def wait_for(self, count: int, process: "subprocess.Popen[bytes]", timeout: float = 20) -> None:
        """Until `count` messages have arrived, or the sender has left."""
        until = time.monotonic() + timeout
        while self.count() < count and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.005)


def address(number: int) -> str:
    """One of the invented people's."""
    return f"membre{number}@example.org"


@contextmanager
def house(
    folder: Path,
    people: int,
    *,
    delay_ms: float = 0,
    rules: tuple[str, ...] = (),
    extra: str = "",
    database: str = SQLITE,
) -> Iterator[House]:
    """`people` on the list, one campaign, a server; `extra` is added under [transport].

    `database`: its url, of a file in the workspace or of one that several machines share.
    """
    mailer = Mailer(folder=folder)
    assert mailer("init").code == 0
    ledger = folder / "accepted.jsonl"
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.smtp", "--ledger", str(ledger), "--delay-ms", str(delay_ms)),
            *(word for rule in rules for word in ("--rule", rule)),
        ],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        mailer.edit(
            "mailer.toml",
            'kind = "folder"                        # un fichier .eml par message\n',
            f'kind = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
            f"connections = {CONNECTIONS}\n{extra}",
        )
        if database != SQLITE:
            with (folder / "mailer.toml").open("a", encoding="utf-8") as settings:
                settings.write(f'\n[database]\nurl = "{database}"\n')
        mailer.campaign(SLUG, "Bonjour {{ first_name }}.", "sample = true\n")
        rows = "".join(f"{address(number)};Prénom{number}\n" for number in range(people))
        mailer.write("people.csv", "email;prénom\n" + rows)
        assert mailer("subscribers", "import", "people.csv", "--list", "sample", "--yes").code == 0
        yield House(mailer=mailer, ledger=ledger, database=database)
    finally:
        server.kill()
        server.wait()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL: nothing is finished, nothing is said."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def ended(process: "subprocess.Popen[bytes]", timeout: float = 60) -> tuple[int, str, str]:
    """Exit code and what was said, without a trace of the program."""
    out, err = process.communicate(timeout=timeout)
    assert b"Traceback" not in err, err.decode()
    return process.returncode, out.decode(), err.decode()


def figures(out: str) -> dict[str, Any]:
    """What `send --json` printed."""
    said: dict[str, Any] = json.loads(out)
    return said
