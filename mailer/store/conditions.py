"""A segment as SQL: one condition on the subscriber `s`, in pieces that stand here, and values beside them.

Nothing that anybody wrote is ever part of the text: names of fields, lists and campaigns are values too.
SQLite reads texts as our own JSON lies there (`bringing.columns` writes it, sorted, one way): of a million
people, `site = 'Nantes'` takes 0.25 s so and 0.5 s by json_extract.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from mailer.fields import LONGEST_NUMBER, NUMBER, STANDARD
from mailer.moments import stamp
from mailer.segments import tree
from mailer.segments.folding import variants


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`text` names each of `values`; it is true or false of every subscriber, never unknown."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


ANYBODY = Condition(text="TRUE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a segment is read against: the day it is, where; and the campaigns by their slugs."""

    today: date
    zone: str
    campaigns: Mapping[str, str] = field(default_factory=dict)  # slug -> public id


def condition(node: tree.Node, setting: Setting, *, shared: bool, prefix: str = "segment") -> Condition:
    """The condition of a tree; `shared`: for PostgreSQL. KeyError: a campaign that `setting` lacks.

    Two conditions of one statement have values of two prefixes.
    """
    values = _Values(prefix)
    writer = (_Postgres if shared else _Sqlite)(values, setting)
    return Condition(text=writer.write(node), values=values.given)


class _Values:
    """Values under names of ours, each given once."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.given: dict[str, object] = {}
        self._names: dict[object, str] = {}

    def of(self, value: str | float) -> str:
        """The name of a value, as it stands in the text."""
        name = self._names.setdefault(value, f"{self._prefix}_{len(self._names)}")
        self.given[name] = value
        return f":{name}"


class _Writer:
    """What both databases understand."""

    def __init__(self, values: _Values, setting: Setting) -> None:
        self._value = values.of
        self._setting = setting

    def write(self, node: tree.Node) -> str:
        """In brackets."""
        match node:
            case tree.All(parts):
                return f"({' AND '.join(map(self.write, parts))})"
            case tree.AnyOf(parts):
                return f"({' OR '.join(map(self.write, parts))})"
            case tree.Not(part):
                return f"(NOT {self.write(part)})"
            case tree.InList(name):
                return self._member(name, "")
            case tree.Joined(name, order, day):
                return self._member(name, self._since(order, day.on(self._setting.today)))
            case tree.Received(campaign):
                return self._received(self._setting.campaigns[campaign])
        return f"(({self._of_field(node)}) IS TRUE)"

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

    def _member(self, name: str, since: str) -> str:
        return _MEMBER.format(list=self._value(name), since=since)

    def _received(self, campaign: str) -> str:
        return _RECEIVED.format(campaign=self._value(campaign))

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


class _Sqlite(_Writer):
    """GLOB has classes of letters, in Unicode, and no meaning for letters outside them but `*` and `?`."""

    def own(self, name: str) -> str:
        return f"json_extract(s.fields, {self._value(f'$.{name}')})"

    def filled(self, name: str) -> str:
        return f"s.fields GLOB {self._value(f'{_written(name)}*')}"

    def says(self, name: str, manner: tree.Manner, text: str) -> str:
        inside = _pattern(json.dumps(text, ensure_ascii=False)[1:-1], _globbed)
        if manner == "contains":  # the first may go on into the next field; the second reads few people's
            anywhere = self._value(f"{_written(name)}*{inside}*")
            return f"s.fields GLOB {anywhere} AND {self.like(self.own(name), manner, text)}"
        end = '"*' if manner == "is" else "*"
        return f"s.fields GLOB {self._value(f'{_written(name)}{inside}{end}')}"

    def like(self, value: str, manner: tree.Manner, text: str) -> str:
        inside = _pattern(text, _globbed)
        before, after = _AROUND[manner]
        return f"{value} GLOB {self._value(f'{before}{inside}{after}')}"

    def counts(self, name: str, order: tree.Order, number: str) -> str:
        value = self.own(
            name
        )  # taken out of the JSON each time it is named: what most people fail comes first
        return (
            f"{self.filled(name)} AND CAST({value} AS REAL) {order} {self._value(float(number))}"
            f" AND length({value}) <= {LONGEST_NUMBER} AND {value} NOT GLOB '*[^0-9.-]*'"
            f" AND {value} GLOB '*[0-9]' AND {value} NOT GLOB '?*-*' AND {value} NOT GLOB '*.*.*'"
            f" AND ltrim({value}, '-') NOT GLOB '.*'"
        )

    def dates(self, name: str, order: tree.Order, day: str) -> str:
        shape = f'{_written(name)}{_DIGIT * 4}-{_DIGIT * 2}-{_DIGIT * 2}"*'
        return f"s.fields GLOB {self._value(shape)} AND {self.own(name)} {order} {self._value(day)}"


class _Postgres(_Writer):
    """Regular expressions, in brackets of letters; texts that are compared are so byte by byte."""

    def own(self, name: str) -> str:
        return f"(CAST(s.fields AS jsonb) ->> {self._value(name)})"

    def like(self, value: str, manner: tree.Manner, text: str) -> str:
        inside = _pattern(text, _escaped)
        before = "" if manner == "contains" else "^"
        after = "$" if manner == "is" else ""
        return f'{value} COLLATE "C" ~ {self._value(f"{before}{inside}{after}")}'

    def counts(self, name: str, order: tree.Order, number: str) -> str:
        value, shape = self.own(name), self._value(f"^{NUMBER}$")
        given = f"CAST({self._value(number)} AS text)"  # it may stand elsewhere too, as a text
        return (
            f"CASE WHEN length({value}) <= {LONGEST_NUMBER} AND {value} ~ {shape}"
            f" THEN CAST({value} AS numeric) {order} CAST({given} AS numeric) END"
        )

    def dates(self, name: str, order: tree.Order, day: str) -> str:
        value, shape = self.own(name), self._value("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        return f'{value} ~ {shape} AND {value} COLLATE "C" {order} {self._value(day)}'


_MEMBER = (
    "EXISTS (SELECT 1 FROM membership held WHERE held.subscriber = s.id"
    " AND held.list = {list} AND held.state = 'subscribed'{since})"
)
_RECEIVED = (
    "EXISTS (SELECT 1 FROM delivery had WHERE had.subscriber = s.id"
    " AND had.campaign = {campaign} AND had.state IN ('sent', 'unknown', 'in_flight'))"
)
_DIGIT = "[0-9]"
_AROUND = {"is": ("", ""), "starts": ("", "*"), "contains": ("*", "*")}
_FIRST, _LAST = date(1, 1, 3), date(9999, 12, 29)


def _column(name: str) -> str:
    assert re.fullmatch("[a-z_]+", name)  # one of STANDARD, which are columns
    return f"s.{name}"


def _written(name: str) -> str:
    """What stands before the value of an own field that is filled, anywhere in a person's JSON.

    Inside a value each quote has a backslash before it, so this is found nowhere else.
    """
    return f'*"{name}": "'


def _pattern(text: str, alone: Callable[[str], str]) -> str:
    """A pattern that any of a letter's variants fits; `alone` writes one that has none."""
    return "".join(f"[{same}]" if len(same := variants(letter)) > 1 else alone(letter) for letter in text)


def _escaped(letter: str) -> str:
    return f"\\{letter}" if letter in "\\^$.|?*+()[]{}-" else letter


def _globbed(letter: str) -> str:
    return f"[{letter}]" if letter in "*?[" else letter
