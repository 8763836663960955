"""People of a list kept as a file: `subscribers/<list>.csv`, as the sample is."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from mailer.addresses import AddressError, address_key, check_address
from mailer.charset import decode
from mailer.errors import SettingsError
from mailer.fields import STANDARD, canonical, is_field_name
from mailer.findings import has_errors
from mailer.model import Recipient
from mailer.words import Text

FOLDER = "subscribers"
LARGEST = 200 * 1024 * 1024  # bytes of a list's file


def list_fields(root: Path, lists: Iterable[str]) -> set[str]:
    """The fields a campaign to `lists` may use: the standard ones and the columns of their files."""
    fields = set(STANDARD)
    for name in lists:
        fields |= {field for field in _columns(_rows(root, name)) if field}
    return fields


def find_person(root: Path, lists: Iterable[str], email: str) -> Recipient | None:
    """The person with this address in the first of `lists` that holds them."""
    wanted = address_key(email)
    for name in lists:
        for number, person in enumerate(_people(root, name), 1):
            try:
                address = check_address(person.get("email", ""))
            except AddressError:
                continue
            if address_key(address) == wanted:
                return Recipient(
                    subscriber=number, email=address, list=name, fields={**person, "email": address}
                )
    return None


def _people(root: Path, name: str) -> Iterator[dict[str, str]]:
    rows = _rows(root, name)
    columns = _columns(rows)
    for row in rows[1:]:
        yield {field: value.strip() for field, value in zip(columns, row, strict=False) if field}


def _columns(rows: list[list[str]]) -> list[str | None]:
    return [_field(header) for header in rows[0]] if rows else []


def _field(header: str) -> str | None:
    name = canonical(header) or header.strip().lower().replace(" ", "_")
    return name if is_field_name(name) else None


def _rows(root: Path, name: str) -> list[list[str]]:
    path, file = root / FOLDER / f"{name}.csv", f"{FOLDER}/{name}.csv"
    if not path.is_file():
        return []
    text, findings = decode(path.read_bytes(), file, LARGEST)
    if has_errors(findings):
        raise SettingsError(Text("{file} cannot be read as a list", file=file), findings)
    # Excel separates with `;` in French; a line break may stand inside quotes.
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    csv.field_size_limit(LARGEST)  # 131,072 characters otherwise: a note may be longer
    return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
