"""Typed attribute values: what npm mjml 5.4.1 accepts (mjml-core/lib/types), said in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mailer.compose.mjml.rules import COLOURS
from mailer.words import Text

_TYPE = re.compile(r"(\w+)(?:\((.*)\))?(?:\{(\d),(\d)\})?")
_NUMBER = re.compile(r"(-?)(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3}){1,2}"
    r"|rgb\( ?[0-9]{1,3}(?:, ?[0-9]{1,3}){2} ?\)"
    r"|rgba\( ?[0-9]{1,3}(?:, ?[0-9]{1,3}){2}, ?[0-9]?(?:\.[0-9]{1,3})? ?\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """`unit(px,%){1,4}`: family unit, choices px and %, one to four of them."""

    family: str
    choices: tuple[str, ...]
    most: int


def wanted(kind: str, value: str) -> Text | None:
    """What a value of this type should be, when `value` is not; None when it is.

    `kind` is npm's: `string`, `color`, `boolean`, `integer`, `enum(left,right)`, `unit(px,%){1,4}`.
    """
    parsed = _kind(kind)
    return _CHECKS[parsed.family](value, parsed)


@cache
def _kind(text: str) -> _Kind:
    found = _TYPE.fullmatch(text)
    assert found is not None, text
    return _Kind(found[1], tuple((found[2] or "").split(",")), int(found[4] or 1))


def _any(value: str, kind: _Kind) -> Text | None:
    del value, kind
    return None


def _colour(value: str, kind: _Kind) -> Text | None:
    del kind
    good = value in COLOURS or _COLOUR.fullmatch(value)
    return None if good else Text("write a colour such as #1a2b3c, rgb(26,43,60) or white")


def _boolean(value: str, kind: _Kind) -> Text | None:
    del kind
    return None if value in {"true", "false"} else Text("write true or false")


def _integer(value: str, kind: _Kind) -> Text | None:
    del kind
    return None if value.isascii() and value.isdigit() else Text("write a whole number")


def _enum(value: str, kind: _Kind) -> Text | None:
    shown = ", ".join(choice for choice in kind.choices if choice)
    return None if value in kind.choices else Text("write one of: {choices}", choices=shown)


def _lengths(value: str, kind: _Kind) -> Text | None:
    parts = value.split(" ")
    if len(parts) <= kind.most and all(_is_length(part, kind) for part in parts):
        return None
    units = ", ".join(unit for unit in kind.choices if unit)
    if kind.most == 1:
        return Text("write one length, such as 12px (units: {units})", units=units)
    return Text("write 1 to {most} lengths, such as 12px 0px (units: {units})", most=kind.most, units=units)


def _is_length(part: str, kind: _Kind) -> bool:
    number = _NUMBER.match(part)
    if number is None:
        return part == "auto" and "auto" in kind.choices
    unit = part[number.end() :]
    known = unit != "auto" and unit in kind.choices
    return (known or part == "0") and (not number[1] or kind.family == "unitWithNegative")


_CHECKS: dict[str, Callable[[str, _Kind], Text | None]] = {
    "string": _any,
    "color": _colour,
    "boolean": _boolean,
    "integer": _integer,
    "enum": _enum,
    "unit": _lengths,
    "unitWithNegative": _lengths,
}
