"""XLSX: what Excel writes, and the sheet's cells as a person sees them (ECMA-376, part 1, 18).

Numbers keep the zeros that their format shows (01200), dates become 2026-03-01, a word behind which there is
a mailto: link gives way to its address where the row has no other.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from mailer.findings import Place
from mailer.people.sheets.archive import Archive
from mailer.people.sheets.elements import listen
from mailer.people.sheets.formats import Formats, number_text
from mailer.people.sheets.grid import MOST_COLUMNS, MOST_ROWS, Add, Row, Sheet, mailto, put, with_links
from mailer.people.sheets.told import behind_a_word, cell_fault, hidden_row
from mailer.words import Text

_MOST_SHEETS = 256
_MOST_TEXTS = 128 * 1024 * 1024  # characters of all shared strings
_LONGEST_TAIL = 16 * 1024 * 1024  # bytes after the rows: links and the like
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a control character (part 1, 22.9.2.19)
_ROWS_END = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_LINK = re.compile(rb"<(?:\w+:)?hyperlink\b([^>]*)>")
_VALUE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FORMULA_LINK = re.compile(r'\s*HYPERLINK\(\s*"mailto:([^"]*)"', re.IGNORECASE)


@dataclass(slots=True)
class _Listed:
    """What workbook.xml and the like say; a listener that keeps the elements' attributes."""

    found: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def start(self, name: str, values: dict[str, str]) -> None:
        if len(self.found) < 100_000:
            self.found.append((name, values))

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class Xlsx:
    """An open workbook; shared strings and formats are read when a sheet's rows are first asked for."""

    kind = "xlsx"

    def __init__(self, archive: Archive, *, most_texts: int = _MOST_TEXTS) -> None:
        self._archive, self._most_texts = archive, most_texts
        book = self._book()
        listed = self._listed(book)
        targets = self._targets(book, "worksheet")
        self.sheets = [
            Sheet(
                name=values.get("name", ""),
                hidden=values.get("state", "visible") != "visible",
                part=targets[values["id"]],
            )
            for name, values in listed
            if name == "sheet" and values.get("id") in targets  # others are charts and macros
        ][:_MOST_SHEETS]
        dates = next((values for name, values in listed if name == "workbookPr"), {})
        self._since_1904 = dates.get("date1904") in ("1", "true")
        self._texts: list[str] | None = None
        self._formats: Formats | None = None
        self._linked: dict[str, dict[str, str]] = {}
        self._parts = self._targets(book, "sharedStrings", "styles", by_kind=True)

    def rows(self, sheet: Sheet, add: Add) -> Iterator[Row]:
        """See `Workbook`."""
        if self._texts is None:
            self._texts = self._shared()
        if self._formats is None:
            styles = self._parts.get("styles", "")
            found = self._listed(styles) if styles in self._archive.names else []
            self._formats = Formats(found, since_1904=self._since_1904)
        if sheet.part not in self._linked:
            self._linked[sheet.part] = self._links(sheet.part)
        cells = _Cells(self._archive, self._texts, self._formats, self._linked[sheet.part], add)
        for _ in listen(self._archive, self._archive.blocks(sheet.part), cells):
            yield from cells.rows
            cells.rows.clear()

    # --- the parts -----------------------------------------------------------------

    def _book(self) -> str:
        """Where the workbook itself stands."""
        for kind, target in self._relations("_rels/.rels", ""):
            if kind == "officeDocument" and target in self._archive.names:
                return target
        return "xl/workbook.xml"

    def _targets(self, book: str, *kinds: str, by_kind: bool = False) -> dict[str, str]:
        """The parts that a workbook names, by the name it gives them or by their kind."""
        folder, name = posixpath.split(book)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, str] = {}
        if rels not in self._archive.names:
            raise self._archive.damaged()
        for values in (values for name, values in self._listed(rels) if name == "Relationship"):
            kind = values.get("Type", "").rpartition("/")[2]
            if kind in kinds:
                target = _inside(values.get("Target", ""), folder)
                found[kind if by_kind else values.get("Id", "")] = target
        return found

    def _relations(self, rels: str, folder: str) -> list[tuple[str, str]]:
        if rels not in self._archive.names:
            return []
        return [
            (values.get("Type", "").rpartition("/")[2], _inside(values.get("Target", ""), folder))
            for name, values in self._listed(rels)
            if name == "Relationship"
        ]

    def _listed(self, part: str) -> list[tuple[str, dict[str, str]]]:
        listed = _Listed()
        for _ in listen(self._archive, self._archive.blocks(part), listed):
            pass
        return listed.found

    def _shared(self) -> list[str]:
        part = self._parts.get("sharedStrings", "")
        if part not in self._archive.names:
            return []
        texts = _Texts(self._archive, self._most_texts)
        for _ in listen(self._archive, self._archive.blocks(part), texts):
            pass
        return texts.found

    def _links(self, part: str) -> dict[str, str]:
        """Cell (`B2`) -> address, of its mailto: links, which stand after the rows."""
        tail = self._tail(part)
        if b"hyperlink" not in tail:
            return {}
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        named = {}
        if rels in self._archive.names:
            named = {
                values.get("Id", ""): values.get("Target", "")
                for name, values in self._listed(rels)
                if name == "Relationship"
            }
        found = {}
        for link in _LINK.finditer(tail):
            values = {
                key.decode("ascii", "replace").rpartition(":")[2]: (one or other).decode("utf-8", "replace")
                for key, one, other in _VALUE.findall(link.group(1))
            }
            if address := mailto(unquote(unescape(named.get(values.get("id", ""), "")))):
                found[values.get("ref", "").partition(":")[0]] = address
        return found

    def _tail(self, part: str) -> bytes:
        """What follows the rows."""
        kept, begun = b"", False
        for block in self._archive.blocks(part):
            kept += block
            if not begun and (end := _ROWS_END.search(kept)):
                kept, begun = kept[end.end() :], True
            if not begun:
                kept = kept[-60:]  # the end may stand where two blocks meet
            elif len(kept) > _LONGEST_TAIL:
                raise self._archive.damaged()
        return kept if begun else b""


