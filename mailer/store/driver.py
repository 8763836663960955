"""What the store asks of a database: named statements on one connection, transactions that are explicit.

Two answer to it, SQLite and PostgreSQL; one text of queries serves both (see `queries.sql`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from mailer.errors import LaterError
from mailer.store.conditions import Condition
from mailer.words import Text

Row = tuple[Any, ...]


class RuleError(Exception):
    """A rule of the schema would be broken: for the caller, who knows which."""


class BrokenOffError(LaterError):
    """The database went away, or broke off a transaction in favour of others.

    `undone`: nothing of it was kept, all of it may be asked again. Otherwise its COMMIT was not answered:
    nobody knows whether it is kept, and only what does no harm twice may be asked again.
    """

    def __init__(self, message: Text, *, undone: bool) -> None:
        super().__init__(message)
        self.undone = undone


class Driver(Protocol):
    """One connection, used by one thread at a time; opened again by itself when it was lost.

    Raises `LaterError` for what passes (locked, full, away), `RuleError` for a rule of the schema,
    another `MailerError` for what somebody must mend.
    """

    name: str  # of the database, for people: a file, or an address without its secrets
    connected: int  # how many times: what was committed just before a new one may be gone with its server

    @property
    def remote(self) -> bool:
        """Whether each statement waits for a network, and other machines may be at work there too."""

    @property
    def waits(self) -> bool:
        """Whether a commit waits for a disk or a network."""

    def speaking(self) -> AbstractContextManager[None]:
        """What the database says, in words for people."""

    def transaction(self) -> AbstractContextManager[None]:
        """All of it, or nothing."""

    def begin(self) -> None:
        """Begin to write, waiting for whoever writes; `LaterError` after the driver's patience."""

    def lighten(self) -> None:
        """What the next transaction holds is on disk elsewhere: its commit need not wait for one."""

    def try_begin(self, *, last: bool = False) -> bool:
        """Begin to write if nobody is in the way; `last`: else say what the database says."""

    def commit(self) -> None:
        """On disk, as `durability` says, when this returns."""

    def rollback(self) -> None:
        """Nothing of the transaction was done."""

    def reading(self) -> AbstractContextManager[None]:
        """Several reads of one and the same state."""

    def apart(self) -> AbstractContextManager[None]:
        """The same, and a wave's lists may be written: it is not kept, and nobody sees it or waits for it."""

    def alone(self, name: str) -> None:
        """Until the transaction ends, nobody else passes here under the same name."""

    def only(self, name: str) -> bool:
        """Whether this connection alone passes here under this name: until it closes, nobody else does."""

    def instant(self) -> datetime | None:
        """The clock of a database that several machines share; None: this machine's is the one."""

    @property
    def untidy(self) -> bool:
        """Whether `tidy` should be called after the commit."""

    def tidy(self) -> None:
        """House-keeping that waits for the disk. Whatever comes of it, commits stand."""

    def scrub(self) -> bool:
        """Outside of any transaction: nothing that was deleted is left in its files; False: not now."""

    def widen(self) -> None:
        """Much is written now, at places in no order: memory for it until the transaction ends."""

    def survey(self, *tables: str) -> None:
        """Many rows were written into these tables: what plans queries is told now."""

    def run(self, name: str, /, **values: object) -> int:
        """Run a statement; how many rows it changed."""

    def run_rows(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> int:
        """A statement with `VALUES EACH`, once for all of `rows`; how many rows it changed.

        A row's values are in the order in which the statement's EACH names them.
        """

    def rows_of(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> Iterator[Row]:
        """What a query with `VALUES EACH` finds for all of `rows`."""

    def run_many(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """The same statement for each of `rows`."""

    def run_all(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """`run_many` of rows without names, for millions: no two of them may have the same key.

        A row's values are in the order in which the statement first names them (`queries.names_of`).
        """

    def rows(self, name: str, /, **values: object) -> Iterator[Row]:
        """The rows of a query, read as they are asked for."""

    def sought(self, name: str, condition: Condition, /, **values: object) -> Iterator[Row]:
        """The rows of a query for those of whom a condition is true; whatever it says, it only reads."""

    def counted(self, name: str, condition: Condition) -> int:
        """The one number that a query finds for those of whom a condition is true; it only reads."""

    def row(self, name: str, /, **values: object) -> Row | None:
        """The only row of a query, or None."""

    def record(self, name: str, /, **values: object) -> dict[str, Any] | None:
        """The only row with its columns' names, or None."""

    def records(self, name: str, /, **values: object) -> Iterator[dict[str, Any]]:
        """The rows with their columns' names."""

    def version(self) -> int:
        """The schema's version; 0 of an empty database. `UsageError` of a database that is not ours."""

    def execute_text(self, statements: str) -> None:
        """A migration's statements, inside the transaction that is open."""

    def close(self) -> None:
        """End it."""
