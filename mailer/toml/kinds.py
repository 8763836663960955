"""The kinds of values our TOML files hold: how each is read, named and written."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from mailer.words import Text

Kind = Literal[
    "string",
    "boolean",
    "integer",
    "strings",
    "datetime",
    "duration",
    "table",
    "array of tables",
    "table of tables",
    "named values",
    "pairs",
]
"""Their names, in tables of keys and in docs/contract.md."""


def read(kind: Kind, value: object) -> object:
    """The value as its kind is used; None if it is of another kind. Not for lists of texts, tables of keys.

    A duration becomes a timedelta, a datetime stays a date or a datetime (aware or not).
    """
    match kind:
        case "string":
            return value if isinstance(value, str) else None
        case "boolean":
            return value if isinstance(value, bool) else None
        case "integer":  # True is an int in Python, not in TOML
            return value if isinstance(value, int) and not isinstance(value, bool) else None
        case "datetime":
            return value if isinstance(value, date) else None
        case "duration":
            return duration(value) if isinstance(value, str) else None
        case "named values":  # what they may be is the caller's to say
            return value if isinstance(value, dict) else None
        case "pairs":  # so are the pairs
            return value if isinstance(value, list) else None
        case _:
            return None


_SECONDS = {"s": 1, "second": 1, "min": 60, "m": 60, "minute": 60, "h": 3600, "hour": 3600}
_SECONDS |= {"d": 86400, "day": 86400, "week": 604800, "w": 604800}
_SECONDS |= {"month": 30 * 86400, "year": 365 * 86400}
_LONGEST = timedelta(days=100 * 365)


def duration(text: str) -> timedelta | None:
    """`72h`, `10m`, `6 months`: a number and a unit; a month is 30 days, a year 365. At most a century."""
    match = re.fullmatch(r"([0-9]{1,9})\s*([a-z]+)", text.strip().casefold())
    if match is None:
        return None
    unit = match[2] if match[2] in _SECONDS else match[2].removesuffix("s")
    if unit not in _SECONDS or (len(unit) == 1 and unit != match[2]):
        return None
    seconds = int(match[1]) * _SECONDS[unit]
    return timedelta(seconds=seconds) if seconds <= _LONGEST.total_seconds() else None


def name_of(kind: Kind) -> Text:
    """The kind in words: "it must be …"."""
    return _NAMES[kind]


_NAMES: Mapping[Kind, Text] = {
    "string": Text("a text between quotes"),
    "boolean": Text("true or false"),
    "integer": Text("a whole number"),
    "strings": Text("a list of texts"),
    "datetime": Text("a date, without quotes"),
    "duration": Text("a duration such as {examples}", examples='"72h", "10m", "6 months"'),
    "table": Text("a table"),
    "array of tables": Text("a table between double brackets"),
    "table of tables": Text("a table of named tables"),
    "named values": Text("a table of names and values"),
    "pairs": Text("a list of pairs"),
}


def example(kind: Kind, key: str, value: object = None) -> str:
    """A right line for `key`, keeping what can be kept of a wrong `value`."""
    match kind:
        case "string" if isinstance(value, int | float | date) and not isinstance(value, bool):
            return f"{key} = {as_toml(str(value))}"
        case "boolean":
            return f"{key} = {'false' if value in _NO else 'true'}"
        case "integer":
            digits = re.fullmatch(r"\s*([0-9]{1,9})\s*", value) if isinstance(value, str) else None
            return f"{key} = {int(digits[1]) if digits else 10}"
        case "strings":
            return f"{key} = [{as_toml(value if isinstance(value, str) else '…')}]"
        case "datetime":
            return f"{key} = {value if isinstance(value, str) and _is_moment(value) else '2026-11-17'}"
        case "duration":
            return f'{key} = "72h"'
        case _:
            return _EXAMPLES.get(kind, '{key} = "…"').replace("{key}", key)


_NO = (0, "false", "False", "no", "non", "off", "0", "")
_EXAMPLES: Mapping[Kind, str] = {
    "table": "[{key}]",
    "array of tables": "[[{key}]]",
    "table of tables": "[{key}.…]",
    "named values": '{key} = { … = "…" }',
    "pairs": '{key} = [["…", "…"]]',
}


def _is_moment(text: str) -> bool:
    try:
        return len(text) >= 10 and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def as_toml(value: object) -> str:
    """A string, number, boolean, date or list of them as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    return value.isoformat() if isinstance(value, date) else str(value)
