"""Which sheet of a workbook is the list: the first in sight that has addresses; the others are told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mailer.errors import FaultsError
from mailer.findings import Finding, Place, error, info, warning
from mailer.people.columns import Told, find_header
from mailer.people.contacts import holds_address
from mailer.people.encoding import cannot_read
from mailer.people.sheets.grid import Add, Row, Sheet, Workbook
from mailer.words import Text, plural

_FIRST_ROWS = 50  # that hold something
_NAMED = 5
_NOTHING: Told = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The sheet that is read, what its first rows are, what is said of it and the others."""

    workbook: Workbook
    sheet: Sheet
    first: Sequence[Row]
    notes: tuple[Finding, ...]

    def rows(self, add: Add) -> Iterator[Row]:
        """All its rows that hold something, from the first."""
        return self.workbook.rows(self.sheet, add)


def choose(workbook: Workbook, file: str, told: Told = _NOTHING) -> Sheets:
    """FaultsError: only a hidden sheet has addresses. Where none has, the first that holds something."""
    begun = [(sheet, _first(workbook, sheet)) for sheet in workbook.sheets]
    addressed = [(sheet, rows) for sheet, rows in begun if _addressed(rows, told)]
    seen = [(sheet, rows) for sheet, rows in addressed if not sheet.hidden]
    hidden = [sheet for sheet, _ in addressed if sheet.hidden]
    if hidden and not seen:
        raise _only_hidden(hidden, file)
    if not seen:
        seen = [(sheet, rows) for sheet, rows in begun if rows and not sheet.hidden][:1]
    if not seen:
        message = Text("there is nobody in this file")
        cure = Text("write a line of titles (email;first_name;last_name), then one person a line")
        raise cannot_read(file, error("csv-empty", Place(file), message, cure))
    sheet, first = seen[0]
    notes = [*_others(sheet, [one for one, _ in seen[1:]], file), *_not_seen(hidden, file)]
    return Sheets(workbook=workbook, sheet=sheet, first=first, notes=tuple(notes))


def _first(workbook: Workbook, sheet: Sheet) -> list[Row]:
    return list(islice(workbook.rows(sheet, lambda _: None), _FIRST_ROWS))


def _addressed(rows: Sequence[Row], told: Told) -> bool:
    return find_header(rows, told) is not None or any(holds_address(cell) for _, row in rows for cell in row)


def _others(sheet: Sheet, others: Sequence[Sheet], file: str) -> list[Finding]:
    if not others:
        return []
    message = plural(
        "sheet {read} is read; {others} has addresses too, and is not",
        "sheet {read} is read; {others} have addresses too, and are not",
        count=len(others),
        read=_said([sheet]),
        others=_said(others),
    )
    cure = Text("to import another, save it alone as CSV (UTF-8)")
    return [warning("sheet-others", Place(file), message, cure)]


def _not_seen(hidden: Sequence[Sheet], file: str) -> list[Finding]:
    if not hidden:
        return []
    message = plural(
        "hidden sheet {sheets} is not read",
        "hidden sheets {sheets} are not read",
        count=len(hidden),
        sheets=_said(hidden),
    )
    return [info("sheet-hidden", Place(file), message, Text("nothing to do, unless people are missing"))]


def _only_hidden(hidden: Sequence[Sheet], file: str) -> FaultsError:
    message = Text("only a hidden sheet has addresses: {sheets}", sheets=_said(hidden))
    cure = Text("show it in the spreadsheet, save, and import again")
    return cannot_read(file, error("sheet-hidden", Place(file), message, cure))


def _said(sheets: Sequence[Sheet]) -> str:
    shown = [f"'{one.name[:40]}'" for one in sheets[:_NAMED]]
    return ", ".join([*shown, "…"] if len(sheets) > _NAMED else shown)
