"""The rows of an XLSX sheet, its cells as a person sees them (ECMA-376, part 1, 18.3).

Numbers keep the zeros that their format shows (01200), dates become 2026-03-01, a word behind which there is
a mailto: link gives way to its address where the row has no other.
"""

import re

from mailer.findings import Place
from mailer.people.sheets.archive import Archive
from mailer.people.sheets.formats import Formats, number_text
from mailer.people.sheets.grid import MOST_COLUMNS, MOST_ROWS, Add, Row, put, with_links
from mailer.people.sheets.told import behind_a_word, cell_fault, hidden_row
from mailer.people.sheets.xlsx_texts import plain

_FORMULA_LINK = re.compile(r'\s*HYPERLINK\(\s*"mailto:([^"]*)"', re.IGNORECASE)


class Cells:
    """A listener (see `elements.py`); `rows` is for the reader to empty."""

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
