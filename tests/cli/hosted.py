"""A section's site as a process of its own, and what leads to it from the mails of its outbox."""

import random
import re
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mailer.demo.visitor import Answer, ask
from tests.cli.command import Mailer, Run, body, letter
from tests.cli.section import begin, ended, read_until, table


class Serving:
    """A site that answers; `end` gives what it said."""

    def __init__(self, process: "subprocess.Popen[bytes]", address: str) -> None:
        self.process = process
        self.address = address

    def ask(self, path: str, form: list[tuple[str, str]] | None = None, method: str | None = None) -> Answer:
        """One request, redirects not followed."""
        return ask(self.address + path if path.startswith("/") else path, form, method)

    def end(self) -> Run:
        """SIGTERM."""
        self.process.terminate()
        return ended(self.process, 20)


@contextmanager
def serving(section: Mailer) -> Iterator[Serving]:
    """The section's site, on the port its settings name."""
    process = begin(section, "serve")
    try:
        address = read_until(
            process.stderr, r"The site answers at (http://127\.0\.0\.1:\d+); Ctrl-C ends it\."
        )
        yield Serving(process, address[1])
    finally:
        process.kill()
        process.communicate()


def on_a_free_port(section: Mailer) -> Mailer:
    """The section, its site on a free port of this machine."""
    table(section, "site", f'url = "http://127.0.0.1:{free_port()}"')
    return section


def free_port() -> int:
    """A port where nobody listens, below those that systems give to whoever asks for any (Linux: 32768 on).

    One of these would be somebody else's connection by the time the site is there.
    """
    while True:
        port = random.randrange(15_000, 32_768)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def mails(section: Mailer) -> dict[str, str]:
    """The HTML of each mail in the outbox, by recipient."""
    found = (section.folder / "subscribers/outbox").rglob("*.eml")
    return {str(one["To"]): body(one, "html") for one in map(letter, sorted(found))}


def address(page: str, kind: str) -> str:
    """The first address of a kind: l, u, v, i."""
    found = re.search(rf"http://127\.0\.0\.1:\d+/{kind}/[\w./-]+", page)
    assert found is not None
    return found[0]


def standing(section: Mailer, email: str) -> list[str]:
    """How somebody stands with their lists."""
    said = section("subscribers", "show", email, "--json").json
    return [one["state"] for one in said["memberships"]]


def database(section: Mailer) -> sqlite3.Connection:
    """The section's database, opened by somebody else."""
    return sqlite3.connect(section.folder / "subscribers/mailer.db", isolation_level=None)
