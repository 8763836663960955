"""A report as rows: one for each figure of its JSON object, to sort, filter or draw in a spreadsheet."""

from collections.abc import Iterator, Mapping

from mailer.reports.document import Json, as_json
from mailer.reports.figures import Report

COLUMNS = ["section", "item", "from", "to", "figure", "value", "reason"]
BETWEEN = " / "  # an item and what lies in it

# What tells the objects of a list from each other, where days do not.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "refused_by_reason": ("reason",),
    "excluded_by_reason": ("reason",),
    "domains": ("domain",),
    "links": ("number", "label"),
    "subjects": ("edition",),
    "tried": ("subject",),
    "waves": ("number",),
    "editions": ("number",),
    "earlier": ("campaign",),
}
_NO_FIGURES = {"reason", "subject", "label", "destination", "from", "to", "day", "domain", "number"}


def as_rows(report: Report) -> Iterator[list[str]]:
    """Under `COLUMNS`; the value is empty and has a reason where the figure is not shown."""
    return _rows("", "", as_json(report))


def _rows(section: str, item: str, said: Json, days: tuple[str, str] = ("", "")) -> Iterator[list[str]]:
    """The figures of one object, and those of the objects in it."""
    for key, value in said.items():
        inner = f"{section}.{key}" if section else key
        if isinstance(value, dict):
            yield from _rows(inner, item, value, days)
        elif isinstance(value, list) and not all(isinstance(one, str) for one in value):
            for one in value:
                names = [str(one[name] or "others") for name in _NAMES.get(key, ())]
                between = BETWEEN.join(filter(None, (item, " ".join(names))))
                yield from _rows(inner, between, one, _days(one))
        elif key not in _NO_FIGURES:
            why = str(said.get("reason") or "") if value is None else ""
            yield [section or "campaign", item, *days, key, _cell(value), why]


def _days(said: Json) -> tuple[str, str]:
    day = str(said.get("day", ""))
    return str(said.get("from", day)), str(said.get("to", day))


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)
