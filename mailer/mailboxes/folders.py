"""Mail in files of this machine, to which a mail server adds: a Maildir, or an mbox."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mailer.errors import UsageError, why
from mailer.mailboxes.letters import MOST, Letter
from mailer.words import Text
from mailer.workspace.mails import mails

_SEEN = "S"


class Maildir:
    """Letters that nobody has read; once done they are in `cur`, marked as seen."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        if not _is_maildir(path):
            raise UsageError(Text("{file} is no Maildir: it has no folders new and cur", file=self.name))

    position = ""  # the marks say what was read

    def letters(self, after: str) -> Iterator[Letter]:
        for one in _entries(self._path / "cur", self._path / "new"):
            if _SEEN in _flags(one):
                continue
            try:
                raw = _read(one)
            except FileNotFoundError:  # another command, or a mail program, has just moved it
                continue
            except OSError as fault:
                raise UsageError(
                    Text("{file} cannot be read ({reason})", file=str(one), reason=why(fault))
                ) from None
            yield Letter(name=one.name, raw=raw, done=lambda one=one: self._seen(one))  # type: ignore[misc]

    def close(self) -> None:
        """Nothing is open."""

    def _seen(self, one: Path) -> None:
        base = one.name.partition(":2,")[0]
        flags = "".join(sorted({*_flags(one), _SEEN}))
        with contextlib.suppress(FileNotFoundError):  # somebody else has done it
            one.rename(self._path / "cur" / f"{base}:2,{flags}")


class Mbox:
    """A file to which the mail server appends; it is left as it is, and what was read is known by itself."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        if not path.is_file():
            raise UsageError(Text("{file} is no file", file=self.name))

    position = ""

    def letters(self, after: str) -> Iterator[Letter]:
        for kept in mails(self._path):
            yield Letter(name=f"{self.name}:{kept.number}", raw=kept.raw[:MOST])

    def close(self) -> None:
        """Nothing is open."""


def _is_maildir(path: Path) -> bool:
    return (path / "new").is_dir() and (path / "cur").is_dir()


def _entries(*folders: Path) -> list[Path]:
    found = [one for folder in folders for one in folder.iterdir() if one.is_file()]
    return sorted((one for one in found if not one.name.startswith(".")), key=lambda one: one.name)


def _flags(path: Path) -> str:
    return path.name.partition(":2,")[2]


def _read(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(MOST)
