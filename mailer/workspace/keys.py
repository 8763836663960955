"""The keys file: made once, readable by its owner alone, never replaced."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from mailer.errors import UsageError
from mailer.tokens import KEYS_FILE, Keys
from mailer.words import Text


def read_or_make_keys(root: Path) -> tuple[Keys, bool]:
    """The workspace's keys, and whether they were made just now.

    Raises UsageError when the file is broken or cannot be read: a new set would break every
    unsubscribe link already sent, so nothing is ever written over an old one.
    """
    path = root / KEYS_FILE
    try:
        return Keys.from_toml(path.read_text(encoding="utf-8")), False
    except FileNotFoundError:
        return _make(path), True
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(
            Text(
                "{file} cannot be read ({reason}): restore it from your copy",
                file=KEYS_FILE,
                reason=str(fault),
            )
        ) from None


def _make(path: Path) -> Keys:
    keys = Keys.new(secrets.token_bytes)
    private_folder(path.parent.parent)
    private_folder(path.parent)
    try:
        write_private(path, keys.to_toml().encode())
    except FileExistsError:  # another command made them in the same instant: theirs are the ones
        return Keys.from_toml(path.read_text(encoding="utf-8"))
    return keys


def private_folder(path: Path) -> None:
    """A folder only its owner enters (0700), made if need be; a clone's, made by git, is closed now."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        with contextlib.suppress(PermissionError):  # somebody else's: `check` says so
            path.chmod(0o700)


def write_private(path: Path, content: bytes) -> None:
    """A new file only its owner reads, 0600 from its creation, whole or not there.

    Written beside and linked into place, so that a crash leaves no half a file. FileExistsError when
    there is one already.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        _place(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _place(beside: Path, path: Path) -> None:
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:  # no hard links here (FAT, some network drives)
        if path.exists():
            raise FileExistsError(path) from None
        beside.rename(path)
