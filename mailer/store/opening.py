"""Opening a database: made if it is missing, brought to this version, refused when it is not ours."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.errors import UsageError
from mailer.moments import stamp
from mailer.store.boxes import Boxes, FileBoxes
from mailer.store.driver import Driver
from mailer.store.leases import LEASE
from mailer.store.log_entries import Entry
from mailer.store.objections import Objections
from mailer.store.private import make_private
from mailer.store.queries import migrations
from mailer.store.sqlite import Sqlite
from mailer.store.sqlite_tables import SqliteTables
from mailer.store.store import Store
from mailer.store.tables import Tables
from mailer.tokens.keys import KEYS_FILE, Keys, fingerprints
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.postgres import Postgres

_NETWORK = frozenset(
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "fuse.sshfs", "fuse.rclone", "davfs"]
)
_PATIENCE_S = 30.0
COPYING = "copying"  # in the meta of a copy that is not finished: the name of the database that it becomes
_MOUNTS = Path("/proc/self/mounts")


def open_store(
    place: Path | str,
    keys: Keys,
    objections: Path,
    *,
    now: Callable[[], datetime],
    durability: str = "full",
    patience: float = 30.0,
    lease: timedelta = LEASE,
) -> Store:
    """The store in the SQLite file at `place`, whose folder exists, or at a url postgresql://…

    `patience` in seconds, for locks and for a database that is away; `lease`: see `leases.py`.
    Raises `UsageError`: missing though the log knows of it, a newer version's, another program's, other
    keys', on a network drive, not writable, no such user. Raises `LaterError` while it is locked or away.
    """
    log = Objections(objections)
    driver = _driver(place, log, durability, patience, lease)
    try:
        _refuse_half(driver)
        _migrate(driver, log, now())
        _same_keys(driver, keys)
        _join(driver, log, now())
        store = Store(driver, keys, log, now, lease)
        store.catch_up()
    except BaseException:
        driver.close()
        raise
    return store


def _driver(place: Path | str, log: Objections, durability: str, patience: float, lease: timedelta) -> Driver:
    if isinstance(place, str):
        return _postgres(place, durability, patience, lease)
    _refuse_network(place)
    _refuse_missing(place, log)
    make_private(place)
    return Sqlite(place, durability=durability, patience=patience)


def open_driver(place: Path | str) -> Driver:
    """A database as it is, or an empty one: to look at, or to copy into. Raises what `open_store` does."""
    if isinstance(place, str):
        return _postgres(place, "full", _PATIENCE_S, LEASE)
    _refuse_network(place)
    make_private(place)
    return Sqlite(place, patience=_PATIENCE_S)


def open_boxes(place: Path | str, *, patience: float, lasting: bool = False) -> Boxes:
    """The ballot boxes in the folder `place`, or in the database at a url postgresql://…

    `lasting`: for many questions, between which the connection stays open; see `Boxes.close`.

    They are as durable as can be, whatever the settings say of the ledger: nobody answers twice.
    """
    if isinstance(place, Path):
        return FileBoxes(place)
    from mailer.store.postgres_boxes import PostgresBoxes  # noqa: PLC0415  psycopg is an extra

    return PostgresBoxes(lambda: _postgres(place, "full", patience, LEASE), lasting=lasting)


def tables_of(driver: Driver) -> Tables:
    """The tables of a driver's database."""
    if driver.remote:
        from mailer.store.postgres_tables import PostgresTables  # noqa: PLC0415  psycopg is an extra

        return PostgresTables(driver)
    return SqliteTables(driver)


def _refuse_half(driver: Driver) -> None:
    if driver.version() and driver.row("read_meta", name=COPYING) is not None:
        raise UsageError(
            Text(
                "{database} is a copy that is not finished: run the same 'mailer db copy' again, from the "
                "database it is made of",
                database=driver.name,
            )
        )


def _postgres(url: str, durability: str, patience: float, lease: timedelta) -> "Postgres":
    try:
        from mailer.store.postgres import Postgres  # noqa: PLC0415  an extra, and 60 ms
    except ImportError as fault:
        raise UsageError(
            Text(
                "PostgreSQL needs more of mailer ({reason}): pip install 'tract-mailer[cluster]'",
                reason=str(fault).splitlines()[0],
            )
        ) from None
    # Cut off in the middle of a transaction, a sender would keep its slices locked beyond its lease.
    idle = lease.total_seconds() / 3
    return Postgres(url, durability=durability, patience=patience, idle=idle)


def _migrate(driver: Driver, log: Objections, now: datetime) -> None:
    known = migrations()
    if driver.version() == known[-1][0]:
        return
    with driver.transaction():
        driver.alone("schema")  # two machines that open it for the first time
        version = driver.version()
        if version > known[-1][0]:
            raise UsageError(
                Text(
                    "{file} was made by a newer version of mailer ({theirs}; this one knows {ours}): "
                    "install that version",
                    file=driver.name,
                    theirs=version,
                    ours=known[-1][0],
                )
            )
        for number, statements in known:
            if number > version:
                driver.execute_text(statements)
                driver.run("write_meta", name="schema", value=str(number))
        if version == 0:
            name = secrets.token_hex(16)
            log.keep([Entry(at=stamp(now), what="begun", subscriber=0, source=name)])
            driver.run("write_meta", name="database", value=name)
            driver.run("write_meta", name="made", value=stamp(now))


def _same_keys(driver: Driver, keys: Keys) -> None:
    """Every key the database has known must still be there: links already sent depend on it."""
    ours = fingerprints(keys)
    if _known_keys(driver, ours) == ours:
        return
    with driver.transaction():
        driver.alone("schema")
        if _known_keys(driver, ours) != ours:
            driver.run("write_meta", name="keys", value=json.dumps(ours))


def _known_keys(driver: Driver, ours: dict[str, str]) -> dict[str, str]:
    found = driver.row("read_meta", name="keys")
    known: dict[str, str] = json.loads(found[0]) if found else {}
    if any(ours.get(name) != mark for name, mark in known.items()):
        raise UsageError(
            Text(
                "{keys} is not the keys file of {file}: put back the one that belongs to it. With other "
                "keys, links already sent would open nothing and those who objected would not be recognised.",
                keys=KEYS_FILE,
                file=driver.name,
            )
        )
    return known


def _join(driver: Driver, log: Objections, now: datetime) -> None:
    """The log of this machine has its place in the database: several may have theirs there."""
    if not log.known(driver):
        with driver.transaction():
            log.joins(driver, stamp(now))


def _refuse_missing(path: Path, log: Objections) -> None:
    """A new one would not know who has been written to, and would write to them again."""
    if log.begun() and not path.exists():
        raise UsageError(
            Text(
                "{file} is missing, though {log} tells of it: put your copy back. Without it nobody knows "
                "who has been written to. To begin anew all the same, make an empty file of that name.",
                file=str(path),
                log=log.path.name,
            )
        )


def _refuse_network(path: Path) -> None:
    """SQLite's log needs memory that machines do not share (sqlite.org/wal.html)."""
    try:
        mounts = [line.split(" ")[1:3] for line in _MOUNTS.read_text(encoding="utf-8").splitlines()]
    except OSError:  # not Linux
        return
    where = path.resolve()
    around = [(point, kind) for point, kind in mounts if where.is_relative_to(point.replace("\\040", " "))]
    if around and max(around, key=lambda mount: len(mount[0]))[1] in _NETWORK:
        raise UsageError(
            Text(
                "{file} is on a network drive, where SQLite can lose what it has written: "
                "keep it on this machine's own disk",
                file=str(path),
            )
        )
