"""XLSX: what Excel writes. Which sheets a workbook has, and what is needed to read their rows.

Its content is in parts that name one another: `xlsx_parts.py`; the texts that cells share, the links behind
words and the cells themselves are read by the files of these names.
"""

from collections.abc import Iterator

from mailer.people.sheets.archive import Archive
from mailer.people.sheets.elements import listen
from mailer.people.sheets.formats import Formats
from mailer.people.sheets.grid import Add, Row, Sheet
from mailer.people.sheets.xlsx_cells import Cells
from mailer.people.sheets.xlsx_links import addresses_behind
from mailer.people.sheets.xlsx_parts import listed, relations
from mailer.people.sheets.xlsx_texts import MOST_TEXTS, shared_texts

_MOST_SHEETS = 256


class Xlsx:
    """An open workbook; shared strings and formats are read when a sheet's rows are first asked for."""

    kind = "xlsx"

    def __init__(self, archive: Archive, *, most_texts: int = MOST_TEXTS) -> None:
        self._archive, self._most_texts = archive, most_texts
        book = _book(archive)
        elements = listed(archive, book)
        named = relations(archive, book)
        if named is None:
            raise archive.damaged()
        sheets = {one.name: one.part for one in named if one.kind == "worksheet"}
        self._parts = {one.kind: one.part for one in named if one.kind in ("sharedStrings", "styles")}
        self.sheets = [
            Sheet(
                name=values.get("name", ""),
                hidden=values.get("state", "visible") != "visible",
                part=sheets[values["id"]],
            )
            for name, values in elements
            if name == "sheet" and values.get("id") in sheets  # others are charts and macros
        ][:_MOST_SHEETS]
        dates = next((values for name, values in elements if name == "workbookPr"), {})
        self._since_1904 = dates.get("date1904") in ("1", "true")
        self._texts: list[str] | None = None
        self._formats: Formats | None = None
        self._linked: dict[str, dict[str, str]] = {}

    def rows(self, sheet: Sheet, add: Add) -> Iterator[Row]:
        """See `Workbook`."""
        archive = self._archive
        if self._texts is None:
            self._texts = shared_texts(archive, self._parts.get("sharedStrings", ""), most=self._most_texts)
        if self._formats is None:
            styles = self._parts.get("styles", "")
            found = listed(archive, styles) if styles in archive.names else []
            self._formats = Formats(found, since_1904=self._since_1904)
        if sheet.part not in self._linked:
            self._linked[sheet.part] = addresses_behind(archive, sheet.part)
        cells = Cells(archive, self._texts, self._formats, self._linked[sheet.part], add)
        for _ in listen(archive, archive.blocks(sheet.part), cells):
            yield from cells.rows
            cells.rows.clear()


def _book(archive: Archive) -> str:
    """Where the workbook itself stands."""
    for one in relations(archive, "") or ():
        if one.kind == "officeDocument" and one.part in archive.names:
            return one.part
    return "xl/workbook.xml"
