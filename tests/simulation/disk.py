"""The disk of a machine: locked for a while by another program, full, or killed in the middle of a commit."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, Protocol

from mailer.errors import LaterError
from mailer.store.sqlite import Sqlite
from mailer.words import Text
from tests.simulation.machine import Machine, process_here


class Fates(Protocol):
    """What befalls a sender when it commits."""

    def commits(self) -> str:
        """Nothing, or: "full", "unheard" (done, and reported as failed), "killed-before", "killed-after"."""


class NoFates:
    """Nothing ever befalls it."""

    def commits(self) -> str:
        return ""


class Disk:
    """One database file, and who else has it open."""

    def __init__(self, machine: Machine, fates: Fates, path: Path) -> None:
        self.machine = machine
        self.fates = fates
        self.path = path
        self.most_pages = 0  # of a sender's database: it may not grow beyond; 0: it may
        self._locker: sqlite3.Connection | None = None

    def lock(self, seconds: float) -> None:
        """Another program keeps the database to itself for so long."""
        if self._locker is not None:
            return
        other = sqlite3.connect(self.path, isolation_level=None, timeout=0)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # our own sender is in the middle of a commit
            other.close()
            return
        self._locker = other
        self.machine.busy_until = self.machine.monotonic() + seconds
        asyncio.get_running_loop().call_later(seconds, self.unlock)

    def unlock(self) -> None:
        """Its time is over, if it is."""
        if self._locker is not None and not self.machine.disk_waits():
            self._locker.execute("ROLLBACK")
            self._locker.close()
            self._locker = None

    def driver(self) -> type[Sqlite]:
        """SQLite whose locks are waited for in virtual time, and whose commits meet their fate."""
        disk = self

        class Driver(Sqlite):
            def __init__(self, path: Path, **options: Any) -> None:
                super().__init__(path, **options)
                self._process = process_here()
                if self._process is not None:
                    self._process.drivers.append(self)
                    if disk.most_pages:
                        self._connection.execute(f"PRAGMA max_page_count = {disk.most_pages}")

            def begin(self) -> None:
                wait = disk.machine.disk_waits()
                if wait and self._patience and not disk.machine.in_thread:
                    disk.machine.stand_still(min(wait, self._patience))
                disk.unlock()
                with self.speaking():
                    self.try_begin(last=True)

            def commit(self) -> None:
                process = self._process
                fate = disk.fates.commits() if process is not None else ""
                if process is not None and fate == "killed-before":
                    process.kill()
                elif fate == "full":
                    raise LaterError(Text("the disk is full"))
                super().commit()
                if process is not None and fate == "killed-after":
                    process.kill()
                elif fate == "unheard":
                    raise LaterError(Text("nobody knows whether it was committed"))

        return Driver
