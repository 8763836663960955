"""The SQLite driver: one connection, opened through sqlite-utils; transactions are explicit.

Settings follow sqlite.org/pragma.html: WAL lets the site read while the sender writes; `synchronous=FULL`
makes a commit survive a power cut, NORMAL (durability "process") only a kill.
"""

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from mailer.errors import LaterError, MailerError, UsageError
from mailer.store.conditions import Condition
from mailer.store.driver import Row, RuleError
from mailer.store.queries import narrowed, ordered, placed, queries
from mailer.store.sqlite_parts import counted_in_parts, parts_for
from mailer.words import Text

_TIDY_ROWS = 4000  # changed between two copies of the log into the file: some 16 MB
_PATIENCE_S = 30.0
_SQLITE_PATIENCE_S = 0.02  # of a single call, which may stand in an event loop's own thread
_NAP_S = 0.005
_NARROW_KB, _WIDE_KB = 2_000, 65_536  # of pages held in memory
_LAST = 2**63 - 1  # the greatest number anybody may have
# What PostgreSQL reads as a comment.
_ONLY_HERE = re.compile(r"/\* SQLite: (.+?) \*/")


class Sqlite:
    """Named statements on one connection; used by one thread at a time."""

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

    def survey(self, *tables: str) -> None:
        """Its plans are held by tests (tests/store/test_queries.py): no figures are to change them."""

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

    def run(self, name: str, /, **values: object) -> int:
        """Run a statement; how many rows it changed."""
        with _rules():
            return self._connection.execute(queries()[name], values).rowcount

    def run_rows(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> int:
        """A statement with `VALUES EACH`, once for all of `rows`; how many rows it changed."""
        with _rules():
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
        with _rules():
            self._connection.executemany(queries()[name], rows)

    def run_all(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """The same for rows without names, which SQLite need not look for."""
        with _rules():
            self._connection.executemany(ordered(name), rows)

    def rows(self, name: str, /, **values: object) -> Iterator[Row]:
        """The rows of a query, read as they are asked for."""
        return iter(self._connection.execute(queries()[name], values))

    def sought(self, name: str, condition: Condition, /, **values: object) -> Iterator[Row]:
        """The rows of a query for those of whom a condition is true; SQLite itself lets it read no more."""
        text = narrowed(name, condition.text)
        self._connection.set_authorizer(_only_reads)  # asked while a statement is read, not for its rows
        try:
            return iter(self._connection.execute(text, {**values, **condition.values}))
        finally:
            self._connection.set_authorizer(None)

    def counted(self, name: str, condition: Condition) -> int:
        """The one number that a query finds for those of whom a condition is true.

        Of many people, by all processors, unless this connection has written what no other sees yet.
        """
        parts = 1 if self._writing else parts_for(self._connection)
        if parts > 1:
            text = narrowed(name, condition.text)
            found = counted_in_parts(self.path, text, condition.values, parts, _only_reads)
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


# A table of this name that is temporary is the one that is meant (sqlite.org/lang_naming.html).
_OWN_LISTS = (
    "CREATE TEMPORARY TABLE wave_list (campaign, wave, list, rank, PRIMARY KEY (campaign, wave, list))",
    "INSERT INTO temp.wave_list SELECT campaign, wave, list, rank FROM main.wave_list",
)
_READ = frozenset({"subscriber", "membership", "suppression", "delivery", "wave_list"})
_CALLED = frozenset({"count", "min", "glob", "like", "instr", "substr", "json_extract", "length", "ltrim"})


def _only_reads(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """What a segment's statement may do (sqlite.org/c3ref/set_authorizer.html): read these tables."""
    match action:
        case sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        case sqlite3.SQLITE_READ if first in _READ:
            return sqlite3.SQLITE_OK
        case sqlite3.SQLITE_FUNCTION if second in _CALLED:
            return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


@contextmanager
def _rules() -> Iterator[None]:
    """A rule of the schema is broken."""
    try:
        yield
    except sqlite3.IntegrityError as fault:
        raise RuleError(str(fault)) from fault


def as_schema(statements: str) -> str:
    """Rows lie in the order of their key: one search instead of two, and neighbours on the same page.

    sqlite.org/lang_createtable.html#rowid and sqlite.org/withoutrowid.html. A key of one number is the place
    itself only when its type is called INTEGER.
    """
    text = "\n".join(line.partition("--")[0] for line in statements.splitlines())
    return _ONLY_HERE.sub(r"\1", text).replace("BIGINT NOT NULL PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY")


@contextmanager
def speaking(path: Path) -> Iterator[None]:
    """What SQLite says of a file, in words for people: locked and full pass, the rest does not."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # of the answers' files: a fault of ours, not of the file
    except sqlite3.Error as fault:
        raise _said(path, fault) from fault


def _said(path: Path, fault: sqlite3.Error) -> MailerError:
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LaterError(
                Text("another program keeps {file} locked: try again in a while", file=str(path))
            )
        case sqlite3.SQLITE_FULL:
            return LaterError(Text("the disk of {file} is full: make room, then try again", file=str(path)))
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return UsageError(
                Text("{file} is not a database any more: restore it from your copy", file=str(path))
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return UsageError(
                Text("{file} cannot be written: check its folder and permissions", file=str(path))
            )
    return MailerError(Text("the database {file} failed: {reason}", file=str(path), reason=str(fault)))
