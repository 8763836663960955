"""objections.log: who left, on disk before anything else, and replayed into any database.

Its entries (`log_entries.py`) are appended and fsynced; what each does is `departures.py`. The database
remembers how many bytes of the log it has applied, in the transaction that applied them; so a database
restored from an old copy, or one that could not be written for a while, catches up by itself, and a line is
the only way in for a departure, whether it is applied at once or a month later.

Of several machines on one database each has a log of its own. The first line of each is unlike any other,
and the database keeps how much it has applied of each.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mailer.errors import LaterError, why
from mailer.store.departures import Driver, apply_all
from mailer.store.log_entries import Entry, parse
from mailer.words import Text

_OFFSET = "objections "  # in meta, and the log's identity: bytes applied
_LONGEST = 4096  # bytes of a first line


class Objections:
    """The log of a workspace. Appends by several programs do not mix: each holds the file's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[bytes] = []
        self._seen = -1  # the log's size when this program last applied it
        self._offset = ""  # the name of its place in meta

    def add(self, driver: Driver, entries: Sequence[Entry]) -> None:
        """Apply `entries` within the open transaction, and write them when `seal` is called."""
        apply_all(driver, entries)
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
            entries = filter(None, map(parse, self.path.read_bytes().splitlines()))
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
        apply_all(driver, filter(None, map(parse, whole.splitlines())))
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


def _lock(descriptor: int) -> None:
    """Until the descriptor is closed. Windows locks bytes, far beyond the log's end."""
    if os.name == "posix":
        import fcntl  # noqa: PLC0415

        fcntl.flock(descriptor, fcntl.LOCK_EX)
    else:
        import msvcrt  # noqa: PLC0415

        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
