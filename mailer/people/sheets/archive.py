"""The parts of a workbook: each read from its zip as a stream, never written anywhere, its size bounded.

A name in the archive is only compared with those we ask for, so that `../../x` and `/etc/x` lead nowhere.
"""

import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from mailer.errors import FaultsError
from mailer.findings import Place, error
from mailer.people.encoding import AS_CSV, cannot_read
from mailer.words import Text

_BLOCK = 65_536  # bytes
_MOST_PARTS = 10_000
# A million rows of five columns take 300 MB as XML; 10 GB of zeros take 10 MB in a zip.
_LARGEST_PART = 512 * 1024 * 1024  # bytes, unpacked


class Archive:
    """An open zip, the caller's; `file` is its name in findings."""

    def __init__(self, opened: BinaryIO, file: str, *, largest: int = _LARGEST_PART) -> None:
        self.file, self._largest = file, largest
        opened.seek(0)
        try:
            self._zip = zipfile.ZipFile(opened)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
            raise self.damaged() from fault
        parts = self._zip.infolist()
        if len(parts) > _MOST_PARTS:
            raise self.too_large(Text("this archive has {count} parts", count=len(parts)))
        self.names = frozenset(one.filename for one in parts)

    def blocks(self, name: str) -> Iterator[bytes]:
        """A part, unpacked bit by bit. FaultsError: it is missing, locked, damaged or too large."""
        try:
            part = self._zip.getinfo(name)
        except KeyError:
            raise self.damaged() from None
        if part.flag_bits & 0x1:
            raise self.locked()
        if part.file_size > self._largest:
            raise self.too_large(
                Text("unpacked, this workbook has over {limit} MB", limit=self._largest >> 20)
            )
        try:
            with self._zip.open(part) as unpacked:
                while block := unpacked.read(_BLOCK):  # no more comes than was declared
                    yield block
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as fault:
            raise self.damaged() from fault

    def start_of(self, name: str, most: int) -> bytes:
        """The first bytes of a part; empty: there is none."""
        if name not in self.names:
            return b""
        found = b""
        for block in self.blocks(name):
            found += block
            if len(found) >= most:
                break
        return found[:most]

    def damaged(self) -> FaultsError:
        """The error for what cannot be unpacked or understood."""
        message = Text("this workbook is damaged, or was not received whole")
        return cannot_read(self.file, error("sheet-damaged", Place(self.file), message, AS_CSV))

    def locked(self) -> FaultsError:
        """The error for what a password protects."""
        cure = Text("open it with its password, and save it as CSV (UTF-8)")
        message = Text("this workbook is locked with a password")
        return cannot_read(self.file, error("sheet-locked", Place(self.file), message, cure))

    def too_large(self, message: Text) -> FaultsError:
        """The error for more than a list can be."""
        return cannot_read(self.file, error("sheet-size", Place(self.file), message, AS_CSV))
