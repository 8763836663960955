"""A real PostgreSQL for the tests: a cluster of our own, its port and folder, fsync on."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

USER = "postgres"
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def missing() -> str:
    """Why there is no PostgreSQL here; in CI that is a failure, not a test left out."""
    if _BINARIES:
        return ""
    reason = "PostgreSQL IS NOT INSTALLED: nothing of what several machines share is tested"
    if os.environ.get("CI"):
        pytest.fail(reason)
    return reason


class Server:
    """A cluster in `folder`, listening on 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._names = (f"t{number}" for number in count(1))

    def url(self, name: str, port: int = 0) -> str:
        return f"postgresql://{USER}@127.0.0.1:{port or self.port}/{name}"

    def make(self) -> str:
        """An empty place of its own, a schema: a database takes half a second to be made. Its url."""
        name = next(self._names)
        self.tell(f"CREATE SCHEMA {name}")
        return f"{self.url(USER)}?options=-csearch_path%3D{name}"

    def make_database(self) -> str:
        """An empty database; its url."""
        name = next(self._names)
        self.tell(f"CREATE DATABASE {name}")
        return self.url(name)

    def tell(self, statement: str) -> None:
        """As the superuser, in the database of that user."""
        with psycopg.connect(self.url(USER), autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        options = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1"
        self._control("start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", "-w", "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def _control(self, *words: str) -> None:
        _as_owner([str(_BINARIES[-1] / "pg_ctl"), "-D", str(self.folder / "data"), *words])

    def made(self) -> None:
        """The cluster's files. `trust`: its port is of this machine, its data are invented."""
        words = ["-D", str(self.folder / "data"), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        _as_owner([str(_BINARIES[-1] / "initdb"), *words, "--no-sync"])


def _as_owner(words: Sequence[str]) -> None:
    """PostgreSQL refuses to be root's."""
    before = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
    # Into a file: the server inherits it, and a pipe would be waited for until the server ends.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run([*before, *words], cwd="/", stdout=said, stderr=said, check=False)
        said.seek(0)
        assert done.returncode == 0, said.read().decode()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """A cluster, until the end."""
    folder = Path(tempfile.mkdtemp(prefix="mailer-postgres-"))
    try:
        if os.getuid() == 0:
            owner = pwd.getpwnam(USER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        server = Server(folder)
        server.made()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
