"""The workspace's database as such: where it is, how large, which version; and copied to another place."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailer.errors import LaterError, UsageError
from mailer.settings import checks
from mailer.store.boxes import pour
from mailer.store.copying import Copied, copy_store
from mailer.store.driver import Driver
from mailer.store.opening import COPYING, open_driver, tables_of
from mailer.store.queries import migrations
from mailer.store.store import Store
from mailer.wiring.boxes import boxes_at
from mailer.wiring.doors import place_at, place_of, store_of
from mailer.words import Text
from mailer.workspace.folder import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A database from outside."""

    kind: str  # sqlite or postgresql
    where: str  # without a password
    version: int  # of its schema; 0: nothing was stored yet
    newest: int  # that this program knows
    size: int  # bytes
    unfinished: bool  # a copy that was interrupted
    rows: dict[str, int]  # by table

    def as_json(self) -> dict[str, object]:
        """As the contract names them."""
        return {
            "kind": self.kind,
            "where": self.where,
            "version": self.version,
            "newest": self.newest,
            "bytes": self.size,
            "unfinished": self.unfinished,
            "tables": self.rows,
        }


def figures(workspace: Workspace) -> Figures:
    """What there is; looking makes and changes nothing."""
    place = place_of(workspace)
    kind = "sqlite" if isinstance(place, Path) else "postgresql"
    newest = migrations()[-1][0]
    if isinstance(place, Path) and not place.exists():
        nothing = {"size": 0, "version": 0}
        return Figures(kind=kind, where=str(place), newest=newest, unfinished=False, rows={}, **nothing)
    driver = open_driver(place)
    try:
        version = driver.version()
        with driver.reading():
            return _figures(driver, kind, version, newest)
    finally:
        driver.close()


def _figures(driver: Driver, kind: str, version: int, newest: int) -> Figures:
    tables = tables_of(driver)
    return Figures(
        kind=kind,
        where=driver.name,
        version=version,
        newest=newest,
        size=tables.size(),
        unfinished=version > 0 and driver.row("read_meta", name=COPYING) is not None,
        rows={shape.name: tables.count(shape) for shape in tables.shapes()} if version else {},
    )


def migrate(workspace: Workspace) -> tuple[int, int]:
    """Bring it to this program's version, or make it; the version it had, and the one it has."""
    was = figures(workspace).version
    store_of(workspace).close()
    return was, migrations()[-1][0]


def copy(workspace: Workspace, to: str, told: Callable[[Copied], None]) -> list[Copied]:
    """Copy the workspace's database to `to`, sqlite:PATH or postgresql://…; each table, compared."""
    if cure := checks.database_url(to):
        raise UsageError(Text("--to names no database: {cure}", cure=cure))
    if not figures(workspace).version:
        raise UsageError(Text("there is nothing to copy: this workspace has no database yet"))
    store = store_of(workspace)
    lock = store.sender_lock()
    try:
        if not lock.acquire():
            raise LaterError(
                Text("a send is at work here (process {pid}): copy when it is over", pid=lock.owner())
            )
        place = place_at(workspace, to)
        target = open_driver(place)
        try:
            done = copy_store(store, target, told)
            _copy_boxes(workspace, store, place)
            return done
        finally:
            target.close()
    finally:
        lock.release()
        store.close()


def _copy_boxes(workspace: Workspace, store: Store, place: Path | str) -> None:
    """Answers go along: they lie apart. Files stay where they are when both databases are files."""
    source, target = boxes_at(workspace, place_of(workspace)), boxes_at(workspace, place)
    if isinstance(place_of(workspace), Path) and isinstance(place, Path):
        return
    for one in store.visits.questionnaires():
        pour(source, target, one.public_id)
