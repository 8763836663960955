"""The PostgreSQL driver: named statements on one connection, which `postgres_transactions` keeps.

Imported only for a database of this kind: psycopg is an extra.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from mailer.errors import UsageError
from mailer.store import postgres_faults as faults
from mailer.store.conditions import Condition
from mailer.store.dialect import as_schema, spoken, statement
from mailer.store.driver import Row, RuleError
from mailer.store.postgres_many import write_all, write_each
from mailer.store.postgres_transactions import PostgresTransactions
from mailer.store.queries import narrowed, numbered
from mailer.words import Text

# As long as a list: read by portions.
_STREAMED = frozenset(
    {
        "list_members",
        "members_of",
        "segment_members",
        "selected_before",
        "sent_people",
        "suppressed_people",
        "written_before",
    }
)
_PORTION = 2000
OTHERS = "procrastinate_"  # its tables may stand beside ours


class Postgres(PostgresTransactions):
    """See `Driver`: the statements, and the schema they are asked of."""

    def ask(self, text: str, values: Sequence[Any]) -> "psycopg.Cursor[Row]":
        """A statement that has no name, `%s` standing for each of `values`."""
        with self.speaking():
            return self._connection.execute(text, list(values) or None)

    def copy_in(self, text: str, rows: Iterable[Row]) -> None:
        """COPY … FROM STDIN."""
        with self.speaking(), self._connection.cursor() as cursor, cursor.copy(text) as copy:
            for row in rows:
                copy.write_row(row)

    def _change(self, text: str, values: Mapping[str, object]) -> int:
        assert self._within, "a change outside a transaction would be asked twice"
        with faults.speaking(self.name, rules=RuleError):
            return self._connection.execute(text, values).rowcount

    def run(self, name: str, /, **values: object) -> int:
        """Run a statement; how many rows it changed."""
        return self._change(statement(name), values)

    def run_rows(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> int:
        """A statement with `VALUES EACH`, once for all of `rows`; how many rows it changed."""
        return self._change(statement(name, len(rows)), {**common, **numbered(name, rows)})

    def rows_of(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> Iterator[Row]:
        """What a query with `VALUES EACH` finds for all of `rows`."""
        return iter(self._execute(statement(name, len(rows)), {**common, **numbered(name, rows)}))

    def run_many(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """The same statement for each of `rows`: copied in where they are many, else in a pipeline."""
        with self._changing() as cursor:
            write_each(cursor, name, rows)

    def run_all(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """The same for rows without names, none of which has another's key."""
        with self._changing() as cursor:
            write_all(cursor, name, rows)

    @contextmanager
    def _changing(self) -> Iterator["psycopg.Cursor[Row]"]:
        assert self._within, "a change outside a transaction would be asked twice"
        with faults.speaking(self.name, rules=RuleError), self._connection.cursor() as cursor:
            yield cursor

    def rows(self, name: str, /, **values: object) -> Iterator[Row]:
        """The rows of a query; those of a long one are read as they are asked for."""
        return self._rows(name, statement(name), values)

    def sought(self, name: str, condition: Condition, /, **values: object) -> Iterator[Row]:
        """The rows of a query for those of whom a condition is true; the server itself lets it only read."""
        assert self._within, "a segment is read within a transaction"
        with self.speaking():
            self._connection.execute("SAVEPOINT segment", prepare=False)
            self._connection.execute("SET TRANSACTION READ ONLY", prepare=False)
            found = self._rows(name, spoken(narrowed(name, condition.text)), {**values, **condition.values})
            self._connection.execute("RELEASE SAVEPOINT segment", prepare=False)  # it may write again
        return found

    def counted(self, name: str, condition: Condition) -> int:
        """The one number that a query finds for those of whom a condition is true."""
        [(count,)] = self.sought(name, condition)
        return int(count)

    def _rows(self, name: str, text: str, values: Mapping[str, object]) -> Iterator[Row]:
        if name in _STREAMED and self._within:
            with self.speaking():
                self._cursors += 1  # several of one name may be open: one for each list
                cursor = self._connection.cursor(name=f"{name}_{self._cursors}")
                cursor.itersize = _PORTION
                cursor.execute(text, values)
            return self._streamed(cursor)
        return iter(self._execute(text, values))

    def _streamed(self, cursor: "psycopg.ServerCursor[Row]") -> Iterator[Row]:
        with self.speaking(), cursor:
            yield from cursor

    def row(self, name: str, /, **values: object) -> Row | None:
        """The only row of a query, or None."""
        return self._execute(statement(name), values).fetchone()

    def record(self, name: str, /, **values: object) -> dict[str, Any] | None:
        """The only row with its columns' names, or None."""
        return next(self.records(name, **values), None)

    def records(self, name: str, /, **values: object) -> Iterator[dict[str, Any]]:
        """The rows with their columns' names."""
        cursor = self._execute(statement(name), values)
        names = [column.name for column in cursor.description or ()]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def version(self) -> int:
        """The schema's version; 0 of an empty database. `UsageError` of a database that is not ours."""
        text = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        tables = {row[0] for row in self._execute(text, {}) if not row[0].startswith(OTHERS)}
        if {"meta", "campaign", "delivery"} <= tables:
            found = self.row("read_meta", name="schema")
            return int(found[0]) if found else 0
        if tables:
            raise UsageError(Text("{file} is another program's database", file=self.name))
        return 0

    def execute_text(self, statements: str) -> None:
        """A migration's statements, inside the transaction that is open."""
        with self.speaking():
            self._connection.execute(as_schema(statements))
