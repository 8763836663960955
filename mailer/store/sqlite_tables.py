"""The tables of a SQLite file."""

from collections.abc import Iterator, Sequence
from typing import Any

from mailer.store.driver import Driver, Row
from mailer.store.sqlite import Sqlite
from mailer.store.tables import Shape, Tables, in_order


class SqliteTables(Tables):
    """Through the driver's own connection."""

    def __init__(self, driver: Driver) -> None:
        assert isinstance(driver, Sqlite)
        self._driver = driver
        self._database = driver.database

    def _ask(self, text: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        with self._driver.speaking():
            return iter(self._database.execute(text, list(values)).fetchall())

    def shapes(self) -> list[Shape]:
        """As sqlite-utils sees them."""
        return in_order(
            [
                Shape(
                    name=table.name,
                    columns=tuple(column.name for column in table.columns),
                    key=tuple(table.pks),
                )
                for table in self._database.tables
            ]
        )

    def pour(self, shape: Shape, rows: Sequence[Row]) -> None:
        """One prepared statement."""
        names = ", ".join(f'"{name}"' for name in shape.columns)
        marks = ", ".join("?" * len(shape.columns))
        text = f'INSERT INTO "{shape.name}" ({names}) VALUES ({marks})'  # noqa: S608  the database's own names
        with self._driver.speaking():
            self._database.conn.executemany(text, rows)

    def freeze(self) -> None:
        """BEGIN IMMEDIATE has done it."""

    def size(self) -> int:
        """Of the file and of what waits beside it."""
        path = self._driver.path
        beside = (path, path.with_name(f"{path.name}-wal"))
        return sum(file.stat().st_size for file in beside if file.exists())
