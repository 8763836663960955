"""The PostgreSQL driver: one connection through psycopg, opened again when it was lost.

Transactions are READ COMMITTED: each statement sees all that was committed before it, which is what P10
asks of a mark, and rows that two senders want are locked by name in queries.sql. Reads that belong
together are REPEATABLE READ. Imported only for a database of this kind: psycopg is an extra.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from itertools import chain, islice
from typing import Any
from zlib import crc32

import psycopg

from mailer.errors import MailerError, UsageError
from mailer.moments import moment
from mailer.store import postgres_faults as faults
from mailer.store.conditions import Condition
from mailer.store.dialect import as_schema, copied, is_plain, spoken, statement
from mailer.store.driver import BrokenOffError, Row, RuleError
from mailer.store.postgres_session import Session
from mailer.store.queries import names_of, narrowed, numbered
from mailer.words import Text

_NAP_S = 0.2
_PREPARED = 1000  # statements with rows, one for each number of them
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
_MANY = 100  # rows from which COPY is faster
_LOCKS = 0x6D61696C  # our advisory locks, beside those of other programs
OTHERS = "procrastinate_"  # its tables may stand beside ours


class Postgres:
    """Named statements on one connection; used by one thread at a time."""

    remote = True
    untidy = False
    waits = True

    def __init__(
        self, url: str, *, durability: str = "full", patience: float = 30.0, idle: float = 20.0
    ) -> None:
        self._session = Session(url, durability=durability, patience=patience, idle=idle)
        self.name = self._session.name
        self.connected = 0
        self._patience = patience
        self._within = False
        self._cursors = 0
        self._connection = self._connect()

    def _connect(self) -> "psycopg.Connection[Row]":
        connection = self._session.open()
        connection.prepared_max = _PREPARED
        self.connected += 1
        return connection

    def speaking(self) -> AbstractContextManager[None]:
        """What PostgreSQL says, in words for people."""
        return faults.speaking(self.name)

    def close(self) -> None:
        """End it."""
        self._connection.close()

    # --- transactions -------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN … COMMIT: all of it, or nothing."""
        self.begin()
        try:
            with self.speaking():
                yield
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def begin(self) -> None:
        """Begin to write; a connection that was lost is opened again, for at most `patience`."""
        self._begin("BEGIN ISOLATION LEVEL READ COMMITTED")

    def lighten(self) -> None:
        """Nothing to do: another machine must not learn of it later than this one."""

    def try_begin(self, *, last: bool = False) -> bool:
        """The same: nobody is in the way of a beginning."""
        self.begin()
        return True

    def _begin(self, words: str) -> None:
        self._again(lambda: self._connection.execute(words, prepare=False))
        self._within = True

    def _again(self, act: Callable[[], "psycopg.Cursor[Row]"]) -> "psycopg.Cursor[Row]":
        """What changes nothing, asked until there is a connection that answers."""
        until = time.monotonic() + self._patience
        while True:
            try:
                if self._connection.closed:
                    self._connection = self._connect()
                with self.speaking():
                    return act()
            except BrokenOffError:
                if time.monotonic() >= until:
                    raise
                if self._connection.closed:
                    time.sleep(_NAP_S)

    def commit(self) -> None:
        """Kept by the server when this returns; BrokenOffError, not `undone`, when it did not say so."""
        self._within = False
        try:
            done = self._connection.execute("COMMIT", prepare=False)
        except psycopg.Error as fault:
            self._let_go()
            raise faults.said(self.name, fault, committing=True) from fault
        if done.statusmessage != "COMMIT":  # a statement had failed, and somebody went on
            raise MailerError(Text("the database {file} failed: {reason}", file=self.name, reason="ROLLBACK"))

    def rollback(self) -> None:
        """Nothing of the transaction was done."""
        self._within = False
        if self._connection.closed:
            return
        try:
            if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                self._connection.execute("ROLLBACK")
        except psycopg.Error:  # lost with the connection, which is opened again by the next one
            self._let_go()

    def _let_go(self) -> None:
        with suppress(psycopg.Error):
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of one and the same state."""
        self._begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            with self.speaking():
                yield
        finally:
            self.rollback()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A transaction that is thrown away: here nobody waits for it."""
        self.begin()
        try:
            with self.speaking():
                yield
        finally:
            self.rollback()

    def tidy(self) -> None:
        """The server keeps its own house."""

    def scrub(self) -> bool:
        """Nothing: what its pages, its log and its copies keep of deleted rows is the server's affair.

        docs/guide says so; rows are out of reach of any query, and of pg_dump, once they are deleted.
        """
        return True

    def survey(self, *tables: str) -> None:
        """ANALYZE: by itself the server looks within a minute only, and takes new tables for empty ones.

        4,000 people imported and sent to at once: the query of the rehearsal took 13 s instead of 16 ms. A
        table that is being vacuumed or analysed is passed over: nobody waits for it.
        """
        with self.speaking():
            self._connection.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}", prepare=False)

    def alone(self, name: str) -> None:
        """Until the transaction ends, nobody else passes here under the same name, from any machine."""
        self._execute(
            "SELECT pg_advisory_xact_lock(%(ours)s::int, %(one)s::int)", {"ours": _LOCKS, "one": _lock(name)}
        )

    def widen(self) -> None:
        """Nothing to do: the server has memory of its own."""

    def only(self, name: str) -> bool:
        """The session's lock: a session that is frozen keeps it, one that is lost does not."""
        found = self._execute(
            "SELECT pg_try_advisory_lock(%(ours)s::int, %(one)s::int)", {"ours": _LOCKS, "one": _lock(name)}
        ).fetchone()
        assert found is not None
        return bool(found[0])

    def instant(self) -> datetime | None:
        """The server's clock, which is one for all machines: leases are counted by it."""
        text = "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        found = self._execute(text, {}).fetchone()
        assert found is not None
        return moment(found[0])

    def ask(self, text: str, values: Sequence[Any]) -> "psycopg.Cursor[Row]":
        """A statement that has no name, `%s` standing for each of `values`."""
        with self.speaking():
            return self._connection.execute(text, list(values) or None)

    def copy_in(self, text: str, rows: Iterable[Row]) -> None:
        """COPY … FROM STDIN."""
        with self.speaking(), self._connection.cursor() as cursor, cursor.copy(text) as copy:
            for row in rows:
                copy.write_row(row)

    # --- statements ---------------------------------------------------------------------

    def _execute(self, text: str, values: Mapping[str, object]) -> "psycopg.Cursor[Row]":
        """Within a transaction, once; alone it is a read, which may be asked again."""
        if not self._within:
            return self._again(lambda: self._connection.execute(text, values))
        with self.speaking():
            return self._connection.execute(text, values)

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
        assert self._within, "a change outside a transaction would be asked twice"
        waiting = iter(rows)
        first = list(islice(waiting, _MANY))
        with faults.speaking(self.name, rules=RuleError), self._connection.cursor() as cursor:
            if len(first) == _MANY and is_plain(name):
                names = names_of(name)
                _copy(cursor, name, ([row[key] for key in names] for row in chain(first, waiting)))
            else:
                cursor.executemany(statement(name), chain(first, waiting))

    def run_all(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """The same for rows without names, none of which has another's key: ON CONFLICT copes."""
        assert self._within, "a change outside a transaction would be asked twice"
        waiting = iter(rows)
        first = list(islice(waiting, _MANY))
        with faults.speaking(self.name, rules=RuleError), self._connection.cursor() as cursor:
            if len(first) == _MANY:
                _copy(cursor, name, chain(first, waiting))
            else:
                names = names_of(name)
                cursor.executemany(statement(name), [dict(zip(names, row, strict=True)) for row in first])

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


def _copy(cursor: "psycopg.Cursor[Row]", name: str, rows: Iterator[Sequence[object]]) -> None:
    """Into a table of this session, then from there in one command.

    Of 500 rows of deliveries: 3 ms; 5 ms as arrays in one statement, 24 ms one by one in a pipeline.
    """
    text, names = copied(name)
    first = next(rows)
    kinds = ", ".join(
        f"{key} {'bigint' if isinstance(value, int) else 'text'}"
        for key, value in zip(names, first, strict=True)
    )
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS bulk_{name} ({kinds}) ON COMMIT DELETE ROWS")
    with cursor.copy(f"COPY bulk_{name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in chain((first,), rows):
            copy.write_row(row)
    cursor.execute(text)
    cursor.execute(f"TRUNCATE bulk_{name}")


def _lock(name: str) -> int:
    """A name as the number of an advisory lock, a signed one of 32 bits."""
    return crc32(name.encode()) - 2**31
