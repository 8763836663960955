"""From bytes to text, block by block: BOM, else strict UTF-8, else cp1252, or the encoding that was named."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from mailer.errors import FaultsError, UsageError
from mailer.findings import Finding, Place, error, info
from mailer.words import Text

_BLOCK = 65_536  # bytes
_BOMS = (  # the longest first: UTF-32 LE begins like UTF-16 LE
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FALLBACK = "mailer.cp1252"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How the file's bytes are read: `name` for people, codec and error handler for Python."""

    name: str
    codec: str
    errors: str = "replace"  # the lost letter is seen later, and its row refused
    notes: tuple[Finding, ...] = ()


def find_encoding(opened: BinaryIO, file: str, given: str | None = None) -> Encoding:
    """The encoding of a seekable file, read through once and never held whole.

    `given` overrides what would be guessed. FaultsError: the file is no text, or not in the encoding that
    its BOM or `given` tells; UsageError: `given` is no encoding.
    """
    opened.seek(0)
    head = opened.read(_BLOCK)
    if given:
        return _named(opened, file, given)
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return _held_to(opened, file, codec)
    _refuse_binary(head, file)
    if _first_fault(opened, "utf-8") is None:
        return Encoding(name="utf-8", codec="utf-8-sig")
    return _not_utf8(opened, file, bom=head.startswith(codecs.BOM_UTF8))


def blocks(opened: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The text of the file from its beginning, without BOM, in pieces that fit in memory."""
    opened.seek(0)
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    chunk = opened.read(_BLOCK)
    yield decoder.decode(chunk).removeprefix("\ufeff")  # utf-16-le and others keep the BOM
    while chunk := opened.read(_BLOCK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _named(opened: BinaryIO, file: str, given: str) -> Encoding:
    try:
        b"a".decode(given, "ignore")  # LookupError also for codecs that make no text, such as hex
        codec = codecs.lookup(given).name
        codecs.getincrementaldecoder(codec)
    except (LookupError, ValueError):
        message = Text("'{encoding}' is no encoding: utf-8, cp1252 or mac-roman are", encoding=given[:60])
        raise UsageError(message) from None
    return _held_to(opened, file, codec)


def _held_to(opened: BinaryIO, file: str, codec: str) -> Encoding:
    line = _first_fault(opened, codec)
    if line is None:
        return Encoding(name=codec, codec="utf-8-sig" if codec == "utf-8" else codec)
    message = Text("from here on the file is not {encoding}", encoding=codec)
    cure = Text("leave out --encoding, or name another: utf-8, cp1252, mac-roman, cp850")
    raise cannot_read(file, error("csv-encoding", Place(file, line), message, cure))


def _first_fault(opened: BinaryIO, codec: str) -> int | None:
    """The line where the bytes are not this codec's; None when all are."""
    line = 1
    try:
        for text in blocks(opened, Encoding(name=codec, codec=codec, errors="strict")):
            line += text.count("\n")
    except UnicodeDecodeError as refusal:
        before = refusal.object[: refusal.start].decode(refusal.encoding, "ignore")
        return line + before.count("\n")
    except UnicodeError:  # of codecs that say no more
        return line
    return None


# --- not UTF-8 -------------------------------------------------------------------


def _not_utf8(opened: BinaryIO, file: str, *, bom: bool) -> Encoding:
    """cp1252, the bytes of French Windows; or UTF-8 into which somebody pasted a few cp1252 lines.

    It is the second when more letters are well formed than not: read as cp1252, each of those
    would be two wrong ones. (`charset` tells them apart in the same way.)
    """
    well = ill = 0
    for text in blocks(opened, Encoding(name="utf-8", codec="utf-8", errors="surrogateescape")):
        if not text.isascii():
            wrong = len(_ILL_FORMED.findall(text))
            ill += wrong
            well += len(text) - len(text.encode("ascii", "ignore")) - wrong
    if not bom and well <= ill:
        return Encoding(name="cp1252", codec="cp1252")
    place = Place(file, _first_fault(opened, "utf-8") or 1)
    message = Text("the file is UTF-8, but for letters in Windows-1252, here first")
    note = info("csv-mixed-encoding", place, message, Text("look at the accents of these lines"))
    return Encoding(name="utf-8", codec="utf-8-sig", errors=_FALLBACK, notes=(note,))


_ILL_FORMED = re.compile("[\udc80-\udcff]")


def _as_cp1252(refusal: UnicodeError) -> tuple[str, int]:
    assert isinstance(refusal, UnicodeDecodeError)
    return refusal.object[refusal.start : refusal.end].decode("cp1252", "replace"), refusal.end


codecs.register_error(_FALLBACK, _as_cp1252)  # the registry is global: hence a name of ours


# --- not a text ------------------------------------------------------------------

AS_CSV = Text("open it in a spreadsheet and save it as CSV (UTF-8)")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))


def _refuse_binary(head: bytes, file: str) -> None:
    """A control or two are a fault of their rows; where one byte in twenty is one, there is no text."""
    if (len(head) - len(head.translate(None, _CONTROLS))) * 20 <= len(head):
        return
    message, cure = Text("this is no text"), AS_CSV
    odd, even = head[1:64:2].count(0), head[0:64:2].count(0)
    if abs(odd - even) > 24:
        codec = "utf-16-le" if odd > even else "utf-16-be"
        message = Text("this looks like UTF-16 without its mark")
        cure = Text("add --encoding {encoding}, or save the file as CSV (UTF-8)", encoding=codec)
    raise cannot_read(file, error("csv-kind", Place(file), message, cure))


def cannot_read(file: str, *findings: Finding) -> FaultsError:
    """The error that stops the reading of a members' file."""
    return FaultsError(Text("{file} cannot be read as a list", file=file), findings)
