"""A connection with PostgreSQL: its transactions and locks; opened again when it was lost.

Transactions are READ COMMITTED: each statement sees all that was committed before it, which is what P10
asks of a mark, and rows that two senders want are locked by name in queries.sql. Reads that belong
together are REPEATABLE READ.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from zlib import crc32

import psycopg

from mailer.errors import MailerError
from mailer.moments import moment
from mailer.store import postgres_faults as faults
from mailer.store.driver import BrokenOffError, Row
from mailer.store.postgres_session import Session
from mailer.words import Text

_NAP_S = 0.2
_PREPARED = 1000  # statements with rows, one for each number of them
_LOCKS = 0x6D61696C  # our advisory locks, beside those of other programs


class PostgresTransactions:
    """Beginnings and ends; used by one thread at a time."""

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

    def _execute(self, text: str, values: Mapping[str, object]) -> "psycopg.Cursor[Row]":
        """Within a transaction, once; alone it is a read, which may be asked again."""
        if not self._within:
            return self._again(lambda: self._connection.execute(text, values))
        with self.speaking():
            return self._connection.execute(text, values)

    def alone(self, name: str) -> None:
        """Until the transaction ends, nobody else passes here under the same name, from any machine."""
        self._execute(
            "SELECT pg_advisory_xact_lock(%(ours)s::int, %(one)s::int)", {"ours": _LOCKS, "one": _lock(name)}
        )

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

    def widen(self) -> None:
        """Nothing to do: the server has memory of its own."""


def _lock(name: str) -> int:
    """A name as the number of an advisory lock, a signed one of 32 bits."""
    return crc32(name.encode()) - 2**31
