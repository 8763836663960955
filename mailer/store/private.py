"""A database's file, for its owner alone from its first byte."""

import contextlib
import os
import secrets
from pathlib import Path

from mailer.errors import UsageError, why
from mailer.words import Text


def make_private(path: Path) -> None:
    """An empty file with mode 0600, unless one is there; SQLite gives its companion files the same mode.

    Made beside and linked into place, and never opened where it stands: closing any descriptor of a file
    gives up all the locks that this process holds on it (POSIX), and with them those of SQLite, whose
    other connections would then write over one another (sqlite.org/howtocorrupt.html, 2.2).
    """
    if path.exists():
        if path.stat().st_size == 0:  # an empty one, made by hand to begin anew
            path.chmod(0o600)
        return
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with contextlib.suppress(FileExistsError):  # another command made it in the same instant
            _place(beside, path)
    except OSError as fault:
        raise UsageError(
            Text("{file} cannot be written ({reason})", file=str(path), reason=why(fault))
        ) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _place(beside: Path, path: Path) -> None:
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:  # no hard links here (FAT, some network drives)
        if not path.exists():
            beside.rename(path)
