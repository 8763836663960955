"""Values of typed fields as they are kept: one way of writing each number, date and yes or no.

What lists say in many ways (`1 234,50`, `03/11/2024`, `Oui`) is compared by segments as it is kept here.
"""

import re
from datetime import date
from decimal import Decimal

from mailer.fields import LONGEST_NUMBER

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
# Thousands may be parted by spaces, in threes; a comma is a point. A point is never a thousand's.
_NUMBER = re.compile(r"([+-]?)([0-9]{1,15}|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]{1,15}))?")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.]{4,15}Z?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?: [0-9:.]{4,15})?")
_YES = frozenset(["yes", "y", "true", "oui", "o", "vrai", "1", "x"])
_NO = frozenset(["no", "n", "false", "non", "faux", "0"])


def typed(kind: str, value: str) -> str | None:
    """A filled value as a field of this type keeps it; None if it is no such value.

    `kind` is one of `fields.TYPES`. A date is 2024-11-03 (ISO 8601); written with its year last, its day is
    first. A number has at most 15 characters and no exponent; yes-no is `yes` or `no`.
    """
    match kind:
        case "number":
            return _number(_SPACES.sub(" ", value).strip())
        case "date":
            return _date(_SPACES.sub(" ", value).strip())
        case "yes-no":
            word = value.strip().casefold()
            return "yes" if word in _YES else "no" if word in _NO else None
    return value


def _number(value: str) -> str | None:
    found = _NUMBER.fullmatch(value)
    if found is None:
        return None
    sign, whole, part = found[1].replace("+", ""), found[2].replace(" ", ""), found[3] or ""
    plain = Decimal(f"{sign}{whole}.{part or '0'}")
    kept = f"{plain:f}".rstrip("0").rstrip(".") if plain else "0"
    return kept if len(kept) <= LONGEST_NUMBER else None


def _date(value: str) -> str | None:
    if found := _ISO.fullmatch(value):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(value):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
