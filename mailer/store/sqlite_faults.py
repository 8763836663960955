"""What SQLite says of its file, in words for people."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailer.errors import LaterError, MailerError, UsageError
from mailer.store.driver import RuleError
from mailer.words import Text


@contextmanager
def keeping_rules() -> Iterator[None]:
    """A rule of the schema is broken."""
    try:
        yield
    except sqlite3.IntegrityError as fault:
        raise RuleError(str(fault)) from fault


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
