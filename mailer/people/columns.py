"""Which column is what: by its title, under any usual name; the address also by its content."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from mailer.fields import PROOF, canonical, is_field_name, is_proof, title_key
from mailer.findings import Finding, Place, error, info
from mailer.people import column_notes, limesurvey
from mailer.people.cells import FORBIDDEN, value_of
from mailer.people.contacts import holds_address
from mailer.people.encoding import cannot_read
from mailer.people.report import Column
from mailer.words import Text

Row = tuple[int, list[str]]  # the number of its first line, its cells
# What the list's own settings say of titles: by their `title_key` the field, `proof`, or empty: left aside.
Told = Mapping[str, str]
_NOTHING: Told = {}

MEND_TITLES = ("line", "reason")  # the first two columns of the refused lines we write: never fields
_MOST_COLUMNS = 500
_HEADER_WITHIN = 10  # rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The row of titles: its index among the first rows, and how many of them are known."""

    index: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How to read the rows: the first `lead` cells are ours, `columns` follow."""

    columns: tuple[Column, ...]
    start: int  # the line of the titles, or of the first person
    header_line: int  # 0: none
    lead: int = 0
    notes: tuple[Finding, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)  # of own fields, where they are not texts
    status: int | None = None  # the cell where LimeSurvey notes who wants no more of its mails

    @property
    def width(self) -> int:
        """Cells of a whole row."""
        return self.lead + len(self.columns)

    @property
    def email(self) -> int:
        """Where the address stands among the cells, from 0."""
        return next(self.lead + i for i, one in enumerate(self.columns) if one.field == "email")

    @property
    def fields(self) -> tuple[tuple[int, str], ...]:
        """Where each other field stands."""
        named = ((self.lead + i, one.field) for i, one in enumerate(self.columns))
        return tuple((i, field) for i, field in named if field and field not in ("email", PROOF))

    @property
    def proofs(self) -> tuple[tuple[int, str], ...]:
        """Where it stands how and when people agreed, with the title that says so."""
        return tuple((self.lead + i, one.title) for i, one in enumerate(self.columns) if one.field == PROOF)


def find_header(found: Sequence[Row], told: Told = _NOTHING) -> Header | None:
    """The row of titles: the first that names the address, among the first ten and above any address.

    (Somebody whose first name is Mel, in a file without titles, is no title: `mel` means the address.)
    """
    for index, (_, row) in enumerate(found[:_HEADER_WITHIN]):
        if any(holds_address(cell) for cell in row):
            return None
        names = [told.get(title_key(title), canonical(title)) for title in map(value_of, row)]
        if "email" in names:
            return Header(index=index, known=sum(1 for name in names if name))
    return None


def lay_out(
    found: Sequence[Row], file: str, identifiers: Collection[str] = (), told: Told = _NOTHING
) -> Layout:
    """The columns, from the file's first rows. FaultsError: none holds addresses, or two are one field.

    `identifiers`: own fields of the list by which another service knows its members; no others are kept.
    `told`: what the list's settings say of titles; it comes before what is known of them.
    """
    if not found:
        message = Text("there is nobody in this file")
        cure = Text("write a line of titles (email;first_name;last_name), then one person a line")
        raise cannot_read(file, error("csv-empty", Place(file), message, cure))
    header = find_header(found, told)
    if header is not None:
        return _titled(found, header.index, None, file, identifiers, told)
    by_content = _address_column(found)
    if by_content is None:
        line, row = max(found[:_HEADER_WITHIN], key=lambda one: sum(1 for cell in one[1] if cell.strip()))
        raise column_notes.no_address([_title(cell) for cell in row], Place(file, line))
    first, column = by_content
    if first and sum(1 for cell in found[first - 1][1] if cell.strip()) > 1:
        return _titled(found, first - 1, column, file, identifiers, told)
    return _untitled(found, first, column, file)


def _titled(
    found: Sequence[Row],
    index: int,
    address: int | None,
    file: str,
    identifiers: Collection[str],
    told: Told,
) -> Layout:
    line, row = found[index]
    titles = [_title(cell) for cell in row]
    ours = tuple(titles[:2]) == MEND_TITLES and len(titles) > 2 and (address is None or address > 1)
    lead = 2 if ours else 0
    if len(titles) > _MOST_COLUMNS:
        message = Text("the file has {count} columns", count=len(titles))
        cure = Text("keep those that serve: {limit} are the most", limit=_MOST_COLUMNS)
        raise cannot_read(file, error("csv-columns", Place(file, line), message, cure))
    named = [
        "email" if address is not None and number == address else _field(title, told)
        for number, title in enumerate(titles[lead:], lead)
    ]
    fields = limesurvey.kept(titles[lead:], named, identifiers)
    columns = tuple(
        Column(number=number, title=title, field=field)
        for number, (title, field) in enumerate(zip(titles[lead:], fields, strict=True), lead + 1)
    )
    place = Place(file, line)
    column_notes.refuse_twice(columns, place)
    notes = column_notes.above(index, place)
    if address is not None:
        notes += column_notes.by_content(columns, place)
    undeclared = [one.title for one, name in zip(columns, named, strict=True) if name and one.field is None]
    unwanted = [one.title for one in columns if told.get(title_key(one.title)) == ""]
    notes += column_notes.ignored(columns, [*undeclared, *unwanted], place)
    notes += column_notes.not_declared(undeclared, place)
    status = limesurvey.status_column(titles[lead:])
    return Layout(
        columns=columns,
        start=line,
        header_line=line,
        lead=lead,
        notes=tuple(notes),
        status=None if status is None else lead + status,
    )


def _untitled(found: Sequence[Row], first: int, column: int, file: str) -> Layout:
    """No titles: the addresses are known by their looks, and nothing says what the other cells are."""
    line = found[first][0]
    width = min(max(len(row) for _, row in found), _MOST_COLUMNS)
    columns = tuple(
        Column(number=i + 1, title="", field="email" if i == column else None) for i in range(width)
    )
    message = Text(
        "the file has no titles; only the addresses, in column {number}, are read", number=column + 1
    )
    cure = Text("to keep the rest, write titles on a first line: email;first_name;last_name")
    place = Place(file, line)
    notes = [*column_notes.above(first, place), info("csv-no-titles", place, message, cure)]
    return Layout(columns=columns, start=line, header_line=0, notes=tuple(notes))


def _title(cell: str) -> str:
    """A title on one line, without controls: it is said in findings and in the report."""
    return FORBIDDEN.sub("", value_of(cell)).replace("\n", " ")


def _field(title: str, told: Told) -> str | None:
    """The field of a title (docs/contract.md, "Recipient fields"); None: it is none, or not wanted."""
    said = told.get(title_key(title))
    if said is not None:
        return said or None
    if is_proof(title):
        return PROOF
    name = canonical(title) or title.lower().replace(" ", "_")
    return name if is_field_name(name) else None


def _address_column(found: Sequence[Row]) -> tuple[int, int] | None:
    """The first row with an address and its column: the one where most rows have one."""
    counts: dict[int, list[int]] = {}
    for index, (_, row) in enumerate(found):
        for column, cell in enumerate(row[:_MOST_COLUMNS]):
            if holds_address(cell):
                counts.setdefault(column, []).append(index)
    if not counts:
        return None
    column = max(counts, key=lambda one: len(counts[one]))
    return counts[column][0], column


# --- what is said of them ----------------------------------------------------------
