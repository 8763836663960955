"""The kinds of file in which a list is written out: CSV, XLSX, ODS, JSON, vCards."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailer.people.cells import guard
from mailer.people.exporting import write_people
from mailer.people.sheets.writing import write_ods, write_xlsx
from mailer.people.writing_cards import write_cards

FORMATS = ("csv", "xlsx", "ods", "json", "vcard")
SUFFIXES = {".csv": "csv", ".xlsx": "xlsx", ".ods": "ods", ".json": "json", ".vcf": "vcard"}

People = Iterable[tuple[str, Mapping[str, str]]]


def written(kind: str, name: str, people: People, columns: Sequence[str]) -> Iterator[bytes]:
    """Pieces of a file of this kind; `name` is the list's, `columns` its fields without the address.

    Tables are guarded against formulas as CSV is (`cells.guard`); all but JSON are read back by
    `read_people`, which changes nothing. UsageError: more rows than a sheet holds.
    """
    if kind == "csv":
        return (piece.encode("utf-8") for piece in write_people(people, columns))
    if kind == "vcard":
        return (card.encode("utf-8") for card in write_cards(_guarded(people)))
    if kind == "json":
        return _as_json(people)
    titles = ["email", *columns]
    rows = ([email, *(fields.get(one, "") for one in columns)] for email, fields in _guarded(people))
    write = write_xlsx if kind == "xlsx" else write_ods
    return iter([write(name, titles, rows)])


def _guarded(people: People) -> Iterator[tuple[str, dict[str, str]]]:
    for email, fields in people:
        yield guard(email), {name: guard(value) for name, value in fields.items()}


def _as_json(people: People) -> Iterator[bytes]:
    """A list, one person a line: the address and the fields that are filled."""
    mark = "["
    for email, fields in people:
        one = {"email": email, **{name: value for name, value in fields.items() if value and name != "email"}}
        yield f"{mark}\n{json.dumps(one, ensure_ascii=False)}".encode()
        mark = ","
    yield b"[]\n" if mark == "[" else b"\n]\n"
