"""What reading a members' file tells: its columns, the lines it refuses, and the account of it all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the file; `field` is what its cells become, None when they are left aside."""

    number: int  # from 1
    title: str  # as written; empty: none
    field: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that becomes nobody. `cells` are as the file has them, to be mended."""

    line: int
    cells: tuple[str, ...]
    finding: Finding  # its place's column is that of the table, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The account of a file, or of what was read of it so far: rows = people + refused + duplicates."""

    file: str
    kind: str = "csv"  # or xlsx, ods, vcard
    sheet: str = ""  # of a workbook: the one that is read
    encoding: str = ""  # a codec's name: utf-8, cp1252; empty for workbooks
    delimiter: str = ""
    header_line: int  # 0: the file has no titles
    columns: tuple[Column, ...]
    rows: int = 0  # that hold something, titles apart
    people: int = 0
    refused: int = 0
    duplicates: int = 0  # an address that an earlier row has
    conflicts: int = 0  # those of them where another name stands
    roles: int = 0  # addresses of a function: contact@, accueil@
    counts: Mapping[str, int] = field(default_factory=dict)  # how often each code was found in rows
    notes: tuple[Finding, ...] = ()  # about the file as a whole
    problems: tuple[Finding, ...] = ()  # the first 20 in rows, errors before warnings
    accented: tuple[str, ...] = ()  # three names with accents, for the eye: the encoding is right

    @property
    def mapping(self) -> dict[str, str]:
        """Title -> field, of the columns that are kept; a column without a title is `#2`."""
        return {one.title or f"#{one.number}": one.field for one in self.columns if one.field}

    @property
    def ignored(self) -> tuple[str, ...]:
        """Titles of the columns left aside."""
        return tuple(one.title for one in self.columns if one.field is None and one.title)
