"""What both kinds of workbook give: sheets with rows; cells put where they belong, within bounds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mailer.findings import Finding
from mailer.people.contacts import holds_address

MOST_ROWS = 1_048_576  # of a sheet, in Excel and LibreOffice
MOST_COLUMNS = 16_384
# No list needs more; one cell more of a row that has them tells that there are too many.
KEPT_COLUMNS = 600

Row = tuple[int, list[str]]  # its number in the sheet, its cells
Add = Callable[[Finding], None]  # where what is odd in a row is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet, as the workbook lists it; `part`: where its content stands."""

    name: str
    hidden: bool
    part: str


class Workbook(Protocol):
    """An open workbook; each call of `rows` reads from the beginning."""

    @property
    def kind(self) -> str:
        """`xlsx` or `ods`."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """In their order."""

    def rows(self, sheet: Sheet, add: Add) -> Iterator[Row]:
        """Its rows that hold something, in their order."""


def put(cells: list[str], column: int, text: str) -> None:
    """The cell at `column` (from 0); those between stay empty, those too far out are only told of."""
    if not text:
        return
    column = min(column, KEPT_COLUMNS)
    if column >= len(cells):
        cells.extend([""] * (column - len(cells)))
        cells.append(text)
    else:
        cells[column] = text


def with_links(cells: list[str], links: dict[int, str]) -> bool:
    """Put the address behind a word in its place, where no cell of the row has one; whether that was done."""
    if not links or any(holds_address(cell) for cell in cells):
        return False
    column, address = min(links.items())
    put(cells, column, address)
    return True


def mailto(target: str) -> str:
    """The address of a link; empty: it leads elsewhere."""
    scheme, _, rest = target.strip().partition(":")
    if scheme.lower() != "mailto":
        return ""
    return rest.partition("?")[0]
