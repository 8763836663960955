"""The sender's lock: while a process lives it holds a file's lock, and the system lets go when it dies.

No process id that might have been given to another, no lease that a sleeping laptop lets run out: who
holds the lock knows that no other sender of this database is alive, so what it left marked is unknown.
"""

import contextlib
import os
from pathlib import Path


class SenderLock:
    """A companion of the database file: `<database>.lock`."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.lock")
        self._descriptor = -1

    def acquire(self) -> bool:
        """Take it; False while another process holds it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return True

    def owner(self) -> str:
        """The process id its holder wrote, for people; empty when it cannot be told."""
        with contextlib.suppress(OSError):
            return self.path.read_text(encoding="ascii").strip()
        return ""

    def release(self) -> None:
        """Let go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> "SenderLock":
        return self

    def __exit__(self, *fault: object) -> None:
        self.release()


class NoLock:
    """Its place on a database that several machines share: leases rule there (see `leases.py`)."""

    def acquire(self) -> bool:
        """Always: there is room for others."""
        return True

    def owner(self) -> str:
        """Nobody has it."""
        return ""

    def release(self) -> None:
        """Nothing to let go of."""

    def __enter__(self) -> "NoLock":
        return self

    def __exit__(self, *fault: object) -> None:
        self.release()


def _lock(descriptor: int) -> None:
    if os.name == "posix":
        import fcntl  # noqa: PLC0415

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        import msvcrt  # noqa: PLC0415

        # A byte far beyond the text, so that others may read the process id.
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        os.lseek(descriptor, 0, os.SEEK_SET)
