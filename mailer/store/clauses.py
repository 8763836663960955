"""A condition of a segment as SQL: what both databases understand, in pieces that stand here.

Nothing that anybody wrote is ever part of the text: names of fields, lists and campaigns are values too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from mailer.fields import STANDARD
from mailer.moments import stamp
from mailer.segments import tree
from mailer.segments.folding import variants


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a segment is read against: the day it is, where; and the campaigns by their slugs."""

    today: date
    zone: str
    campaigns: Mapping[str, str] = field(default_factory=dict)  # slug -> public id


Apart = tree.InList | tree.Joined | tree.Received  # what is not told by a person's own row


class Values:
    """Values under names of ours, each given once."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.given: dict[str, object] = {}
        self._names: dict[tuple[type, object], str] = {}

    def of(self, value: str | float) -> str:
        """The name of a value, as it stands in the text."""
        name = self._names.setdefault((type(value), value), f"{self._prefix}_{len(self._names)}")
        self.given[name] = value
        return f":{name}"


class Writer:
    """What both databases understand."""

    def __init__(self, values: Values, setting: Setting) -> None:
        self._value = values.of
        self._setting = setting

    def write(self, node: tree.Node) -> str:
        """In brackets."""
        match node:
            case tree.All(parts):
                return f"({' AND '.join(map(self.write, sorted(parts, key=_effort)))})"
            case tree.AnyOf(parts):
                return f"({' OR '.join(map(self.write, sorted(parts, key=_effort)))})" if parts else "FALSE"
            case tree.Not(part):
                return f"(NOT {self.write(part)})"
            case tree.InList() | tree.Joined() | tree.Received():
                table, number, which = self.apart(node)
                return f"EXISTS (SELECT 1 FROM {table} WHERE {number} = s.id AND {which})"  # noqa: S608  ours
        return f"(({self._of_field(node)}) IS TRUE)"

    def apart(self, node: Apart) -> tuple[str, str, str]:
        """Table, column of the number, condition."""
        match node:
            case tree.InList(name):
                return _MEMBERS, "held.subscriber", self._of_list(name, "")
            case tree.Joined(name, order, day):
                since = self._since(order, day.on(self._setting.today))
                return _MEMBERS, "held.subscriber", self._of_list(name, since)
        campaign = self._value(self._setting.campaigns[node.campaign])
        return _HAD, "had.subscriber", f"had.campaign = {campaign} AND {_ARRIVED}"

    def _of_field(self, node: tree.Node) -> str:
        match node:
            case tree.Filled(name) if name in STANDARD:
                return f"{_column(name)} <> ''"
            case tree.Filled(name):
                return self.filled(name)
            case tree.Says(name, manner, text) if name in STANDARD:
                return self.like(_column(name), manner, text)
            case tree.Says(name, manner, text):
                return self.says(name, manner, text)
            case tree.Agrees(name, yes):
                return f"{self.own(name)} = {self._value('yes' if yes else 'no')}"
            case tree.Counts(name, order, number):
                return self.counts(name, order, number)
            case tree.Dates(name, order, day):
                return self.dates(name, order, day.on(self._setting.today).isoformat())
        raise AssertionError(node)

    def _of_list(self, name: str, since: str) -> str:
        return f"held.list = {self._value(name)} AND held.state = 'subscribed'{since}"

    def _since(self, order: tree.Order, day: date) -> str:
        """A membership begins at an instant; a day lasts from one midnight to the next, there."""
        limits = {"=": (">= ", "< "), "<": ("< ", ""), "<=": ("", "< "), ">": ("", ">= "), ">=": (">= ", "")}
        begins, ends = limits[order]
        return "".join(
            f" AND held.since {limit}{self._value(self._midnight(one))}"
            for limit, one in ((begins, day), (ends, tree.next_day(day)))
            if limit
        )

    def _midnight(self, day: date) -> str:
        if not _FIRST <= day <= _LAST:  # a zone's offset would leave the calendar
            return f"{day.isoformat()}T00:00:00.000Z"
        return stamp(datetime.combine(day, time(), ZoneInfo(self._setting.zone)))

    # --- where the two differ ---------------------------------------------------------------

    def own(self, name: str) -> str:
        """The value of an own field, NULL when it is empty."""
        raise NotImplementedError

    def filled(self, name: str) -> str:
        """Whether an own field is not empty."""
        return f"{self.own(name)} <> ''"

    def says(self, name: str, manner: tree.Manner, text: str) -> str:
        """Whether an own field says a text."""
        return self.like(self.own(name), manner, text)

    def like(self, value: str, manner: tree.Manner, text: str) -> str:
        """Whether a value says a text."""
        raise NotImplementedError

    def counts(self, name: str, order: tree.Order, number: str) -> str:
        """Whether an own field is a number that stands in this order to another."""
        raise NotImplementedError

    def dates(self, name: str, order: tree.Order, day: str) -> str:
        """The same of a day, as 2026-01-31."""
        raise NotImplementedError


_MEMBERS, _HAD = "membership held", "delivery had"
_ARRIVED = "had.state IN ('sent', 'unknown', 'in_flight')"
_FIRST, _LAST = date(1, 1, 3), date(9999, 12, 29)


def _column(name: str) -> str:
    assert re.fullmatch("[a-z_]+", name)  # one of STANDARD, which are columns
    return f"s.{name}"


def pattern(text: str, alone: Callable[[str], str]) -> str:
    """A pattern that any of a letter's variants fits; `alone` writes one that has none."""
    return "".join(f"[{same}]" if len(same := variants(letter)) > 1 else alone(letter) for letter in text)


def _effort(node: tree.Node) -> int:
    """What is asked first takes less of a database that asks in the order of the text, as SQLite does."""
    match node:
        case tree.InList() | tree.Joined() | tree.Received():
            return 3
        case tree.Says(_, "contains", _):
            return 2
        case tree.Not(part):
            return _effort(part)
        case tree.All(parts) | tree.AnyOf(parts):
            return max(map(_effort, parts), default=0)
    return 1
