"""Free words for the section to read: a file out, the same file back with those that may be shown."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from mailer.findings import Finding, Place, error
from mailer.people import unguard, write_table
from mailer.words import Text

TITLES = ("id", "question", "words", "show")
_YES = frozenset(("x", "yes", "oui", "y", "o", "1"))
_NO = frozenset(("", "no", "non", "n", "0"))
Words = tuple[str, str, str, bool]  # id, name of the row, words, whether they are shown


def write(words: Sequence[Words]) -> Iterator[str]:
    """Pieces of the CSV, in the order given; `show` says what holds now."""
    rows = ([one, name, said, "x" if shown else ""] for one, name, said, shown in words)
    yield from write_table(TITLES, rows)


def read(text: str, file: str, known: Sequence[Words]) -> tuple[set[str], list[Finding]]:
    """The ids that may be shown, and what is wrong with the file, line by line.

    Only lines of `known` words count, whatever else became of the file; words that were changed are not
    taken: nobody is made to say what they did not write.
    """
    rows = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=_delimiter(text))
    try:
        found = [(rows.line_num, row) for row in rows]
    except csv.Error as broken:
        message = Text("this is no table ({reason})", reason=str(broken))
        return set(), [error("bad-table", Place(file, rows.line_num), message, Text("save it as CSV again"))]
    if not found or [cell.strip().lower() for cell in found[0][1]][:4] != list(TITLES):
        cure = Text("begin with 'mailer questionnaire export SLUG --texts FILE'")
        titles = ";".join(TITLES)
        return set(), [
            error("bad-table", Place(file, 1), Text("the first line is not {titles}", titles=titles), cure)
        ]
    said = {one: (name, words) for one, name, words, _shown in known}
    shown: set[str] = set()
    faults: list[Finding] = []
    for line, row in found[1:]:
        fault = _take(Place(file, line), row, said, shown) if any(cell.strip() for cell in row) else None
        faults += [fault] if fault else []
    return shown, faults


def _take(place: Place, row: list[str], said: dict[str, tuple[str, str]], shown: set[str]) -> Finding | None:
    cells = [*(cell.strip() for cell in row), *[""] * len(TITLES)][: len(TITLES)]
    one, _name, words, mark = cells
    if one not in said:
        message = Text("no answer has the id '{id}'", id=one[:40])
        return error("unknown-answer", place, message, Text("leave the first column as it was written"))
    if _plain(unguard(words)) != _plain(said[one][1]):
        message = Text("these words are not those of the answer")
        return error("changed-words", place, message, Text("leave them as they are, or do not show them"))
    if mark.lower() not in _YES | _NO:
        message = Text("'{mark}' in the column show says neither yes nor no", mark=mark[:40])
        return error("bad-mark", place, message, Text("write x, or nothing"))
    if mark.lower() in _YES:
        shown.add(one)
    return None


def _plain(words: str) -> str:
    """Spreadsheets change ends of lines and spaces around them."""
    return " ".join(words.split())


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(";,\t", key=first.count)
