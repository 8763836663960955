"""ODS: what LibreOffice writes, its cells as a person sees them (OASIS OpenDocument 1.3, part 3, 9 and 19).

What a cell shows stands beside its value, so postcodes keep their zeros; dates are read from the value, for
what is shown depends on the country. A word with a mailto: link behind it gives way to its address.
"""

from collections.abc import Iterator
from urllib.parse import unquote

from mailer.findings import Place
from mailer.people.sheets.archive import Archive
from mailer.people.sheets.elements import listen
from mailer.people.sheets.formats import number_text
from mailer.people.sheets.grid import KEPT_COLUMNS, MOST_ROWS, Add, Row, Sheet, mailto, put, with_links
from mailer.people.sheets.told import behind_a_word, cell_fault, hidden_row

_CONTENT = "content.xml"
_MOST_SHEETS = 256
_LONGEST_CELL = (
    100_000  # characters kept of one; far over what a list takes, so that it is refused as too long
)
# Notes, drawings and what was changed hold texts that are in no cell.
_ASIDE = frozenset(["annotation", "frame", "shapes", "tracked-changes", "custom-shape", "control"])
_FAULTS = frozenset(
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#NOM ?", "#VALEUR !"]
)


class Ods:
    """An open document; all of its sheets stand in one part, so that each look reads from its beginning."""

    kind = "ods"

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        if b"encryption-data" in archive.start_of("META-INF/manifest.xml", 1 << 20):
            raise archive.locked()
        listed = _Tables(archive, wanted=-2, add=lambda _: None)
        for _ in listen(archive, archive.blocks(_CONTENT), listed):
            pass
        self.sheets = [
            Sheet(name=name, hidden=hidden, part=str(number))
            for number, (name, hidden) in enumerate(listed.tables[:_MOST_SHEETS])
        ]

    def rows(self, sheet: Sheet, add: Add) -> Iterator[Row]:
        """See `Workbook`."""
        tables = _Tables(self._archive, wanted=int(sheet.part), add=add)
        for _ in listen(self._archive, self._archive.blocks(_CONTENT), tables):
            yield from tables.rows
            tables.rows.clear()
            if tables.number > int(sheet.part):
                return


class _Tables:
    """The rows of the table `wanted` (-2: none); `tables`: the name of each, and whether it is hidden."""

    def __init__(self, archive: Archive, *, wanted: int, add: Add) -> None:
        self.rows: list[Row] = []
        self.tables: list[tuple[str, bool]] = []
        self.number = -1
        self._archive, self._wanted, self._tell = archive, wanted, add
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._aside = 0
        self._line = 0  # of the row before
        self._repeated, self._row, self._column = 1, list[str](), 0
        self._links: dict[int, str] = {}
        self._times, self._values = 1, dict[str, str]()
        self._paragraphs: list[str] = []
        self._size = 0
        self._deep = 0  # paragraphs open
        self._link = ""
        self._hidden_told = self._link_told = False

    def start(self, name: str, values: dict[str, str]) -> None:
        if self._aside:
            self._aside += name in _ASIDE
        elif name in _ASIDE:
            self._aside = 1
        elif name == "table":
            self.number += 1
            self._line = 0
            if len(self.tables) < _MOST_SHEETS:
                self.tables.append((values.get("name", ""), values.get("style-name") in self._hidden_styles))
        elif name == "style":
            self._style = values.get("name", "")
        elif name == "table-properties" and values.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif self.number == self._wanted:
            self._start_within(name, values)

    def _start_within(self, name: str, values: dict[str, str]) -> None:
        if name in ("table-cell", "covered-table-cell"):
            self._times, self._values = _count(values.get("number-columns-repeated")), values
            self._paragraphs, self._size, self._link = [], 0, ""
        elif name == "table-row":
            self._repeated = _count(values.get("number-rows-repeated"))
            self._row, self._column, self._links = [], 0, {}
            self._is_hidden = values.get("visibility", "visible") != "visible"
        elif name in ("p", "h"):
            self._deep += 1
            self._paragraphs.append("")
        elif name == "s":
            self.text(" " * min(_count(values.get("c")), 100))
        elif name == "tab":
            self.text("\t")
        elif name == "line-break":
            self.text("\n")
        elif name == "a":
            self._link = self._link or mailto(unquote(values.get("href", "")))

    def text(self, text: str) -> None:
        if self._deep and not self._aside and self._size < _LONGEST_CELL:
            self._size += len(text)
            self._paragraphs[-1] += text

    def end(self, name: str) -> None:
        if self._aside:
            self._aside -= name in _ASIDE
        elif self.number != self._wanted:
            pass
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table-row":
            self._end_row()
        elif name in ("p", "h"):
            self._deep -= 1

    def _end_cell(self) -> None:
        text = self._shown()
        if text:
            for column in range(self._column, min(self._column + self._times, KEPT_COLUMNS + 1)):
                put(self._row, column, text)
        if self._link:
            self._links[self._column] = self._link
        self._column += self._times

    def _shown(self) -> str:
        """The cell's text; its value where that is a date, or shown otherwise than it is."""
        shown, values = "\n".join(self._paragraphs), self._values
        kind = values.get("value-type", "string")
        if kind == "date":
            return values.get("date-value", shown).replace("T00:00:00", "").replace("T", " ")
        if kind in ("float", "currency", "percentage"):
            digits = shown.isascii() and shown.isdecimal()
            return shown if digits else number_text(values.get("value", shown), "")
        if kind == "string" and shown in _FAULTS and "formula" in values:
            place = Place(self._archive.file, self._line + 1, self._column + 1)
            self._tell(cell_fault(place, shown))
            return ""
        return shown or values.get("string-value", "")

    def _end_row(self) -> None:
        first, self._line = self._line + 1, self._line + self._repeated
        row = self._row
        linked = with_links(row, self._links)
        if not any(row):
            return
        if self._line > MOST_ROWS:
            raise self._archive.damaged()
        if linked and not self._link_told:
            self._link_told = True
            self._tell(behind_a_word(self._archive.file, first, min(self._links) + 1))
        if self._is_hidden and not self._hidden_told:
            self._hidden_told = True
            self._tell(hidden_row(self._archive.file, first))
        self.rows.extend((line, row) for line in range(first, self._line + 1))


def _count(text: str | None) -> int:
    """How often something is repeated: 1 if nothing says."""
    return int(text) if text and text.isascii() and text.isdecimal() and 0 < len(text) < 9 else 1
