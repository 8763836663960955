"""What a segment says, once read: conditions on one person, joined by and, or, not.

Every condition is true or false of everybody: an empty field is simply not equal to anything.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Order = Literal["=", "<", "<=", ">", ">="]
Manner = Literal["is", "starts", "contains"]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, or one told from today: `today - 6 months`."""

    fixed: date | None = None
    months: int = 0
    days: int = 0

    def on(self, today: date) -> date:
        """Which day it is when today is `today`; months end with their last day, and so does the calendar."""
        if self.fixed is not None:
            return self.fixed
        count = today.year * 12 + today.month - 1 + self.months
        year, month = min(max(count // 12, date.min.year), date.max.year), count % 12 + 1
        last = calendar.monthrange(year, month)[1]
        moved = date(year, month, min(today.day, last)).toordinal() + self.days
        return date.fromordinal(min(max(moved, date.min.toordinal()), date.max.toordinal() - 1))


@dataclass(frozen=True, slots=True)
class Says:
    """A text field is, starts with, or contains a text: whatever the case and the accents."""

    field: str
    manner: Manner
    text: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A field says something."""

    field: str


@dataclass(frozen=True, slots=True)
class Counts:
    """A number field, against a number in plain digits: `-12`, `17.5`."""

    field: str
    order: Order
    number: str


@dataclass(frozen=True, slots=True)
class Dates:
    """A date field, against a day."""

    field: str
    order: Order
    day: Day


@dataclass(frozen=True, slots=True)
class Agrees:
    """A yes-no field says yes, or no."""

    field: str
    yes: bool


@dataclass(frozen=True, slots=True)
class InList:
    """Who is subscribed to a list now."""

    list: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Who is subscribed to a list, since a day that stands in this order to another."""

    list: str
    order: Order
    day: Day


@dataclass(frozen=True, slots=True)
class Received:
    """Who has a campaign, or may have it: the server took it, or its reply was lost."""

    campaign: str  # its slug


@dataclass(frozen=True, slots=True)
class Not:
    """Everybody else."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """Those of whom every part is true."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Those of whom at least one part is true."""

    parts: "tuple[Node, ...]"


Node = Says | Filled | Counts | Dates | Agrees | InList | Joined | Received | Not | All | AnyOf


def leaves(node: Node) -> Iterator[Node]:
    """The conditions of a tree, as they were written."""
    match node:
        case Not(part):
            yield from leaves(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield node


def campaigns(node: Node) -> list[str]:
    """The slugs of the campaigns it asks about, each once."""
    return list(dict.fromkeys(leaf.campaign for leaf in leaves(node) if isinstance(leaf, Received)))


def next_day(day: date) -> date:
    """The day after, or the last of the calendar."""
    return day + timedelta(days=1) if day < date.max else day
