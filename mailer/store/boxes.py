"""Ballot boxes: where the answers to a questionnaire lie, apart from everything else.

A file of its own for each campaign, made at its launch or at the first answer. No write-ahead log: it would
show the order of arrival until it is emptied (questionnaire.md: a counter as key tells it even after VACUUM).
On PostgreSQL the same tables stand in a schema of their own: `postgres_boxes`.
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from enum import Enum, auto
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from mailer.store.driver import Row
from mailer.store.private import make_private
from mailer.store.sqlite import as_schema
from mailer.store.sqlite_faults import speaking

_PUBLIC_ID = re.compile(r"[a-z2-7]{10}")
_COLUMNS = {
    "answer": "id, question, value",
    "older_answer": "id, question, value",
    "named": "id, subscriber",
    "spent": "hash",
    "older_spent": "hash",
    "day_count": "day, people",
    "shown": "id",
    "note": "name, value",
}
LATEST = {"answer": "id", "spent": "hash"}  # tables where a row comes first, by their key
PATIENCE_S = 10.0


class Rewriting(Enum):
    """What is written anew once a change is made, so that the disk tells no more than the tables."""

    NOTHING = auto()
    LATEST = auto()  # what came last, among others, in the order of their keys; in the same transaction
    ANSWERS = auto()  # the older ones as well
    ALL = auto()  # what was taken out is gone too


class Box(Protocol):
    """One campaign's box within a transaction. Statements mark their values by `?`."""

    rewriting: Rewriting  # set by who changes it

    def ask(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a statement."""

    def each(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """The same statement for each of `rows`."""


class Boxes(Protocol):
    """All boxes of a workspace. Raises `LaterError` while one is locked or away."""

    def reading(self, public_id: str) -> AbstractContextManager[Box | None]:
        """A box as it is at one instant; None: it was never made."""

    def writing(self, public_id: str) -> AbstractContextManager[Box]:
        """A box, made if need be: what is done inside is kept whole, on disk when it ends, or not at all."""

    def remove(self, public_id: str) -> None:
        """A box with all that is in it, if there is one."""

    def close(self) -> None:
        """Give back what is held open; asked again, it is opened again."""


class FileBoxes:
    """Boxes as files in a folder, `<public id>.db`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def reading(self, public_id: str) -> Iterator[Box | None]:
        """See `Boxes`."""
        if not self._path(public_id).exists():
            yield None
            return
        with self._opened(public_id) as connection:
            connection.execute("BEGIN")
            yield _FileBox(connection)
            connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def writing(self, public_id: str) -> Iterator[Box]:
        """See `Boxes`."""
        with self._opened(public_id) as connection:
            connection.execute("BEGIN IMMEDIATE")
            box = _FileBox(connection)
            yield box
            if box.rewriting is not Rewriting.NOTHING:
                _write_anew(box)
            connection.execute("COMMIT")
            if box.rewriting in (Rewriting.ANSWERS, Rewriting.ALL):
                _vacuum(connection)

    def remove(self, public_id: str) -> None:
        """See `Boxes`: emptied first, so that its bytes are overwritten."""
        path = self._path(public_id)
        if path.exists():
            with self._opened(public_id) as connection:
                for name in _COLUMNS:
                    connection.execute(f"DELETE FROM {name}")  # noqa: S608  the names above
            path.unlink()

    def close(self) -> None:
        """See `Boxes`: a file is opened for one question only."""

    def _path(self, public_id: str) -> Path:
        return self._folder / f"{checked(public_id)}.db"

    @contextlib.contextmanager
    def _opened(self, public_id: str) -> Iterator[sqlite3.Connection]:
        path = self._path(public_id)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with speaking(path):
            make_private(path)
            with closing(sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM's copy is on no disk
                for statement in _statements():
                    connection.execute(statement)
                yield connection


class _FileBox:
    """See `Box`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.rewriting = Rewriting.NOTHING
        self._connection = connection

    def ask(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        return self._connection.execute(text, tuple(values)).fetchall()

    def each(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(text, rows)


def _vacuum(connection: sqlite3.Connection) -> None:
    """Somebody is answering meanwhile: they will do it. What was taken out is overwritten in any case."""
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("VACUUM")


def _write_anew(box: Box) -> None:
    """The latest rows, each of which then lies where its key says: a page keeps what came last at its end."""
    for name, key in LATEST.items():
        columns = _COLUMNS[name]
        rows = box.ask(f"SELECT {columns} FROM {name} ORDER BY {key}")  # noqa: S608  ours
        box.ask(f"DELETE FROM {name}")  # noqa: S608  ours
        box.each(f"INSERT INTO {name} ({columns}) VALUES ({marks(columns)})", rows)  # noqa: S608  ours


def marks(columns: str) -> str:
    """As many marks as there are columns."""
    return ", ".join("?" * len(columns.split(",")))


def pour(source: Boxes, target: Boxes, public_id: str) -> bool:
    """Copy a box into another, whose content it takes the place of; False when there is none."""
    with source.reading(public_id) as box:
        if box is None:
            return False
        rows = {name: box.ask(f"SELECT {columns} FROM {name}") for name, columns in _COLUMNS.items()}  # noqa: S608  ours
    with target.writing(public_id) as other:
        other.rewriting = Rewriting.ALL
        for name, columns in _COLUMNS.items():
            other.ask(f"DELETE FROM {name}")  # noqa: S608  ours
            other.each(f"INSERT INTO {name} ({columns}) VALUES ({marks(columns)})", rows[name])  # noqa: S608  ours
    return True


@cache
def _statements() -> tuple[str, ...]:
    return tuple(one for one in as_schema(tables()).split(";") if one.strip())


@cache
def tables() -> str:
    """The statements that make a box."""
    return (files("mailer.store") / "answers.sql").read_text(encoding="utf-8")


def checked(public_id: str) -> str:
    """A public id of ours: it names a file, or a schema."""
    assert _PUBLIC_ID.fullmatch(public_id), "a public id is ours"
    return public_id
