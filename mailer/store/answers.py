"""Answers to questionnaires: a file of their own for each campaign, with nothing that tells whose or when.

Rows are unlinked, each under 128 random bits which also are its place in the file (`WITHOUT ROWID`), so
neither an order nor a time is kept; a count a day stands apart (questionnaire.md: a counter as key tells
the order of arrival even after VACUUM). No write-ahead log: it would show the order until it is emptied.
"""

import contextlib
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from mailer.store.private import make_private
from mailer.store.sqlite import speaking

_ANSWER = """
CREATE TABLE IF NOT EXISTS answer (
    id BLOB NOT NULL PRIMARY KEY, question TEXT NOT NULL, value TEXT NOT NULL
) WITHOUT ROWID"""
_DAY_COUNT = """
CREATE TABLE IF NOT EXISTS day_count (
    day TEXT NOT NULL PRIMARY KEY, people INTEGER NOT NULL
) WITHOUT ROWID"""
_PATIENCE_S = 10.0
_FEW, _BATCH = 500, 50  # people; VACUUM takes 5 to 8 ms at 500 with ten answers each
_PUBLIC_ID = re.compile(r"[a-z2-7]{10}")


class Answers:
    """The folder of the answers; one file a campaign, made at the first answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, public_id: str, answers: Sequence[tuple[str, str]], day: str) -> None:
        """One person's answers, all or none, on disk when this returns; `day` as 2026-11-25."""
        with self._opened(public_id) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO answer (id, question, value) VALUES (?, ?, ?)",
                [(secrets.token_bytes(16), question, value) for question, value in answers],
            )
            connection.execute(
                "INSERT INTO day_count (day, people) VALUES (?, 1) "
                "ON CONFLICT (day) DO UPDATE SET people = people + 1",
                (day,),
            )
            connection.execute("COMMIT")
            self._shuffle(connection)

    def _shuffle(self, connection: sqlite3.Connection) -> None:
        """Write the file anew, in the order of its random keys: within a page, SQLite puts rows as they come.

        With many answers, pages that split have mixed them already: then only now and then.
        """
        people = _people(connection)
        if people <= _FEW or people % _BATCH == 0:
            with contextlib.suppress(sqlite3.OperationalError):  # somebody is answering: they will do it
                connection.execute("VACUUM")

    def people(self, public_id: str) -> int:
        """How many times the questionnaire was answered."""
        if not self._path(public_id).exists():
            return 0
        with self._opened(public_id) as connection:
            return _people(connection)

    def days(self, public_id: str) -> list[tuple[str, int]]:
        """How many people answered on each day on which anybody did, in order."""
        if not self._path(public_id).exists():
            return []
        with self._opened(public_id) as connection:
            return connection.execute("SELECT day, people FROM day_count ORDER BY day").fetchall()

    def _path(self, public_id: str) -> Path:
        assert _PUBLIC_ID.fullmatch(public_id), "a public id is ours"
        return self._folder / f"{public_id}.db"

    @contextlib.contextmanager
    def _opened(self, public_id: str) -> Iterator[sqlite3.Connection]:
        path = self._path(public_id)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with speaking(path):
            make_private(path)
            with closing(sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM's copy is on no disk
                connection.execute(_ANSWER)
                connection.execute(_DAY_COUNT)
                yield connection


def _people(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT coalesce(sum(people), 0) FROM day_count").fetchone()
    return int(found[0])
