"""Reading members' files: each row becomes a person, a refusal or a duplicate; the report counts them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import SEEK_END
from itertools import chain, dropwhile, islice
from typing import BinaryIO

from mailer.errors import UsageError
from mailer.findings import Finding
from mailer.model import Person
from mailer.people import vcards
from mailer.people.clerk import Clerk
from mailer.people.columns import Layout, lay_out
from mailer.people.dialect import declared, find_delimiter, table
from mailer.people.encoding import Encoding, blocks, find_encoding
from mailer.people.kinds import workbook_in
from mailer.people.report import Refused, Report
from mailer.people.rows import CUT, lines, rows
from mailer.people.sheets.choosing import choose
from mailer.people.sheets.grid import Workbook
from mailer.people.tally import Tally
from mailer.words import Text

_FIRST_LINES = 50  # what the delimiter and the columns are told from

_TEXTS: Mapping[str, str] = {}
Found = Iterable[tuple[int, list[str] | Refused]]


def read_people(
    opened: BinaryIO,
    file: str,
    *,
    encoding: str | None = None,
    identifiers: Collection[str] = (),
    types: Mapping[str, str] = _TEXTS,
    told: Mapping[str, str] = _TEXTS,
) -> "Reading":
    """The people of a file open for reading in binary, seekable; `file` is its name in findings.

    CSV, a workbook (XLSX, ODS) or vCards, told from what it holds. `encoding` (a codec's name) overrides the
    guess for texts; `identifiers`, `told`: see `columns.lay_out`; `types`: of own fields that are no texts.
    The file stays open and the caller's; it is read when the answer is iterated. FaultsError: it cannot be
    read as a list, with the findings that say why; UsageError: there is no such encoding, or the file has its
    own.
    """
    workbook = workbook_in(opened, file)
    if workbook is not None:
        if encoding:
            raise UsageError(Text("{file} is a workbook: --encoding is for texts", file=file))
        return _of_workbook(workbook, file, identifiers, types, told)
    found = find_encoding(opened, file, encoding)
    source = lines(blocks(opened, found))
    first_lines = list(islice(source, _FIRST_LINES))
    if vcards.begins(first_lines):
        return _of_cards(chain(first_lines, source), file, found)
    expected = _size(opened) // (sum(map(len, first_lines)) // len(first_lines) + 1) if first_lines else 0
    return _of_csv(first_lines, source, file, found, identifiers, types, told, expected)


def _size(opened: BinaryIO) -> int:
    """In bytes; reading goes on where it was."""
    at = opened.tell()
    size = opened.seek(0, SEEK_END)
    opened.seek(at)
    return size


def _of_csv(
    first_lines: list[str],
    source: Iterator[str],
    file: str,
    found: Encoding,
    identifiers: Collection[str],
    types: Mapping[str, str],
    told: Mapping[str, str],
    expected: int,
) -> "Reading":
    delimiter, start = declared(first_lines[0]) if first_lines else "", 1
    if delimiter:
        del first_lines[0]
        start = 2
    delimiter = delimiter or find_delimiter(first_lines, file)
    layout = lay_out(table(first_lines, delimiter, file, start), file, identifiers, told)
    layout = replace(layout, types=types)
    found_rows = rows(chain(first_lines[layout.start - start :], source), delimiter, file, layout.start)
    if layout.header_line:
        next(found_rows)  # a title may go on for several lines
    account = Report(
        file=file,
        encoding=found.name,
        delimiter=delimiter,
        header_line=layout.header_line,
        columns=layout.columns,
        notes=(*found.notes, *layout.notes),
    )
    return Reading(found_rows, layout, account, expected=expected)


def _of_workbook(
    workbook: Workbook,
    file: str,
    identifiers: Collection[str],
    types: Mapping[str, str],
    told: Mapping[str, str],
) -> "Reading":
    chosen = choose(workbook, file, told)
    layout = replace(lay_out(chosen.first, file, identifiers, told), types=types)
    account = Report(
        file=file,
        kind=workbook.kind,
        sheet=chosen.sheet.name,
        header_line=layout.header_line,
        columns=layout.columns,
        notes=(*chosen.notes, *layout.notes),
    )
    tally = Tally()
    first = layout.start + (1 if layout.header_line else 0)
    people = dropwhile(lambda row: row[0] < first, chosen.rows(tally.add))
    return Reading(people, layout, account, tally)


def _of_cards(source: Iterable[str], file: str, found: Encoding) -> "Reading":
    tally, layout = Tally(), vcards.layout()
    account = Report(
        file=file,
        kind="vcard",
        encoding=found.name,
        header_line=layout.header_line,
        columns=layout.columns,
        notes=found.notes,
    )
    return Reading(vcards.cards(source, file, tally.add), layout, account, tally)


class Reading:
    """The rows of one file, once: `Person`s and `Refused`s in the file's order, duplicates left out."""

    def __init__(
        self, found: Found, layout: Layout, start: Report, tally: Tally | None = None, expected: int = 0
    ) -> None:
        """`expected`: about how many rows there are."""
        self._rows = found
        self._lead = layout.lead
        self._start = start
        self._tally = tally or Tally()
        self._clerk = Clerk(start.file, layout, self._tally, expected)

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the cells in `Refused`; without any, the addresses' column is given its name."""
        if self._start.header_line:
            return tuple(one.title for one in self._start.columns)
        return tuple(one.field or "" for one in self._start.columns)

    @property
    def report(self) -> Report:
        """The account of what has been read so far: of the whole file once iterated to its end."""
        return self._tally.added_to(self._start)

    def __iter__(self) -> Iterator[Person | Refused]:
        tally, receive = self._tally, self._clerk.receive
        for line, row in self._rows:
            if isinstance(row, Refused):
                tally.rows += 1
                yield self._refuse(line, row.cells[self._lead :], row.finding)
                continue
            text = "".join(row)
            if not text or text.isspace():
                continue  # spreadsheets end their files with hundreds of these
            tally.rows += 1
            outcome = receive(line, row, text)
            if isinstance(outcome, Person):
                tally.people += 1
                yield outcome
            elif outcome is None:
                tally.duplicates += 1
            else:
                yield self._refuse(line, row[self._lead :], outcome)

    def _refuse(self, line: int, cells: Sequence[str], finding: Finding) -> Refused:
        self._tally.refused += 1
        self._tally.add(finding)
        return Refused(line=line, cells=tuple(cell.replace(CUT, "") for cell in cells), finding=finding)
