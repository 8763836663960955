"""A database copied into an empty one, table by table; then both sides are read again and compared.

Interrupted, the same copy goes on: what the target holds already is compared with the same rows of the
source, and begun anew only if it differs. Until all of it is there, the target is marked, and nobody can
open it to send.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mailer.errors import LaterError, MailerError, UsageError
from mailer.moments import stamp
from mailer.store.driver import Driver
from mailer.store.opening import COPYING, tables_of
from mailer.store.queries import migrations
from mailer.store.store import Store
from mailer.store.tables import META, Shape
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A table that is the same on both sides."""

    name: str
    rows: int
    digest: str


def copy_store(store: Store, target: Driver, told: Callable[[Copied], None]) -> list[Copied]:
    """Copy all of `store`, whose sender's lock the caller holds; `told` hears of each table that is done.

    Raises `UsageError` when the target holds anything else, `LaterError` while a sender is at work.
    """
    source = store._driver
    store.begin()  # with what the log of departures alone holds
    try:
        return _Copy(source, target, told).run(stamp(source.instant() or store.now()))
    finally:
        store.abandon()


class _Copy:
    """One run of it, while nobody writes into the source."""

    def __init__(self, source: Driver, target: Driver, told: Callable[[Copied], None]) -> None:
        self._source, self._target = source, target
        self._from, self._to = tables_of(source), tables_of(target)
        self._told = told

    def run(self, instant: str) -> list[Copied]:
        self._from.freeze()
        if self._source.remote and self._source.row("anybody_sending", instant=instant) is not None:
            raise LaterError(
                Text("somebody is sending from {database}: pause it first", database=self._source.name)
            )
        found = self._source.row("read_meta", name="database")
        assert found is not None
        self._begin(str(found[0]))
        shapes = self._from.shapes()
        if shapes != self._to.shapes():
            raise MailerError(
                Text(
                    "{one} and {other} do not have the same tables",
                    one=self._source.name,
                    other=self._target.name,
                )
            )
        done = []
        for at, shape in enumerate(shapes):
            done.append(self._notes(shape) if shape.name == META else self._table(shape, shapes[at:-1]))
            self._told(done[-1])
        return done

    def _begin(self, name: str) -> None:
        """The target's tables and its mark; or the copy that was begun goes on."""
        known = migrations()
        with self._target.transaction():
            self._target.alone("schema")
            version = self._target.version()
            if version == 0:
                for _, statements in known:
                    self._target.execute_text(statements)
                self._target.run("write_meta", name="schema", value=str(known[-1][0]))
                self._target.run("write_meta", name=COPYING, value=name)
                return
            mark = self._target.row("read_meta", name=COPYING)
            if mark is None or str(mark[0]) != name:
                raise UsageError(
                    Text(
                        "{database} is not empty: a copy goes into an empty database, or on with its own",
                        database=self._target.name,
                    )
                )

    def _table(self, shape: Shape, later: list[Shape]) -> Copied:
        last = self._to.last_key(shape)
        if last is not None and self._from.digest(shape, last) != self._to.digest(shape):
            self._empty(later)
            last = None
        for rows in self._from.pages(shape, last):
            with self._target.transaction():
                self._to.pour(shape, rows)
        with self._target.transaction():
            self._target.survey(shape.name)
        digest = self._from.digest(shape)
        if self._to.digest(shape) != digest:
            raise self._differs(shape)
        return Copied(name=shape.name, rows=self._to.count(shape), digest=digest)

    def _empty(self, shapes: list[Shape]) -> None:
        """The source has changed since: this table and those behind it, which may refer to it, begin anew."""
        with self._target.transaction():
            for shape in reversed(shapes):
                self._to.empty(shape)

    def _notes(self, shape: Shape) -> Copied:
        """What the database knows of itself, last: with it the copy is one, and its mark is gone."""
        rows = [row for page in self._from.pages(shape) for row in page]
        with self._target.transaction():
            self._to.empty(shape)
            self._to.pour(shape, rows)
            digest = self._from.digest(shape)
            if self._to.digest(shape) != digest:
                raise self._differs(shape)
        return Copied(name=shape.name, rows=len(rows), digest=digest)

    def _differs(self, shape: Shape) -> MailerError:
        return MailerError(
            Text(
                "{table} is not the same in {one} and in {other}: this copy is not to be used",
                table=shape.name,
                one=self._source.name,
                other=self._target.name,
            )
        )
