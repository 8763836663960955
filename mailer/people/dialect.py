"""What separates the cells: `;`, a comma, a tab or `|`, told from the first lines outside quotes."""

from collections import Counter
from collections.abc import Sequence

from mailer.people.columns import Row, find_header
from mailer.people.contacts import holds_address
from mailer.people.rows import rows

DELIMITERS = (";", "\t", "|", ",")  # a comma last: it also stands in names and addresses


def declared(line: str) -> str:
    """The delimiter of a first line `sep=;`, which Excel reads and writes; empty: the line is none."""
    name, mark, rest = line.rstrip("\r\n").strip('"').partition("=")
    return rest if mark and name.strip().lower() == "sep" and rest in DELIMITERS else ""


def find_delimiter(first_lines: Sequence[str], file: str) -> str:
    """The delimiter under which the file's first lines look most like people, in this order:

    titles that are known, rows with an address alone in a cell, rows as wide as one another.
    """
    return max(DELIMITERS, key=lambda delimiter: _likeness(table(first_lines, delimiter, file)))


def table(first_lines: Sequence[str], delimiter: str, file: str, first: int = 1) -> list[Row]:
    """The whole rows among these lines that hold something, each with its line."""
    return [
        (line, row)
        for line, row in rows(first_lines, delimiter, file, first)
        if isinstance(row, list) and any(cell.strip() for cell in row)
    ]


def _likeness(found: list[Row]) -> tuple[int, int, int]:
    header = find_header(found)
    addressed = sum(1 for _, row in found if any(holds_address(cell) for cell in row))
    widths = Counter(len(row) for _, row in found if len(row) > 1)
    return header.known if header else 0, addressed, max(widths.values(), default=0)
