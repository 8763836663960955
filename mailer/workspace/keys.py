"""The keys file: made once, readable by its owner alone, never replaced."""

import contextlib
import os
import secrets
import stat
import time
from pathlib import Path

from mailer.errors import UsageError
from mailer.findings import Finding, Place, error
from mailer.tokens.keys import KEYS_FILE, Keys
from mailer.words import Text


def read_or_make_keys(root: Path) -> tuple[Keys, bool]:
    """The workspace's keys, and whether they were made just now.

    Raises UsageError when the file is broken or cannot be read: a new set would break every
    unsubscribe link already sent, so nothing is ever written over an old one.
    """
    path = root / KEYS_FILE
    try:
        return _read(path), False
    except FileNotFoundError:
        if _was_there(path):
            raise _lost() from None
        return _make(path) if not path.exists() else (_read(path), False)
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(
            Text(
                "{file} cannot be read ({reason}): restore it from your copy",
                file=KEYS_FILE,
                reason=str(fault),
            )
        ) from None


def read_keys(root: Path) -> Keys | None:
    """The workspace's keys; None when none were made yet. Raises UsageError as `read_or_make_keys` does."""
    return read_or_make_keys(root)[0] if (root / KEYS_FILE).parent.is_dir() else None


def keys_faults(root: Path) -> list[Finding]:
    """A keys file that is lost or broken; none when no keys were made yet."""
    path = root / KEYS_FILE
    try:
        if path.exists():
            _read(path)
        elif path.parent.is_dir():
            raise _lost()
    except UsageError as fault:
        message = fault.message
    except (OSError, UnicodeDecodeError) as fault:
        message = Text("this file cannot be read ({reason})", reason=str(fault))
    else:
        return []
    cure = Text("put your copy back: new keys would break the unsubscribe links of mails already sent")
    return [error("keys-file", Place(KEYS_FILE), message, cure)]


def _was_there(path: Path) -> bool:
    """Whether the keys' folder stands without its keys; another command may be making them just now."""
    for _ in range(20):
        if not path.parent.is_dir() or path.exists():
            return False
        time.sleep(0.05)
    return True


def _lost() -> UsageError:
    return UsageError(
        Text("{file} is missing: put your copy back, or remove its folder to begin anew", file=KEYS_FILE)
    )


def _read(path: Path) -> Keys:
    return Keys.from_toml(path.read_text(encoding="utf-8"))


def _make(path: Path) -> tuple[Keys, bool]:
    keys = Keys.new(secrets.token_bytes)
    private_folder(path.parent.parent)
    private_folder(path.parent)
    try:
        write_private(path, keys.to_toml().encode())
    except FileExistsError:  # another command made them in the same instant: theirs are the ones
        return _read(path), False
    return keys, True


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
