"""A connection with a SQLite file: its transactions, and what is on disk when they end.

Opened through sqlite-utils; transactions are explicit. Settings follow sqlite.org/pragma.html: WAL lets the
site read while the sender writes; `synchronous=FULL` makes a commit survive a power cut, NORMAL (durability
"process") only a kill. The log is copied into the file, and the file written anew, when somebody says so.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from mailer.store.sqlite_faults import speaking

_TIDY_ROWS = 4000  # changed between two copies of the log into the file: some 16 MB
_PATIENCE_S = 30.0
_SQLITE_PATIENCE_S = 0.02  # of a single call, which may stand in an event loop's own thread
_NAP_S = 0.005
_NARROW_KB, _WIDE_KB = 2_000, 65_536  # of pages held in memory
# A table of this name that is temporary is the one that is meant (sqlite.org/lang_naming.html).
_OWN_LISTS = (
    "CREATE TEMPORARY TABLE wave_list (campaign, wave, list, rank, PRIMARY KEY (campaign, wave, list))",
    "INSERT INTO temp.wave_list SELECT campaign, wave, list, rank FROM main.wave_list",
)


class SqliteTransactions:
    """Beginnings and ends; used by one thread at a time."""

    remote = False
    connected = 1

    def __init__(self, path: Path, *, durability: str = "full", patience: float = _PATIENCE_S) -> None:
        import sqlite_utils  # noqa: PLC0415  0.2 s

        self.path = path
        self.name = str(path)
        self._full = durability == "full"
        self._light = False  # whether this transaction is one that need not be
        self._patience = patience
        self._tidied = 0  # rows changed when the log was last copied
        self._wide = False  # whether much is being written
        self._writing = False  # whether a transaction is open that may have written
        with speaking(path):
            connection = sqlite3.connect(
                path,
                timeout=_SQLITE_PATIENCE_S,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=512,  # of statements with rows, one for each number of them
            )
            self.database = sqlite_utils.Database(connection, execute_plugins=False)
            self._connection = connection
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._full else 'NORMAL'}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is erased is gone from the file too
            connection.execute("PRAGMA wal_autocheckpoint = 0")  # no commit stops for the copy: see `tidy`

    def speaking(self) -> AbstractContextManager[None]:
        """What SQLite says of this file, in words for people."""
        return speaking(self.path)

    def close(self) -> None:
        """End it; SQLite then folds its log into the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT: all of it, or nothing. Waits for other writers, then `LaterError`."""
        self.begin()
        try:
            with speaking(self.path):
                yield
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def begin(self) -> None:
        """Take the writer's place, waiting for it at most `patience`; `LaterError` after that."""
        until = time.monotonic() + self._patience
        with speaking(self.path):
            while not self.try_begin(last=time.monotonic() >= until):
                time.sleep(_NAP_S)

    @property
    def waits(self) -> bool:
        """Whether the commit of this transaction waits for the disk."""
        return self._full and not self._light

    def lighten(self) -> None:
        """The next transaction may be lost when the power is: what it holds is on disk elsewhere already."""
        if self._full:
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._light = True

    def _burden(self) -> None:
        if self._light:
            self._connection.execute("PRAGMA synchronous = FULL")
            self._light = False

    def try_begin(self, *, last: bool = False) -> bool:
        """Take the writer's place if it is free; `last`: else raise what SQLite says."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._writing = True
        except sqlite3.OperationalError as fault:
            if last or fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def commit(self) -> None:
        """On disk, as `durability` says, when this returns."""
        with speaking(self.path):
            self._connection.execute("COMMIT")
        self._writing = False
        self._burden()
        self._narrow()

    def rollback(self) -> None:
        """Nothing of the transaction was done."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._writing = False
        self._burden()
        self._narrow()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of one and the same state."""
        with speaking(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                self._narrow()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """One writer here keeps all others away: the lists are written to a table that nobody else sees."""
        with self.reading():
            for statement in _OWN_LISTS:
                self._connection.execute(statement)
            yield

    def alone(self, name: str) -> None:
        """Nothing to do: BEGIN IMMEDIATE lets one writer in at a time."""

    def only(self, name: str) -> bool:
        """Always: the sender's lock keeps the others away."""
        return True

    def instant(self) -> None:
        """This machine's clock is the only one."""

    def survey(self, *tables: str) -> None:
        """Its plans are held by tests (tests/store/test_queries.py): no figures are to change them."""

    @property
    def untidy(self) -> bool:
        """Whether the log has grown enough to be copied into the file."""
        return self._connection.total_changes - self._tidied >= _TIDY_ROWS

    def tidy(self) -> None:
        """Copy the log into the file; it waits for the disk. Whatever comes of it, commits stand."""
        self._tidied = self._connection.total_changes
        with suppress(sqlite3.Error):  # a full disk: tried again later
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def scrub(self) -> bool:
        """Write the file anew and empty its log.

        `secure_delete` overwrites what is deleted; pages that were split before still held a copy of 1 row
        in 300 (20,000 people, 3,000 of them changed), which VACUUM alone takes away.
        """
        until = time.monotonic() + self._patience
        while True:
            try:
                self._connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM's copy is on no disk
                self._connection.execute("VACUUM")
                [(busy, _, _)] = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                busy = 1
            if not busy:
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(_NAP_S)

    def widen(self) -> None:
        """64 MB of pages instead of 2: a million people are written in three quarters of the time."""
        self._connection.execute(f"PRAGMA cache_size = {-_WIDE_KB}")
        self._wide = True

    def _narrow(self) -> None:
        if self._wide:
            self._wide = False
            self._connection.execute(f"PRAGMA cache_size = {-_NARROW_KB}")
            self._connection.execute("PRAGMA shrink_memory")
