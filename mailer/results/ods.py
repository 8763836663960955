"""A table as an OpenDocument spreadsheet: one sheet, texts and numbers.

By hand: the libraries that write it (odfpy, ezodf) have had no release for years, and what we need is three
small files in an archive (OASIS OpenDocument 1.3, part 2, 3; part 3, 9). A cell's type is written beside it,
so that no program takes a text for a formula.
"""

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from mailer.people.cells import FORBIDDEN

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the same table is the same file, and tells no time


def write_ods(name: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file; `name` is its sheet's. A cell of digits alone is a number."""
    sheet = "".join(_row(row) for row in (titles, *rows))
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{_OFFICE}" xmlns:table="{_TABLE}" xmlns:text="{_TEXT}" '
        'office:version="1.3"><office:body><office:spreadsheet>'
        f"<table:table table:name={quoteattr(_safe(name))}>{sheet}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        _entry(archive, "mimetype", _TYPE, zipfile.ZIP_STORED)  # first and as it is (part 2, 3.3)
        _entry(archive, "META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED)
        _entry(archive, "content.xml", content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _entry(archive: zipfile.ZipFile, name: str, content: str, method: int) -> None:
    entry = zipfile.ZipInfo(name, _ALWAYS)
    entry.compress_type = method
    archive.writestr(entry, content)


def _row(cells: Sequence[str]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(text: str) -> str:
    safe = escape(_safe(text))
    if text.isascii() and text.isdecimal() and len(text) < 16:
        return (
            f'<table:table-cell office:value-type="float" office:value="{int(text)}">'
            f"<text:p>{safe}</text:p></table:table-cell>"
        )
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in safe.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def _safe(text: str) -> str:
    """Controls are no characters of XML."""
    return FORBIDDEN.sub("", text)
