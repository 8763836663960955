"""Options to choose from and rows of a matrix: enough of them, not too many, each one once."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.ballots.schema import LONGEST_OPTION, MOST_COLUMNS, MOST_OPTIONS, MOST_RANKED, MOST_ROWS
from mailer.findings import Finding, error
from mailer.toml.document import Document
from mailer.toml.positions import Path
from mailer.words import Text

_MOST: Mapping[str, int] = {"rank": MOST_RANKED, "matrix": MOST_COLUMNS}


def option_rules(document: Document, kind: str, given: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """What is wrong with the options of the question at `path`, of which the file holds `given`."""
    options = given.get("options")
    place = document.place_of((*path, "options"))
    if options is None and "options" in document.unread:
        return
    if options is None or (isinstance(options, list) and len(options) < 2):
        message = Text("this question offers fewer than two answers")
        example = 'options = ["…", "…"]'
        yield error("options", place, message, Text("write {example}", example=example))
    most = _MOST.get(kind, MOST_OPTIONS)
    if isinstance(options, list) and len(options) > most:
        message = Text("this question offers more than {count} answers", count=most)
        yield error("options", place, message, Text("ask for it in free words, or split the question"))
    yield from _same(document, options, (*path, "options"))


def row_rules(document: Document, given: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    """What is wrong with the rows of the matrix at `path`, of which the file holds `given`."""
    rows = given.get("rows")
    place = document.place_of((*path, "rows"))
    if rows is None and "rows" in document.unread:
        return
    if rows is None or rows == []:
        message = Text("this matrix has no rows")
        yield error("options", place, message, Text("write {example}", example='rows = ["…", "…"]'))
    if isinstance(rows, list) and len(rows) > MOST_ROWS:
        message = Text("this matrix has more than {count} rows", count=MOST_ROWS)
        yield error("options", place, message, Text("split the question"))
    yield from _same(document, rows, (*path, "rows"))


def _same(document: Document, given: object, path: Path) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, option in enumerate(given if isinstance(given, list) else ()):
        name = " ".join(option.casefold().split()) if isinstance(option, str) else ""
        if name and name in seen:
            message = Text("the answer '{option}' stands twice", option=option[:LONGEST_OPTION])
            place = document.place_of((*path, at), value=True)
            yield error("options", place, message, Text("keep one of them"))
        seen.add(name)
