"""Segments judged once more, in plain Python, by another hand than the SQL's."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from zoneinfo import ZoneInfo

from mailer.segments import tree

ORDERS = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody: filled fields, lists with the instant they joined, campaigns with what became of them."""

    fields: Mapping[str, str]
    lists: Mapping[str, datetime] = field(default_factory=dict)
    had: Mapping[str, str] = field(default_factory=dict)


def is_meant(node: tree.Node, one: Known, today: date, zone: str) -> bool:
    """Whether a segment means somebody."""
    match node:
        case tree.All(parts):
            return all(is_meant(part, one, today, zone) for part in parts)
        case tree.AnyOf(parts):
            return any(is_meant(part, one, today, zone) for part in parts)
        case tree.Not(part):
            return not is_meant(part, one, today, zone)
        case tree.InList(name):
            return name in one.lists
        case tree.Joined(name, order, day):
            joined = one.lists.get(name)
            local = joined.astimezone(ZoneInfo(zone)).date() if joined else None
            return local is not None and ORDERS[order](local, day.on(today))
        case tree.Received(slug):
            return one.had.get(slug) in ("sent", "unknown", "in_flight")
        case tree.Filled(name):
            return bool(one.fields.get(name))
        case tree.Agrees(name, yes):
            return one.fields.get(name) == ("yes" if yes else "no")
        case tree.Says(name, manner, text):
            said, wanted = plain(one.fields.get(name, "")), plain(text)
            return {"is": said == wanted, "starts": said.startswith(wanted), "contains": wanted in said}[
                manner
            ]
        case tree.Counts(name, order, number):
            value = one.fields.get(name, "")
            shaped = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value)
            return bool(shaped) and len(value) <= 15 and ORDERS[order](Decimal(value), Decimal(number))
        case tree.Dates(name, order, day):
            value = one.fields.get(name, "")
            shaped = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
            return bool(shaped) and ORDERS[order](value, day.on(today).isoformat())
    raise AssertionError(node)


def plain(text: str) -> str:
    """Without case, accents or the slant of apostrophes."""
    return "".join(map(_letter, text.replace("\u2019", "'")))


def _letter(letter: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return bare.lower() if len(bare) == 1 and bare.isascii() and bare.isalpha() else letter.lower()
