"""The SQLite driver: named statements on one connection, which `sqlite_transactions` keeps."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mailer.errors import UsageError
from mailer.store.conditions import Condition
from mailer.store.driver import Row
from mailer.store.queries import narrowed, ordered, placed, queries
from mailer.store.sqlite_faults import keeping_rules, speaking
from mailer.store.sqlite_parts import counted_in_parts, parts_for
from mailer.store.sqlite_segments import only_reads, reading_alone
from mailer.store.sqlite_transactions import SqliteTransactions
from mailer.words import Text

_LAST = 2**63 - 1  # the greatest number anybody may have
# What PostgreSQL reads as a comment.
_ONLY_HERE = re.compile(r"/\* SQLite: (.+?) \*/")


class Sqlite(SqliteTransactions):
    """See `Driver`: the statements, and the schema they are asked of."""

    def run(self, name: str, /, **values: object) -> int:
        """Run a statement; how many rows it changed."""
        with keeping_rules():
            return self._connection.execute(queries()[name], values).rowcount

    def run_rows(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> int:
        """A statement with `VALUES EACH`, once for all of `rows`; how many rows it changed."""
        with keeping_rules():
            return self._each(name, rows, common).rowcount

    def rows_of(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> Iterator[Row]:
        """What a query with `VALUES EACH` finds for all of `rows`."""
        return iter(self._each(name, rows, common))

    def _each(
        self, name: str, rows: Sequence[Sequence[object]], common: Mapping[str, object]
    ) -> sqlite3.Cursor:
        statement = placed(name, len(rows))
        return self._connection.execute(statement.text, statement.values(rows, common))

    def run_many(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """The same statement for each of `rows`."""
        with keeping_rules():
            self._connection.executemany(queries()[name], rows)

    def run_all(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """The same for rows without names, which SQLite need not look for."""
        with keeping_rules():
            self._connection.executemany(ordered(name), rows)

    def rows(self, name: str, /, **values: object) -> Iterator[Row]:
        """The rows of a query, read as they are asked for."""
        return iter(self._connection.execute(queries()[name], values))

    def sought(self, name: str, condition: Condition, /, **values: object) -> Iterator[Row]:
        """The rows of a query for those of whom a condition is true; SQLite itself lets it read no more."""
        text = narrowed(name, condition.text)
        return iter(reading_alone(self._connection, text, {**values, **condition.values}))

    def counted(self, name: str, condition: Condition) -> int:
        """The one number that a query finds for those of whom a condition is true.

        Of many people, by all processors, unless this connection has written what no other sees yet.
        """
        parts = 1 if self._writing else parts_for(self._connection)
        if parts > 1:
            text = narrowed(name, condition.text)
            found = counted_in_parts(self.path, text, condition.values, parts, only_reads)
            if found is not None:
                return found
        [(count,)] = self.sought(name, condition, first=0, last=_LAST)
        return int(count)

    def row(self, name: str, /, **values: object) -> Row | None:
        """The only row of a query, or None."""
        found: Row | None = self._connection.execute(queries()[name], values).fetchone()
        return found

    def record(self, name: str, /, **values: object) -> dict[str, Any] | None:
        """The only row with its columns' names, or None."""
        return next(self.records(name, **values), None)

    def records(self, name: str, /, **values: object) -> Iterator[dict[str, Any]]:
        """The rows with their columns' names."""
        cursor = self._connection.execute(queries()[name], values)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def version(self) -> int:
        """The schema's version; 0 of an empty database. `UsageError` of a database that is not ours."""
        with speaking(self.path):
            tables = self.database.table_names()
            if "meta" in tables:
                found = self.row("read_meta", name="schema")
                return int(found[0]) if found else 0
            if tables:
                raise UsageError(Text("{file} is another program's database", file=str(self.path)))
            return 0

    def execute_text(self, statements: str) -> None:
        """A migration's statements, inside the transaction that is open."""
        for statement in as_schema(statements).split(";"):
            if statement.strip():
                self._connection.execute(statement)


def as_schema(statements: str) -> str:
    """Rows lie in the order of their key: one search instead of two, and neighbours on the same page.

    sqlite.org/lang_createtable.html#rowid and sqlite.org/withoutrowid.html. A key of one number is the place
    itself only when its type is called INTEGER.
    """
    text = "\n".join(line.partition("--")[0] for line in statements.splitlines())
    return _ONLY_HERE.sub(r"\1", text).replace("BIGINT NOT NULL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY")
