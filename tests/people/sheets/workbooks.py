"""Small workbooks, written by hand as Excel and LibreOffice write them; and the odd things in them."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive with these parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def cell(reference: str, value: str | float, style: int = 0) -> str:
    """A cell of XLSX: a number, or a text that stands in it."""
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr" s="{style}"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


def row(number: int, *cells: str | float, more: str = "", attributes: str = "") -> str:
    """A row of XLSX from column A on; `more`: cells as they are written."""
    written = "".join(cell(f"{chr(65 + i)}{number}", one) for i, one in enumerate(cells) if one != "")
    return f'<row r="{number}"{attributes}>{written}{more}</row>'


def relations(*targets: tuple[str, str, str]) -> str:
    """The parts that a part names: name, kind, target."""
    found = "".join(
        f'<Relationship Id="{name}" Type="{_KIND}/{kind}" Target={quoteattr(target)}/>'
        for name, kind, target in targets
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{found}</Relationships>'


def xlsx(
    *sheets: str,
    names: Sequence[str] = (),
    states: Sequence[str] = (),
    links: Sequence[tuple[str, str]] = (),
    formats: Sequence[str] = (),
    texts: Sequence[str] = (),
    tail: str = "",
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook: each sheet is its rows; `links` (cell, target) are those of the first sheet.

    `formats`: the number formats of styles 1, 2…; `texts`: shared strings, as XML within `si`;
    `tail`: what follows the rows.
    """
    titles = list(names) or [f"Feuil{number}" for number in range(1, len(sheets) + 1)]
    shown = list(states) or ["visible"] * len(sheets)
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (title, state) in enumerate(zip(titles, shown, strict=True), 1)
    )
    book = f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}"><sheets>{listed}</sheets></workbook>'
    shared = "".join(f"<si>{one}</si>" for one in texts)
    found: dict[str, str | bytes] = {
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations(
            *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
            ("rIdS", "styles", "/xl/styles.xml"),
            ("rIdT", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": _styles(formats),
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{shared}</sst>',
    }
    for number, rows in enumerate(sheets, 1):
        linked = links if number == 1 else ()
        linked_cells = "".join(
            f'<hyperlink ref="{ref}" r:id="rId{n}"/>' for n, (ref, _) in enumerate(linked, 1)
        )
        found[f"xl/worksheets/sheet{number}.xml"] = (
            f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_KIND}"><sheetData>{rows}</sheetData>'
            f"{tail}<hyperlinks>{linked_cells}</hyperlinks></worksheet>"
        )
        if linked:
            targets = [(f"rId{n}", "hyperlink", target) for n, (_, target) in enumerate(linked, 1)]
            found[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = relations(*targets)
    return zipped({**found, **(parts or {})})


def _styles(formats: Sequence[str]) -> str:
    codes = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(code)}/>' for n, code in enumerate(formats)
    )
    styles = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/>'
        f'</cellStyleXfs><cellXfs><xf numFmtId="0"/>{styles}<xf numFmtId="14"/></cellXfs></styleSheet>'
    )


# --- OpenDocument ----------------------------------------------------------------------


def text_cell(text: str, attributes: str = "") -> str:
    """A cell of ODS with a text, each of its lines a paragraph."""
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string"{attributes}>{paragraphs}</table:table-cell>'


def value_cell(kind: str, shown: str, **values: str) -> str:
    """A cell of ODS with a value beside what is shown."""
    given = "".join(f' office:{name.replace("_", "-")}="{value}"' for name, value in values.items())
    return f'<table:table-cell office:value-type="{kind}"{given}><text:p>{shown}</text:p></table:table-cell>'


def ods_row(*cells: str, attributes: str = "") -> str:
    """A row of ODS; cells that are no XML are texts."""
    written = "".join(one if one.startswith("<") else text_cell(one) for one in cells)
    return f"<table:table-row{attributes}>{written}</table:table-row>"


def ods(
    *tables: str,
    names: Sequence[str] = (),
    hidden: Sequence[int] = (),
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A document: each table is its rows; `hidden`: those that are, from 1."""
    titles = list(names) or [f"Feuille{number}" for number in range(1, len(tables) + 1)]
    written = "".join(
        f'<table:table table:name={quoteattr(title)} table:style-name="{"ta2" if n in hidden else "ta1"}">'
        f"{rows}</table:table>"
        for n, (title, rows) in enumerate(zip(titles, tables, strict=True), 1)
    )
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{_OASIS}office:1.0" xmlns:table="{_OASIS}table:1.0" '
        f'xmlns:text="{_OASIS}text:1.0" xmlns:style="{_OASIS}style:1.0" xmlns:draw="{_OASIS}drawing:1.0" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><office:automatic-styles>'
        '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
        f"</office:automatic-styles><office:body><office:spreadsheet>{written}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    return zipped({"mimetype": ODS_TYPE, "content.xml": content, **(parts or {})})
