"""Mails kept in files: one alone, an mbox, a Maildir, a folder of .eml. One at a time, whatever the size."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mailer.errors import UsageError, why
from mailer.words import Text

_LARGEST = 20_000_000  # bytes of one mail that are read: no report is longer
_LINE = 1_000_000  # bytes taken at a time of a line that never ends


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail, and where it lies."""

    path: Path
    number: int  # within its file, from 1
    raw: bytes


def mails(path: Path) -> Iterator[Kept]:
    """The mails of a file or folder, in order.

    A folder is a Maildir if it has `new` and `cur`, else each of its files is a mail or an mbox; a file is
    an mbox when it begins with "From " (RFC 4155). Raises UsageError when it is not there or not readable.
    """
    try:
        if path.is_dir():
            for file in _files(path):
                yield from _of_file(file)
        else:
            yield from _of_file(path)
    except OSError as fault:
        reason = why(fault)
        raise UsageError(Text("{file} cannot be read: {reason}", file=str(path), reason=reason)) from None


def _files(folder: Path) -> list[Path]:
    maildir = [folder / name for name in ("new", "cur") if (folder / name).is_dir()]
    found = [file for inside in maildir or [folder] for file in inside.iterdir()]
    return sorted(
        (file for file in found if file.is_file() and not file.name.startswith(".")),
        key=lambda file: file.name,
    )


def _of_file(file: Path) -> Iterator[Kept]:
    with file.open("rb") as stream:
        first = stream.readline(_LINE)
        if not first:  # a mailbox that was emptied
            return
        if not first.startswith(b"From "):
            yield Kept(file, 1, first + stream.read(_LARGEST))
            return
        lines: list[bytes] = []
        number, size, empty = 1, 0, False
        while line := stream.readline(_LINE):
            if empty and line.startswith(b"From "):
                yield Kept(file, number, b"".join(lines))
                number, lines, size = number + 1, [], 0
            elif size < _LARGEST:
                lines.append(line)
                size += len(line)
            empty = line in (b"\n", b"\r\n")
        yield Kept(file, number, b"".join(lines))
