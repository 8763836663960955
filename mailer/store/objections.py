"""objections.log: who left, on disk before anything else, and replayed into any database.

One JSON line each, appended and fsynced: opaque ids and keyed hashes, never an address. Who was erased is
among them. The database remembers how many bytes of the log it has applied, in the transaction that applied
them; so a database restored from an old copy, or one that could not be written for a while, catches up by
itself, and a line is the only way in for a departure, whether it is applied at once or a month later.

Of several machines on one database each has a log of its own. The first line of each is unlike any other,
and the database keeps how much it has applied of each.
"""

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mailer.errors import LaterError, why
from mailer.store import burying
from mailer.store.driver import Row
from mailer.words import Text

_OFFSET = "objections "  # in meta, and the log's identity: bytes applied
_NUMBERS = 2**63  # what a BIGINT holds
_write = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
PEOPLE = "people"  # one at a time: imports, and the departures of who may be in them
EVERYTHING = ""  # in place of a list: whoever left it, unknown to us, wants nothing at all
_LONGEST = 4096  # bytes of a first line
_GROUP = 200  # departures in one statement


class Driver(Protocol):
    """What applying needs of a database."""

    def run(self, name: str, /, **values: object) -> int: ...
    def run_rows(self, name: str, rows: Sequence[Sequence[object]], /, **common: object) -> int: ...
    def rows(self, name: str, /, **values: object) -> Iterator[Row]: ...
    def row(self, name: str, /, **values: object) -> Row | None: ...
    def alone(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: `what` is left (some lists), objected (everything), back (undone, or come again), erased,
    bounced (the address is given up), reached (it is not any more, on their word), complained (as an
    objection, and not theirs to undo).

    Or begun: a database was made, `source` being its name. Its file may be missing one day. Or joined: the
    first line of a log whose database was there already.
    """

    at: str
    what: str
    subscriber: int
    lists: tuple[str, ...] = ()
    address_hash: str = ""  # where known: an objection outlives the subscriber's row
    source: str = ""
    proof: str = ""

    def line(self) -> bytes:
        """As the log holds it."""
        said = {
            "at": self.at,
            "what": self.what,
            "subscriber": self.subscriber,
            "lists": self.lists,
            "hash": self.address_hash,
            "source": self.source,
            "proof": self.proof,
        }
        return _write(said).encode() + b"\n"


class Objections:
    """The log of a workspace. Appends by several programs do not mix: each holds the file's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[bytes] = []
        self._seen = -1  # the log's size when this program last applied it
        self._offset = ""  # the name of its place in meta

    def add(self, driver: Driver, entries: Sequence[Entry]) -> None:
        """Apply `entries` within the open transaction, and write them when `seal` is called."""
        _apply_all(driver, entries)
        self._waiting += [entry.line() for entry in entries]

    def seal(self, driver: Driver) -> None:
        """Just before COMMIT: what others appended is applied, ours is written, fsynced and counted."""
        with self.sealing(driver) as to_disk:
            if to_disk is not None:
                to_disk()

    @contextlib.contextmanager
    def sealing(self, driver: Driver) -> Iterator[Callable[[], None] | None]:
        """The same in two steps: what it gives waits for the disk, in any thread; None: nothing does."""
        if not self._waiting and not self.behind():
            yield None
            return
        driver.row("hold_meta", name=self._offset)  # before the file's lock, always: no two wait crosswise
        with self._locked() as descriptor:
            end = self._replay(driver, descriptor)
            if self._waiting:
                end = _append(descriptor, b"".join(self._waiting))
                yield lambda: os.fsync(descriptor)
            else:
                yield None
            driver.run("write_meta", name=self._offset, value=str(end))
        self._waiting.clear()
        self._seen = end

    def forget(self) -> None:
        """The transaction was rolled back: nothing of it is to be written."""
        self._waiting.clear()
        self._seen = -1

    def known(self, driver: Driver) -> bool:
        """Whether the database has a place for this log: what was applied of it is counted there."""
        with contextlib.suppress(FileNotFoundError), self.path.open("rb") as opened:
            self._identify(_first_line(opened.fileno()))
        return bool(self._offset) and driver.row("read_meta", name=self._offset) is not None

    def joins(self, driver: Driver, at: str) -> None:
        """Make that place, within a transaction; a log that has nothing in it yet gets its first line."""
        with self._locked() as descriptor:
            if not (first := _first_line(descriptor)):
                line = Entry(at=at, what="joined", subscriber=0, source=secrets.token_hex(16)).line()
                _append(descriptor, line)
                os.fsync(descriptor)
                first = _first_line(descriptor)
        self._identify(first)
        driver.run("first_meta", name=self._offset, value="0")

    def _identify(self, first: bytes) -> None:
        self._offset = _OFFSET + hashlib.sha256(first).hexdigest()[:32] if first else ""

    def begun(self) -> bool:
        """Whether this workspace has had a database: its making is the log's first line."""
        return self._size() > 0

    def behind(self) -> bool:
        """Whether somebody has appended since we last applied the log: one look at its size."""
        return self._size() != self._seen

    def caught_up(self, driver: Driver) -> bool:
        """Whether the database has applied all of the log, whoever did it."""
        size = self._size()
        if self._applied(driver) == size:
            self._seen = size
        return self._seen == size

    def erased(self, address_hash: str) -> list[int]:
        """The numbers under which the person of this address was erased before."""
        with contextlib.suppress(FileNotFoundError):
            entries = filter(None, map(_parse, self.path.read_bytes().splitlines()))
            return [
                one.subscriber for one in entries if one.what == "erased" and one.address_hash == address_hash
            ]
        return []

    def keep(self, entries: Sequence[Entry]) -> None:
        """The log alone, when the database cannot be written: enough for nobody to be written to again."""
        with self._locked() as descriptor:
            _append(descriptor, b"".join(entry.line() for entry in entries))
            os.fsync(descriptor)

    def _size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                _lock(descriptor)
                yield descriptor
            finally:
                os.close(descriptor)
        except OSError as fault:  # no right to it, a full disk: it may be mended
            reason = why(fault)
            raise LaterError(
                Text("{file} cannot be written ({reason})", file=str(self.path), reason=reason)
            ) from fault

    def _replay(self, driver: Driver, descriptor: int) -> int:
        """Apply all that the database has not seen; where the whole lines end."""
        applied = self._applied(driver)
        size = os.lseek(descriptor, 0, os.SEEK_END)
        if applied > size:  # the log was lost or cut: all that is left of it is applied anew
            applied = 0
        os.lseek(descriptor, applied, os.SEEK_SET)
        text = _read(descriptor, size - applied)
        whole = text[: text.rfind(b"\n") + 1]  # a line cut short by a crash: its member was told nothing
        _apply_all(driver, filter(None, map(_parse, whole.splitlines())))
        return applied + len(whole)

    def _applied(self, driver: Driver) -> int:
        found = driver.row("read_meta", name=self._offset)
        return int(str(found[0])) if found else 0


def _first_line(descriptor: int) -> bytes:
    """The first whole line, whatever it says; empty when there is none."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    line, end, _ = os.read(descriptor, _LONGEST).partition(b"\n")
    return line + end if end else b""


def _read(descriptor: int, size: int) -> bytes:
    pieces = []
    while size > 0 and (piece := os.read(descriptor, size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _append(descriptor: int, lines: bytes) -> int:
    """Write whole lines at the end, after the remains of a line cut short; where they end."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if size > 0:
        os.lseek(descriptor, size - 1, os.SEEK_SET)
        if os.read(descriptor, 1) != b"\n":
            lines = b"\n" + lines
    os.lseek(descriptor, size, os.SEEK_SET)
    view = memoryview(lines)
    while view:
        view = view[os.write(descriptor, view) :]
    return size + len(lines)


def _parse(line: bytes) -> Entry | None:
    """A line as an entry; None for what a crash or a hand has spoilt: the others still count."""
    try:
        said = json.loads(line)
        entry = Entry(
            at=str(said["at"]),
            what=str(said["what"]),
            subscriber=int(said["subscriber"]),
            lists=tuple(map(str, said["lists"])),
            address_hash=str(said["hash"]),
            source=str(said["source"]),
            proof=str(said.get("proof", "")),
        )
        "".join((entry.at, *entry.lists, entry.source, entry.proof)).encode()  # no halves of surrogate pairs
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return entry if 0 <= entry.subscriber < _NUMBERS else None


def _apply_all(driver: Driver, entries: Iterable[Entry]) -> None:
    """In order, departures from lists many at once: hundreds may come at the same time. Twice is once."""
    leaving: dict[tuple[str, int], Sequence[object]] = {}
    for entry in entries:
        for name in entry.lists if entry.what in ("left", "objected", "complained") else ():
            row = (name, entry.subscriber, entry.at, entry.source)
            leaving.setdefault((name, entry.subscriber), row)
        if entry.what != "left" or len(leaving) >= _GROUP:
            _leave(driver, leaving)
            _apply(driver, entry)
    _leave(driver, leaving)


def _leave(driver: Driver, leaving: dict[tuple[str, int], Sequence[object]]) -> None:
    rows = list(leaving.values())
    for at in range(0, len(rows), _GROUP):
        driver.run_rows("leave_lists", rows[at : at + _GROUP])
        driver.run_rows("end_subscriptions", rows[at : at + _GROUP])
    leaving.clear()


def _apply(driver: Driver, entry: Entry) -> None:
    """What an entry says beside the lists that were left."""
    match entry.what:
        case "objected":
            # Whoever is being imported in this instant is known to us after it, or finds that they left.
            driver.alone(PEOPLE)
            driver.run("leave_all", subscriber=entry.subscriber, at=entry.at, source=entry.source)
            driver.run("end_consents", subscriber=entry.subscriber, at=entry.at)
            driver.run("forget_own_clicks", subscriber=entry.subscriber)
            address_hash = entry.address_hash or _hash_of(driver, entry.subscriber)
            if address_hash:
                driver.run(
                    "suppress",
                    address_hash=address_hash,
                    reason="objection",
                    source=entry.source,
                    at=entry.at,
                )
            else:  # nobody we know: their number alone says that they want nothing
                driver.run_rows("leave_lists", [(EVERYTHING, entry.subscriber, entry.at, entry.source)])
        case "erased":
            driver.alone(PEOPLE)
            burying.erase(driver, entry.subscriber, entry.address_hash, at=entry.at, source=entry.source)
            if entry.lists:  # known by another address at first: their number alone says so
                driver.run_rows("leave_lists", [(EVERYTHING, entry.subscriber, entry.at, entry.source)])
        case "bounced" | "complained":
            # Over an objection it stays one: that is the member's own word, and theirs to take back.
            driver.run(
                "suppress",
                address_hash=entry.address_hash,
                reason=entry.what,
                source=entry.source,
                at=entry.at,
            )
        case "reached":
            driver.run("forget_bounced", address_hash=entry.address_hash)
        case "back":
            driver.run("forget_departure", list=EVERYTHING, subscriber=entry.subscriber)
            for name in entry.lists:
                driver.run("forget_departure", list=name, subscriber=entry.subscriber)
                driver.run(
                    "come_back",
                    list=name,
                    subscriber=entry.subscriber,
                    at=entry.at,
                    source=entry.source,
                    proof=entry.proof,
                )
                driver.run("reopen_subscription", list=name, subscriber=entry.subscriber, at=entry.at)
            if entry.address_hash:
                driver.run("forget_objection", address_hash=entry.address_hash)


def _hash_of(driver: Driver, subscriber: int) -> str:
    found = driver.row("subscriber_by_id", id=subscriber)
    return str(found[2]) if found else ""


def _lock(descriptor: int) -> None:
    """Until the descriptor is closed. Windows locks bytes, far beyond the log's end."""
    if os.name == "posix":
        import fcntl  # noqa: PLC0415

        fcntl.flock(descriptor, fcntl.LOCK_EX)
    else:
        import msvcrt  # noqa: PLC0415

        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