def _inside(target: str, folder: str) -> str:
    """A part's name in the archive; what leads out of it is in no archive we read."""
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(folder, target))


def plain(text: str) -> str:
    """The text of a cell as it was typed: `_x000D_` stands for a control."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)


class _Texts:
    """Shared strings: `si`, with `t` alone or in runs `r`; what tells how to pronounce them is left aside."""

    def __init__(self, archive: Archive, most: int) -> None:
        self.found: list[str] = []
        self._archive, self._most = archive, most
        self._pieces: list[str] = []
        self._in_text, self._aside, self._size = False, False, 0

    def start(self, name: str, values: dict[str, str]) -> None:
        if name == "t":
            self._in_text = not self._aside
        elif name == "si":
            self._pieces = []
        elif name == "rPh":
            self._aside = True

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            self.found.append(plain("".join(self._pieces)))

    def text(self, text: str) -> None:
        if self._in_text:
            self._size += len(text)
            if self._size > self._most:
                raise self._archive.too_large(Text("this workbook holds too many words"))
            self._pieces.append(text)


class _Cells:
    """The rows of a sheet; `rows` is for the reader to empty."""

    def __init__(
        self, archive: Archive, texts: list[str], formats: Formats, links: dict[str, str], add: Add
    ) -> None:
        self.rows: list[Row] = []
        self._archive, self._texts, self._formats, self._tell = archive, texts, formats, add
        self._links = links
        self._line, self._column = 0, -1
        self._row: list[str] = []
        self._row_links: dict[int, str] = {}
        self._kind, self._style, self._cell = "n", 0, ""
        self._pieces: list[str] = []
        self._in: str = ""
        self._aside = False
        self._formula: list[str] = []
        self._hidden_told = self._link_told = False

    def start(self, name: str, values: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(values)
        elif name in ("v", "f") or (name == "t" and not self._aside):
            self._in = name
        elif name == "row":
            self._begin_row(values)
        elif name == "rPh":
            self._aside = True

    def text(self, text: str) -> None:
        if self._in == "f":
            self._formula.append(text)
        elif self._in:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "f", "t"):
            self._in = ""
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._aside = False

    def _begin_row(self, values: dict[str, str]) -> None:
        number = values.get("r", "")
        line = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else self._line + 1
        if not self._line < line <= MOST_ROWS:
            raise self._archive.damaged()
        self._line, self._column = line, -1
        self._row, self._row_links = [], {}
        if values.get("hidden") in ("1", "true") and not self._hidden_told:
            self._hidden_told = True
            self._tell(hidden_row(self._archive.file, line))

    def _begin_cell(self, values: dict[str, str]) -> None:
        self._cell = values.get("r", "")
        self._column = _column_of(self._cell) if self._cell else self._column + 1
        if not 0 <= self._column < MOST_COLUMNS:
            raise self._archive.damaged()
        self._kind = values.get("t", "n")
        style = values.get("s", "0")
        self._style = int(style) if style.isascii() and style.isdecimal() and len(style) < 9 else 0
        self._pieces, self._formula = [], []

    def _end_cell(self) -> None:
        text = "".join(self._pieces)
        if text:
            put(self._row, self._column, self._shown(text))
        if self._links and self._cell in self._links:
            self._row_links[self._column] = self._links[self._cell]
        elif self._formula and (found := _FORMULA_LINK.match("".join(self._formula))):
            self._row_links[self._column] = found.group(1).partition("?")[0]

    def _shown(self, text: str) -> str:
        kind = self._kind
        if kind == "s":
            number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
            if not 0 <= number < len(self._texts):
                raise self._archive.damaged()
            return self._texts[number]
        if kind == "n":
            return number_text(text, self._formats.of(self._style))
        if kind == "e":
            self._tell(cell_fault(Place(self._archive.file, self._line, self._column + 1), text))
            return ""
        return plain(text)  # str, inlineStr, b (1 or 0), d (a date as ISO 8601 has it)

    def _end_row(self) -> None:
        if with_links(self._row, self._row_links) and not self._link_told:
            self._link_told = True
            self._tell(behind_a_word(self._archive.file, self._line, min(self._row_links) + 1))
        if any(self._row):
            self.rows.append((self._line, self._row))
        self._row = []


def _column_of(reference: str) -> int:
    """`AB12` is column 27, from 0; -1: it is no reference."""
    column = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return column - 1
