"""Tables as workbooks: XLSX and OpenDocument, one sheet of texts, and of numbers where they are asked for.

By hand: the libraries that write ODS (odfpy, ezodf) have had no release for years, and what either kind
needs is a few small parts in an archive (OASIS OpenDocument 1.3, part 2, 3; part 3, 9. ECMA-376, part 1, 18).
The type of a cell is written beside it, so that no program takes a text for a formula.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from mailer.errors import UsageError
from mailer.people.cells import FORBIDDEN
from mailer.people.sheets.grid import MOST_ROWS
from mailer.words import Text

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the same table is the same file, and tells no time

Parts = Iterable[tuple[str, str | Iterable[str]]]


def write_ods(
    name: str, titles: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = False
) -> bytes:
    """An OpenDocument spreadsheet; `name` is its sheet's. With `numbers`, a cell of digits alone is one.

    UsageError: there are more rows than a sheet holds. Memory does not grow with the rows but for the result.
    """
    first, sheet = _ods_row(titles, numbers), (_ods_row(row, numbers) for row in rows)
    before = (
        f'{_HEAD}<office:document-content xmlns:office="{_OFFICE}" xmlns:table="{_TABLE}" '
        f'xmlns:text="{_TEXT}" office:version="1.3">'
        "<office:body><office:spreadsheet>"
        f"<table:table table:name={quoteattr(_safe(name))}>{first}"
    )
    after = "</table:table></office:spreadsheet></office:body></office:document-content>"
    return _archive(
        [
            ("mimetype", _ODS),  # first and as it is (part 2, 3.3)
            ("META-INF/manifest.xml", _MANIFEST),
            ("content.xml", chain([before], _counted(sheet), [after])),
        ]
    )


def write_xlsx(name: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An Excel workbook, all texts: a postcode keeps its zero. `name` is its sheet's; errors as above."""
    sheet = (_xlsx_row(number, row) for number, row in enumerate(rows, 2))
    before = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{_xlsx_row(1, titles)}'
    title = quoteattr(re.sub(r"[\\/*?:\[\]]", "-", _safe(name))[:31].strip("'") or "1")
    book = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}"><sheets>'
        f'<sheet name={title} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return _archive(
        [
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _relation("officeDocument", "xl/workbook.xml")),
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", _relation("worksheet", "worksheets/sheet1.xml")),
            ("xl/worksheets/sheet1.xml", chain([before], _counted(sheet), ["</sheetData></worksheet>"])),
        ]
    )


def _archive(parts: Parts) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, _ALWAYS)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as opened:
                for piece in [content] if isinstance(content, str) else content:
                    opened.write(piece.encode("utf-8"))
    return made.getvalue()


def _counted(rows: Iterable[str]) -> Iterable[str]:
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise UsageError(Text("a sheet holds {count} rows: export as CSV", count=MOST_ROWS))
        yield row


def _safe(text: str) -> str:
    """Controls are no characters of XML."""
    return FORBIDDEN.sub("", text)


# --- OpenDocument ----------------------------------------------------------------------

_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_MANIFEST = (
    f"{_HEAD}"
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_SPACES = re.compile(" {2,}|^ | $")  # programs make one of several (part 3, 6.1.2)


def _ods_row(row: Sequence[str], numbers: bool) -> str:
    return f"<table:table-row>{''.join(_ods_cell(one, numbers) for one in row)}</table:table-row>"


def _ods_cell(text: str, numbers: bool) -> str:
    safe = escape(_safe(text))
    if numbers and text.isascii() and text.isdecimal() and len(text) < 16:
        return (
            f'<table:table-cell office:value-type="float" office:value="{int(text)}">'
            f"<text:p>{safe}</text:p></table:table-cell>"
        )
    if "  " in safe or safe[:1] == " " or safe[-1:] == " ":
        safe = _SPACES.sub(lambda found: f'<text:s text:c="{len(found.group())}"/>', safe)
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in safe.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


# --- XLSX ------------------------------------------------------------------------------

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/></Types>'
)
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # part 1, 22.9.2.19


def _relation(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{_KIND}/{kind}" Target="{target}"/>'
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{one}</Relationships>'


def _xlsx_row(number: int, row: Sequence[str]) -> str:
    cells = "".join(_xlsx_cell(number, column, text) for column, text in enumerate(row) if text)
    return f'<row r="{number}">{cells}</row>'


def _xlsx_cell(number: int, column: int, text: str) -> str:
    safe = escape(_LOOKS_ESCAPED.sub("_x005F_", _safe(text)))
    reference = f"{_letters(column)}{number}"
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def _letters(column: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
