"""Ballot boxes on PostgreSQL: a schema of its own for each, on a connection of its own.

What the server knows beside our rows is beyond us: until answers are written anew, each row bears the
number of its transaction (`xmin`), and its log (WAL) the order in which they came, whatever we do. The
manual says so. A schema each keeps them out of `mailer db copy` and of `pg_dump --exclude-schema='*_box_*'`.
"""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mailer.store.boxes import LATEST, Box, Rewriting, checked, tables
from mailer.store.driver import Row
from mailer.store.postgres import Postgres

_OLDER = {"older_answer": "id", "older_spent": "hash", "named": "id"}
_THERE = "SELECT 1 FROM pg_namespace WHERE nspname = ?"
# All rows in one transaction, so that none shows with which others it came, and in the order of random keys.
_ANEW = (
    "CREATE TABLE {name}_anew (LIKE {name} INCLUDING ALL)",
    "INSERT INTO {name}_anew SELECT * FROM {name} ORDER BY {key}",
    "DROP TABLE {name}",
    "ALTER TABLE {name}_anew RENAME TO {name}",
)


class PostgresBoxes:
    """See `Boxes`. Several threads may ask: they take turns."""

    def __init__(self, opened: Callable[[], Postgres], *, lasting: bool) -> None:
        """`opened`: a connection that is nobody else's, made at the first question; `lasting`: it is kept
        until `close`, rather than for one question."""
        self._open, self._lasting = opened, lasting
        self._driver: Postgres | None = None
        self._home = ""  # the schema of its ledger
        self._turn = threading.Lock()

    @contextlib.contextmanager
    def reading(self, public_id: str) -> Iterator[Box | None]:
        """See `Boxes`."""
        with self._asked() as driver, driver.reading():
            box, name = _SchemaBox(driver), self._schema(public_id)
            if not box.ask(_THERE, [name]):
                yield None
                return
            box.ask(f"SET LOCAL search_path TO {_quoted(name)}")
            yield box

    @contextlib.contextmanager
    def writing(self, public_id: str) -> Iterator[Box]:
        """See `Boxes`: one at a time for each box, from whatever machine."""
        with self._asked() as driver:
            name = self._schema(public_id)
            with driver.transaction():
                driver.alone(name)
                box = _SchemaBox(driver)
                if not box.ask(_THERE, [name]):
                    box.ask(f"CREATE SCHEMA {_quoted(name)}")
                box.ask(f"SET LOCAL search_path TO {_quoted(name)}")
                driver.execute_text(tables())
                yield box
                if box.rewriting is not Rewriting.NOTHING:
                    self._write_anew(box)
            if box.rewriting is Rewriting.ALL:
                for table in ("spent", "note"):  # outside of any transaction
                    driver.ask(f"VACUUM (FULL) {_quoted(name)}.{table}", ())

    def _write_anew(self, box: Box) -> None:
        tables = LATEST if box.rewriting is Rewriting.LATEST else LATEST | _OLDER
        for table, key in tables.items():
            for text in _ANEW:
                box.ask(text.format(name=table, key=key))

    def remove(self, public_id: str) -> None:
        """See `Boxes`."""
        with self._asked() as driver:
            name = self._schema(public_id)
            with driver.transaction():
                driver.alone(name)
                driver.ask(f"DROP SCHEMA IF EXISTS {_quoted(name)} CASCADE", ())

    def close(self) -> None:
        """See `Boxes`."""
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.close()

    @contextlib.contextmanager
    def _asked(self) -> Iterator[Postgres]:
        with self._turn:
            try:
                yield self._connected()
            finally:
                if not self._lasting:
                    self.close()

    def _connected(self) -> Postgres:
        if self._driver is None:
            driver = self._open()
            [(self._home,)] = driver.ask("SELECT current_schema()", ()).fetchall()
            self._driver = driver
        return self._driver

    def _schema(self, public_id: str) -> str:
        """Named after the schema of the ledger, since a database may hold several."""
        return f"{self._home}_box_{checked(public_id)}"


class _SchemaBox:
    """See `Box`."""

    def __init__(self, driver: Postgres) -> None:
        self.rewriting = Rewriting.NOTHING
        self._driver = driver

    def ask(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        cursor = self._driver.ask(text.replace("?", "%s"), list(values))
        return cursor.fetchall() if cursor.description else []

    def each(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self.ask(text, row)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
