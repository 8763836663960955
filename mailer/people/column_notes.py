"""What a file's columns are said to be, or refused for: findings with their place and their cure."""

import json
from collections.abc import Sequence

from mailer.errors import FaultsError
from mailer.fields import PROOF
from mailer.findings import Finding, Place, error, info
from mailer.people.encoding import cannot_read
from mailer.people.report import Column
from mailer.words import Text, plural

_NAMED = 5  # titles said in a finding


def no_address(titles: Sequence[str], place: Place) -> FaultsError:
    """No column has a title or cells that say so."""
    message = Text("no column holds addresses; the titles are: {titles}", titles=_listed(titles))
    cure = Text("name the column of addresses 'email'")
    return cannot_read(place.file, error("csv-no-address", place, message, cure))


def refuse_twice(columns: Sequence[Column], place: Place) -> None:
    """FaultsError when two of them are the same field."""
    first: dict[str, Column] = {}
    findings = []
    for one in columns:
        if one.field in (None, PROOF):
            continue
        other = first.setdefault(one.field, one)
        if other is not one:
            values = {"first": _said(other), "second": _said(one), "field": one.field}
            message = Text("columns {first} and {second} are both '{field}'", **values)
            cure = Text("keep one, or give the other a name of its own")
            at = Place(place.file, place.line, one.number)
            findings.append(error("csv-same-field", at, message, cure))
    if findings:
        raise cannot_read(place.file, *findings)


def above(count: int, place: Place) -> list[Finding]:
    """So many lines stand before the first that is read, which is at `place`."""
    if not count:
        return []
    message = plural("{count} line above is not read", "{count} lines above are not read", count=count)
    cure = Text("nothing to do here, if they are a heading")
    return [info("csv-header", place, message, cure)]


def by_content(columns: Sequence[Column], place: Place) -> list[Finding]:
    """The address was found by what its column holds."""
    title = next(_said(one) for one in columns if one.field == "email")
    message = Text("column {title} is read as the address, for what it holds", title=title)
    return [info("csv-by-content", place, message, Text("name the column of addresses 'email'"))]


def not_declared(titles: Sequence[str], place: Place) -> list[Finding]:
    """Columns that could be fields, and are not kept unless the list says so."""
    if not titles:
        return []
    message = plural(
        "column {titles} is left aside: the list does not declare it",
        "columns {titles} are left aside: the list does not declare them",
        count=len(titles),
        titles=_listed(titles),
    )
    cure = Text(
        "where a questionnaire needs tokens, write under the list: {line}", line='identifiers = ["token"]'
    )
    return [info("csv-identifier", place, message, cure)]


def ignored(columns: Sequence[Column], said: Sequence[str], place: Place) -> list[Finding]:
    """Columns that are no field, but for those of which something else is said."""
    titles = [one.title for one in columns if one.field is None and one.title not in {"", *said}]
    if not titles:
        return []
    message = plural(
        "column {titles} is left aside",
        "columns {titles} are left aside",
        count=len(titles),
        titles=_listed(titles),
    )
    cure = Text(
        "to keep one, say once which field it is, under [lists.….columns]: {line}",
        line=f'{json.dumps(titles[0][:40], ensure_ascii=False)} = "…"',
    )
    return [info("csv-ignored", place, message, cure)]


def _listed(titles: Sequence[str]) -> str:
    shown = [f"'{title[:40]}'" for title in titles if title]
    return ", ".join([*shown[:_NAMED], "…"] if len(shown) > _NAMED else shown)


def _said(column: Column) -> str:
    return f"{column.number} '{column.title[:40]}'"
