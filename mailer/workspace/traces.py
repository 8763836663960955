"""Traces: files of a workspace that hold an address, however it is written there.

Looked for as it is read, in any case; in quoted-printable, percent-encoded, in base64 at each of its three
alignments (RFC 4648, 4), across the line ends that mail puts between, in UTF-16, and within ZIP files, which
is what spreadsheets are. What else is compressed or encrypted is not looked into.
"""

import base64
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20  # bytes read at a time
_OVERLAP = 4096  # longer than any spelling of an address of 254 characters
_MOST_ZIPPED = 256 << 20  # bytes unpacked of one file: a bomb is not a list
_SKIPPED = frozenset({".git", ".venv", "node_modules", "__pycache__"})
_LINE_ENDS = (b"=\r\n", b"\r\n", b"=\n", b"\n")
_AT = (b"=40", b"%40", b"&#64;", b"&commat;")  # in small letters

Finds = Callable[[bytes], bool]


def traces(root: Path, addresses: tuple[str, ...], *, but: tuple[Path, ...] = ()) -> list[Path]:
    """The files below `root` that hold one of `addresses`, in the order of their names.

    None of `but`, nor of folders that are among these.
    """
    finds = finder(addresses)
    return [path for path in _files(root, frozenset(but)) if _holds(path, finds)]


def holds(path: Path, addresses: tuple[str, ...]) -> bool:
    """Whether a file holds one of `addresses`; one that cannot be read does not."""
    return _holds(path, finder(addresses))


def finder(addresses: tuple[str, ...]) -> Finds:
    """Tells whether some bytes hold one of `addresses`."""
    plain = {address.lower().encode("utf-8") for address in addresses}
    wide = {address.lower().encode(name) for address in addresses for name in ("utf-16-le", "utf-16-be")}
    packed = {
        one
        for address in addresses
        for spelling in {address, address.lower()}
        for text in (spelling.encode("utf-8"), spelling.encode("utf-16-le"))
        for one in _base64(text)
    }

    def finds(content: bytes) -> bool:
        lower = content.lower()
        if any(one in lower for one in (*plain, *wide)):
            return True
        joined = _without(content, _LINE_ENDS, b"")
        said = _without(joined.lower(), _AT, b"@")
        return any(one in said for one in plain) or any(one in joined for one in packed)

    return finds


def _without(content: bytes, pieces: tuple[bytes, ...], instead: bytes) -> bytes:
    """A tenth of what a regular expression takes, of thousands of mails."""
    for one in pieces:
        content = content.replace(one, instead)
    return content


def _base64(text: bytes) -> Iterator[bytes]:
    """What is always the same of `text` in base64, wherever in a triple of bytes it begins."""
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + text)
        first, last = (0, 2, 3)[shift], len(whole) - (0, 3, 2)[(shift + len(text)) % 3]
        yield whole[first:last]


def _files(root: Path, but: frozenset[Path]) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in _SKIPPED and Path(folder, name) not in but)
        for name in sorted(files):
            path = Path(folder, name)
            if path not in but and path.is_file() and not path.is_symlink():
                yield path


def _holds(path: Path, finds: Finds) -> bool:
    try:
        with path.open("rb") as opened:
            if _found(opened, finds, _MOST_ZIPPED << 20):
                return True
        return zipfile.is_zipfile(path) and _zipped(path, finds)
    except (OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, EOFError):
        return False


def _zipped(path: Path, finds: Finds) -> bool:
    left = _MOST_ZIPPED
    with zipfile.ZipFile(path) as packed:
        for one in packed.infolist():
            with packed.open(one) as opened:
                if _found(opened, finds, left):
                    return True
            left -= one.file_size
            if left <= 0:
                return False
    return False


def _found(opened: IO[bytes], finds: Finds, most: int) -> bool:
    """Chunk by chunk, each with the end of the one before."""
    before = b""
    while most > 0 and (chunk := opened.read(_CHUNK)):
        if finds(before + chunk):
            return True
        before, most = (before + chunk)[-_OVERLAP:], most - len(chunk)
    return False
