"""The clerk receives one row at a time: a person, a duplicate, or the reason why it is nobody."""

from functools import lru_cache

from mailer.addresses import AddressError, address_key
from mailer.findings import Finding, Place, error, warning
from mailer.model import Person
from mailer.people.cells import (
    FORBIDDEN,
    FORMULA_MARKS,
    LONGEST_CELL,
    is_plain,
    language,
    unguard,
    value_of,
)
from mailer.people.columns import Layout
from mailer.people.contacts import Contacts, is_role, suggestion
from mailer.people.limesurvey import opted_out
from mailer.people.rows import CUT
from mailer.people.seen import Seen
from mailer.people.tally import Tally
from mailer.typed import typed
from mailer.words import LANGUAGES, Text

_LONGEST_PROOF = 2_000  # characters
_NAMES = ("first_name", "last_name")
_TYPED_EXAMPLES = {"number": "17.5", "date": "2026-01-31", "yes-no": "yes / no"}
_language = lru_cache(maxsize=1000)(language)


class Clerk:
    """Knows the columns, whom the file has brought already, and tells the tally what is odd."""

    def __init__(self, file: str, layout: Layout, tally: Tally, expected: int = 0) -> None:
        """`expected`: about how many rows will come."""
        self._file, self._tally = file, tally
        self._width = layout.width
        self._bounded = layout.header_line > 0
        self._email = layout.email
        self._fields = layout.fields
        self._proofs = layout.proofs
        self._names = [(index, name) for index, name in layout.fields if name in _NAMES]
        self._language = next((index for index, name in layout.fields if name == "language"), None)
        self._typed = [
            (index, name, layout.types[name]) for index, name in layout.fields if name in layout.types
        ]
        self._status = layout.status
        self._contacts, self._seen = Contacts(), Seen(expected)

    def receive(self, line: int, row: list[str], text: str) -> Person | Finding | None:
        """A person, the fault for which there is none, or None for a duplicate; `text` is `row`'s, joined."""
        if len(row) == self._width and is_plain(text):  # nearly all rows: nothing to look for in cells
            values = [cell.strip(" ") for cell in row]
            if "'" in text:
                values = [unguard(value).strip(" ") if value[:1] == "'" else value for value in values]
        else:
            if fault := self._crooked(line, row):
                return fault
            values = [value_of(cell) for cell in row[: self._width]]
            if fault := self._cell_fault(line, row, values):
                return fault
            values += [""] * (self._width - len(values))
        try:
            email = self._contacts.check(values[self._email])
        except AddressError as refusal:
            return self._no_address(line, values[self._email], refusal)
        if self._status is not None and opted_out(values[self._status]):
            return self._opted_out(line)
        fields = self._filled(line, values)
        if not self._is_new(line, email, fields):
            return None
        return Person(email, fields, line, self._proof(values) if self._proofs else "")

    # --- what is refused -----------------------------------------------------------

    def _crooked(self, line: int, row: list[str]) -> Finding | None:
        """What is wrong with the row as a whole."""
        if row[0].startswith(CUT):
            message = Text("this line has over 100,000 characters")
            return error(
                "row-too-long", Place(self._file, line), message, Text("look what became of the file")
            )
        return self._extra(line, row)

    def _cell_fault(self, line: int, row: list[str], values: list[str]) -> Finding | None:
        """What is wrong with the first cell that cannot be kept."""
        for column, (cell, value) in enumerate(zip(row, values, strict=False), 1):
            place = Place(self._file, line, column)
            if odd := FORBIDDEN.search(cell):
                return _odd_letter(place, odd.group())
            if len(value) > LONGEST_CELL:  # the value, not the cell: a guard would make good ones too long
                return _too_long(place, value)
        return None

    def _extra(self, line: int, row: list[str]) -> Finding | None:
        """Cells under no title: a delimiter in a text without quotes has pushed the others aside."""
        if not self._bounded or not any(cell.strip() for cell in row[self._width :]):
            return None
        values = {"count": len(row), "titles": self._width}
        message = Text("this line has {count} cells under {titles} titles", **values)
        cure = Text("put between quotes the text that holds what separates the cells")
        return error("row-cells", Place(self._file, line, self._width + 1), message, cure)

    def _no_address(self, line: int, cell: str, refusal: AddressError) -> Finding:
        place = Place(self._file, line, self._email + 1)
        if not cell:
            message = Text("there is no address on this line")
            return error("row-address", place, message, Text("write one, or remove the line"))
        values = {"address": cell.replace("\n", " ")[:80], "reason": refusal.message}
        message = Text("'{address}' cannot be written to: {reason}", **values)
        guess = suggestion(cell)
        cure = Text("did you mean '{guess}'?", guess=guess) if guess else Text("write it again")
        if not guess and cell.count("@") > 1:
            cure = Text("keep one, and write the other on a line of its own")
        return error("row-address", place, message, cure)

    def _opted_out(self, line: int) -> Finding:
        place = Place(self._file, line, (self._status or 0) + 1)
        message = Text("this person told LimeSurvey that they want no more of its mails (OptOut)")
        cure = Text("leave them out, or ask them first")
        return error("row-opted-out", place, message, cure)

    # --- what is kept --------------------------------------------------------------

    def _filled(self, line: int, values: list[str]) -> dict[str, str]:
        """The fields that hold something."""
        fields = {name: value for index, name in self._fields if (value := values[index])}
        for index, name in self._names:
            if (value := values[index]) and (value[0] in FORMULA_MARKS or "\n" in value):
                fields[name] = self._odd_name(line, index + 1, value)
        if self._language is not None and (value := values[self._language]) and value not in LANGUAGES:
            if known := _language(value):
                fields["language"] = known
            else:
                del fields["language"]
                self._unknown_language(line, value)
        for index, name, kind in self._typed:
            if value := values[index]:
                self._keep_typed(line, index + 1, fields, name, kind, value)
        return fields

    def _proof(self, values: list[str]) -> str:
        """`Date d’adhésion: 2024-03-01; Source: form`, of what is filled."""
        said = [f"{title[:60]}: {value}" for at, title in self._proofs if (value := values[at])]
        return "; ".join(said).replace("\n", " ")[:_LONGEST_PROOF]

    def _keep_typed(
        self, line: int, column: int, fields: dict[str, str], name: str, kind: str, value: str
    ) -> None:
        """A value in its type's own writing; one that is none is left out, and said."""
        kept = typed(kind, value)
        if kept is not None:
            fields[name] = kept
            return
        del fields[name]
        message = Text(
            "'{value}' is not what {field} holds ({kind})",
            value=value[:40].replace("\n", " "),
            field=name,
            kind=kind,
        )
        cure = Text("write {example}; it is left empty", example=_TYPED_EXAMPLES[kind])
        self._tally.add(warning("row-type", Place(self._file, line, column), message, cure))

    def _odd_name(self, line: int, column: int, value: str) -> str:
        """A name on one line; one that begins like a formula is data, and said."""
        if value[0] in FORMULA_MARKS:
            message = Text("this name begins like a formula: '{value}'", value=value[:40])
            cure = Text("it is kept as it is; look at it")
            self._tally.add(warning("row-formula", Place(self._file, line, column), message, cure))
        return value.replace("\n", " ")

    def _unknown_language(self, line: int, value: str) -> None:
        message = Text("'{language}' is no language of ours", language=value[:40].replace("\n", " "))
        cure = Text("write fr or en; it is left empty")
        place = Place(self._file, line, (self._language or 0) + 1)
        self._tally.add(warning("row-language", place, message, cure))

    def _is_new(self, line: int, email: str, fields: dict[str, str]) -> bool:
        key = address_key(email)
        name = f"{fields.get('first_name', '')} {fields.get('last_name', '')}".strip(" ")
        earlier, differs = self._seen.first_line(key, name.casefold(), line)
        if differs:
            message = Text("{email} is on line {line} already, with another name", email=email, line=earlier)
            cure = Text("the first is kept; give each person an address of their own")
            self._tally.add(warning("row-conflict", self._address_of(line), message, cure))
        if earlier:
            return False
        if is_role(key):
            message = Text("{email} is read by several people, perhaps by the employer", email=email)
            cure = Text("keep it only if all of them may know")
            self._tally.add(warning("row-role", self._address_of(line), message, cure))
        if not name.isascii():
            self._tally.see(name)
        return True

    def _address_of(self, line: int) -> Place:
        return Place(self._file, line, self._email + 1)


def _odd_letter(place: Place, letter: str) -> Finding:
    if letter == "\ufffd":
        message = Text("a letter is lost here (�)")
        cure = Text("type it again; if there are many, name the encoding: --encoding cp850 or mac-roman")
    else:
        message = Text("an invisible control character, {code}", code=f"U+{ord(letter):04X}")
        cure = Text("delete it, or type again the word it stands in")
    return error("row-letter", place, message, cure)


def _too_long(place: Place, value: str) -> Finding:
    message = Text("this cell has {count} characters", count=len(value))
    if "\n" in value:  # two quotes never closed, far from one another, make one cell of what is between
        cure = Text(
            "look whether the quote that opens it is closed; {limit} are the most", limit=LONGEST_CELL
        )
    else:
        cure = Text("shorten it: {limit} are the most", limit=LONGEST_CELL)
    return error("row-too-long", place, message, cure)
