"""What a members' file is, told from what it holds and never from its name; what is no list, by its name."""

import re
from typing import BinaryIO

from mailer.errors import FaultsError
from mailer.findings import Place, error
from mailer.people.encoding import AS_CSV, cannot_read
from mailer.people.sheets.archive import Archive
from mailer.people.sheets.grid import Workbook
from mailer.people.sheets.ods import Ods
from mailer.people.sheets.xlsx import Xlsx
from mailer.words import Text

_HEAD = 65_536  # bytes
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old files of Microsoft's, and new ones that are locked
_MOST_OF_OLE = 64 * 1024 * 1024  # bytes looked through for the names of what is inside
_WEB_PAGE = re.compile(rb"[\s\xef\xbb\xbf]*<(?:html|!doctype|\?xml|table|meta)", re.IGNORECASE)
_ODS = (
    b"application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.spreadsheet-template",
)


def workbook_in(opened: BinaryIO, file: str) -> Workbook | None:
    """The workbook that a seekable file holds; None: it may be a text. FaultsError: it is something else."""
    opened.seek(0)
    head = opened.read(_HEAD)
    if head.startswith(_ZIP):
        return _in_archive(Archive(opened, file))
    if head.startswith(_OLE[:4]):
        raise _in_ole(opened, file)
    if head.startswith(b"%PDF"):
        raise _other_kind(file, Text("this is a PDF, not a CSV file"))
    if _WEB_PAGE.match(head):
        raise _other_kind(file, Text("this is a web page, whatever its name says, not a CSV file"))
    return None


def _in_archive(archive: Archive) -> Workbook:
    kind = archive.start_of("mimetype", 100).strip()
    if kind in _ODS:
        return Ods(archive)
    names = archive.names
    if "xl/workbook.bin" in names:
        message = Text("this is a binary Excel workbook (XLSB)")
        cure = Text("save it as an Excel workbook (XLSX), or CSV (UTF-8)")
        raise _other_kind(archive.file, message, cure)
    if any(name.startswith("xl/") for name in names):
        return Xlsx(archive)
    if "word/document.xml" in names or kind.startswith(b"application/vnd.oasis.opendocument.text"):
        message = Text("this is a text document, not a list")
        cure = Text("copy its table into a spreadsheet and save it as CSV (UTF-8)")
        raise _other_kind(archive.file, message, cure)
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise _other_kind(archive.file, Text("this is a document of Apple Numbers, Pages or Keynote"))
    message = Text("this is an archive (zip) without a workbook in it")
    cure = Text("unpack it, and import the file that lies inside")
    raise _other_kind(archive.file, message, cure)


def _in_ole(opened: BinaryIO, file: str) -> FaultsError:
    """The old kind of container: its parts have names in UTF-16 ([MS-CFB], 2.6.1)."""
    opened.seek(0)
    content = opened.read(_MOST_OF_OLE)

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        message = Text("this workbook is locked with a password")
        cure = Text("open it with its password, and save it as CSV (UTF-8)")
        return cannot_read(file, error("sheet-locked", Place(file), message, cure))
    if holds("WordDocument"):
        return _other_kind(file, Text("this is an old Word document (DOC), not a list"))
    if holds("Workbook") or holds("Book"):
        return _other_kind(file, Text("this is an old Excel workbook (XLS), not a CSV file"))
    return _other_kind(file, Text("this is an old file of Microsoft Office, not a list"))


def _other_kind(file: str, message: Text, cure: Text = AS_CSV) -> FaultsError:
    return cannot_read(file, error("csv-kind", Place(file), message, cure))
