"""Files for others: people, or the lines to mend, as CSV that French spreadsheets open and we read back."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import islice

from mailer.people.cells import FORBIDDEN, LONGEST_CELL, guard
from mailer.people.columns import MEND_TITLES
from mailer.people.report import Refused

_BOM = "\ufeff"  # Excel reads UTF-8 only with it
_AT_ONCE = 500  # rows


def write_people(people: Iterable[tuple[str, Mapping[str, str]]], columns: Sequence[str]) -> Iterator[str]:
    """Pieces of a CSV: each person's address, then the fields named by `columns` (`email` is always first).

    `;`, CRLF, a BOM, formulas guarded: write them to a text stream opened with encoding="utf-8", newline="".
    Memory does not grow with the number of people. `read_people` gives the same ones back.
    """
    names = [name for name in columns if name != "email"]
    rows = ([guard(email), *(guard(fields.get(name, "")) for name in names)] for email, fields in people)
    yield from _pieces(["email", *names], rows)


def write_refused(titles: Sequence[str], refused: Iterable[Refused], language: str) -> Iterator[str]:
    """Pieces of a CSV of lines to mend: `line` and `reason` first, then the cells as they were.

    First, so that cells too many stay in sight at the end of their row. Once mended the file can be
    imported as it is: these two columns are known and left aside.
    """
    rows = (
        [str(one.line), guard(_reason(one, language)), *(guard(_mendable(cell)) for cell in one.cells)]
        for one in refused
    )
    yield from _pieces([*MEND_TITLES, *(guard(title) for title in titles)], rows)


def _reason(refused: Refused, language: str) -> str:
    return f"{refused.finding.message.say(language)} ({refused.finding.cure.say(language)})"


def _mendable(cell: str) -> str:
    """Without controls, and short enough; in both cases importing it unmended is refused again."""
    shown = FORBIDDEN.sub("\ufffd", cell)
    return shown if len(shown) <= LONGEST_CELL else shown[:LONGEST_CELL] + "…"


def write_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Pieces of a CSV of anything, each cell guarded; `titles` are ours."""
    yield from _pieces(list(titles), ([guard(cell) for cell in row] for row in rows))


def _pieces(titles: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    left = iter(rows)
    batch = [titles]
    mark = _BOM
    while batch:
        page = StringIO(newline="")
        csv.writer(page, delimiter=";", lineterminator="\r\n").writerows(batch)
        yield mark + page.getvalue()
        mark = ""
        batch = list(islice(left, _AT_ONCE))
