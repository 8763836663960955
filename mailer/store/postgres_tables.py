"""The tables of a PostgreSQL database: those of its current schema, the job engine's left out."""

from collections.abc import Iterator, Sequence
from typing import Any

from mailer.store.driver import Driver, Row
from mailer.store.postgres import OTHERS, Postgres
from mailer.store.tables import Shape, Tables, in_order

_COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum),
    (SELECT array_agg(k.attname::text ORDER BY array_position(i.indkey::int[], k.attnum::int))
     FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
     WHERE i.indrelid = c.oid AND i.indisprimary)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
GROUP BY c.oid, c.relname"""
_SIZE = """
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"""


class PostgresTables(Tables):
    """Through the driver's own connection."""

    mark = "%s"

    def __init__(self, driver: Driver) -> None:
        assert isinstance(driver, Postgres)
        self._driver = driver

    def _ask(self, text: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        cursor = self._driver.ask(text, values)
        return iter(cursor.fetchall() if cursor.description else ())

    def shapes(self) -> list[Shape]:
        """As the catalogue tells them."""
        found = [
            Shape(name=name, columns=tuple(columns), key=tuple(key or ()))
            for name, columns, key in self._ask(_COLUMNS)
            if not name.startswith(OTHERS)
        ]
        return in_order(found)

    def pour(self, shape: Shape, rows: Sequence[Row]) -> None:
        """COPY, the fastest way in."""
        names = ", ".join(f'"{name}"' for name in shape.columns)
        self._driver.copy_in(f'COPY "{shape.name}" ({names}) FROM STDIN', rows)

    def freeze(self) -> None:
        """Others may read meanwhile, for as long as it takes."""
        self._ask("SET LOCAL idle_in_transaction_session_timeout = 0")
        names = ", ".join(f'"{shape.name}"' for shape in self.shapes())
        self._ask(f"LOCK TABLE {names} IN EXCLUSIVE MODE")

    def size(self) -> int:
        """Of the tables with their indexes."""
        [(size,)] = self._ask(_SIZE)
        return int(size)
