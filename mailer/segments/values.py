"""The values that a segment compares with: texts, numbers, days, yes and no; and the names of fields."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date

from mailer.fields import LONGEST_NUMBER, NUMBER, STANDARD, canonical, is_field_name
from mailer.segments import faults, value_faults
from mailer.segments.faults import UnreadableError
from mailer.segments.scanner import Scanner
from mailer.segments.tree import Day

_TEXT = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"|“([^”]*)”|«\s*([^»]*?)\s*»")
_ADDRESS = re.compile(r"[^@\s]@[^@\s]")  # `@example.org` is many people's
_BARE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?![\w.,-])")
_NUMBER = re.compile(NUMBER + r"(?![\w.,-])")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![\w-])")
_AWAY = re.compile(r"([+-])\s*([0-9]{1,5})\s*([a-z]+)", re.IGNORECASE)
_SPAN = re.compile(r"([0-9]{1,5})\s*([a-z]+)", re.IGNORECASE)
_UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}  # months, days
_YES = {"yes": True, "true": True, "oui": True, "no": False, "false": False, "non": False}


def field(written: str, at: int, known: Collection[str] | None) -> str:
    """The field a word means: `Prénom` is `first_name`."""
    name = canonical(written) or written.lower()
    about = faults.about_answers(written)
    if about and name not in (known or ()):
        raise UnreadableError(faults.never_told(at, written))
    if not is_field_name(name):
        raise UnreadableError(faults.no_field_name(at, written))
    if known is not None and name not in {*STANDARD, *known}:
        raise UnreadableError(faults.unknown_field(at, written, known))
    return name


def text(scan: Scanner, name: str) -> str:
    """A text between quotes; a number that stands alone is one too (`postcode = 44000`)."""
    if found := scan.take(_BARE):
        return found.group()
    found = scan.take(_TEXT)
    if found is None:
        raise UnreadableError(value_faults.text_expected(*scan.here(), name))
    inner = next(part for part in found.groups() if part is not None)
    quote = found.group()[0]
    said = unicodedata.normalize("NFC", inner.replace(quote * 2, quote)).strip()
    if not said:
        raise UnreadableError(value_faults.empty_text(scan.last, name))
    if not said.isprintable():
        raise UnreadableError(value_faults.unprintable(scan.last))
    if _ADDRESS.search(said):
        raise UnreadableError(value_faults.an_address(scan.last))
    return said


def number(scan: Scanner, name: str) -> str:
    """A number in plain digits, as text."""
    found = scan.take(_NUMBER)
    if found is None:
        raise UnreadableError(value_faults.number_expected(*scan.here(), name))
    if len(found.group()) > LONGEST_NUMBER:
        raise UnreadableError(value_faults.number_expected(scan.last, found.group(), name))
    return found.group()


def yes(scan: Scanner, name: str) -> bool:
    """Yes or no."""
    for word, meaning in _YES.items():
        if scan.word(word):
            return meaning
    raise UnreadableError(value_faults.yes_expected(*scan.here(), name))


def day(scan: Scanner, name: str) -> Day:
    """A day: 2026-01-31, today, today - 6 months."""
    if found := scan.take(_DATE):
        try:
            return Day(date(*map(int, found.groups())))
        except ValueError:
            raise UnreadableError(value_faults.no_such_day(scan.last, found.group())) from None
    if not scan.word("today"):
        raise UnreadableError(value_faults.day_expected(*scan.here(), name))
    if found := scan.take(_AWAY):
        sign = -1 if found[1] == "-" else 1
        return _moved(scan, sign * int(found[2]), found[3])
    return Day()


def since(scan: Scanner) -> Day:
    """How long ago: `6 months`; or a day."""
    if scan.sees(_DATE_OR_TODAY):
        return day(scan, "since")
    found = scan.take(_SPAN)
    if found is None:
        raise UnreadableError(value_faults.span_expected(*scan.here()))
    return _moved(scan, -int(found[1]), found[2])


def _moved(scan: Scanner, count: int, unit: str) -> Day:
    months, days = _UNITS.get(unit.lower().removesuffix("s"), (0, 0))
    if not months and not days:
        raise UnreadableError(value_faults.unknown_unit(scan.last, unit))
    return Day(months=months * count, days=days * count)


_DATE_OR_TODAY = re.compile(r"\d{4}-|today\b", re.IGNORECASE)
