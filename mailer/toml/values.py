"""What people write in place of a TOML value, and the value they meant. One rule per habit."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What is wrong with a value; `value` is the right TOML, None when only its author knows it."""

    message: Text
    value: str | None
    advice: Text | None = None


def reads(text: str) -> bool:
    """Whether tomllib accepts `text`."""
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):  # int() refuses 4300 digits with a plain ValueError
        return False
    return True


def remedy(value: str) -> Remedy | None:
    """The first rule whose correction tomllib reads; None if the value is right or past help.

    `value` stands alone: no comment, no comma after it.
    """
    if reads(f"key = {value}"):
        return None
    for rule in _RULES:
        found = rule(value)
        if found and (found.value is None or reads(f"key = {found.value}")):
            return found
    return None


_QUOTES = "\"'“”„«»‘’"
_TAIL = re.compile(r"\s*[,;]?\s*(?:#.*)?$")
_TAIL_OF_WORDS = re.compile(r"\s*[,;]?(?:\s+#(?:\s.*)?)?$")


def split_tail(value: str) -> tuple[str, str]:
    """The value and what follows it on the line: a comma or semicolon, a comment.

    A quoted value ends at the first quote that nothing but a tail follows, so quotes inside it count
    as its own; in unquoted words `#` begins a comment only between spaces ("Grève #1" is a text).
    """
    if value[:1] in _QUOTES:
        for end in range(1, len(value)):
            if value[end] in _QUOTES and _TAIL.match(value, end + 1):
                return value[: end + 1], value[end + 1 :]
    match = _TAIL_OF_WORDS.search(value)
    cut = match.start() if match else len(value)
    return value[:cut], value[cut:]


def quoted(inner: str) -> str:
    """A text between the quotes that need no escape, if there are such."""
    if '"' not in inner and "\\" not in inner:
        return f'"{inner}"'
    if "'" not in inner:
        return f"'{inner}'"
    return '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- the rules, in the order they are tried ------------------------------------

_BOOLEANS = {"yes": "true", "on": "true", "oui": "true", "vrai": "true"}
_BOOLEANS |= {"no": "false", "off": "false", "non": "false", "faux": "false"}
_BOOLEANS |= {"true": "true", "false": "false"}


def _nothing(value: str) -> Remedy | None:
    if value:
        return None
    advice = Text("write a value after =, or remove the line")
    return Remedy(message=Text("a value is missing"), value=None, advice=advice)


def _boolean(value: str) -> Remedy | None:
    right = _BOOLEANS.get(value.casefold())
    return Remedy(message=Text("yes and no are written true and false"), value=right) if right else None


_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(.*)$")


def _date(value: str) -> Remedy | None:
    rest = ""
    if match := _DAY_FIRST.match(value):
        day, month, year = match.groups()
    elif match := _YEAR_FIRST.match(value):
        year, month, day, rest = match.groups()
    else:
        return None
    try:
        right = date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        advice = Text("write year-month-day, such as {example}", example="2026-11-17")
        return Remedy(message=Text("this date does not exist"), value=None, advice=advice)
    message = Text("a date is written year-month-day")
    if reads(f"key = {right}{rest}"):
        return Remedy(message=message, value=right + rest)
    advice = Text("write {example}", example=f"{right}T12:30:00")
    return Remedy(message=Text("this time cannot be read"), value=None, advice=advice)


def _number(value: str) -> Remedy | None:
    if not re.fullmatch(r"0[\d_]+|\d{1,3}(?:\s\d{3})+", value):
        return None
    digits = re.sub(r"[\s_]", "", value).lstrip("0") or "0"
    return Remedy(message=Text("a number is written without spaces or leading zeros"), value=digits)


def _curly(value: str) -> Remedy | None:
    """“…”, «…», ‘…’, or a straight quote at one end and a curly one at the other."""
    if len(value) < 2 or value[0] not in _QUOTES or value[-1] not in _QUOTES:
        return None
    if value[0] in "\"'" and value[-1] in "\"'":
        return None
    inner = value[1:-1]
    if value[0] == "«" or value[-1] == "»":
        inner = inner.strip()
    return Remedy(message=Text("TOML wants straight quotes, not curly ones"), value=quoted(inner))


def _quotes_inside(value: str) -> Remedy | None:
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "\"'":
        return None
    inner = value[1:-1]
    if value[0] not in inner:
        return None
    message = Text("the text holds the same quotes as those around it")
    if value[0] == '"' and "\\" in inner:  # its escapes mean something: keep them
        return Remedy(message=message, value='"' + re.sub(r'(?<!\\)"', r'\\"', inner) + '"')
    return Remedy(message=message, value=quoted(inner))


def _backslash(value: str) -> Remedy | None:
    if len(value) < 2 or not (value[0] == value[-1] == '"') or "\\" not in value:
        return None
    return Remedy(
        message=Text("\\ has a meaning of its own between double quotes"), value=quoted(value[1:-1])
    )


def _unclosed(value: str) -> Remedy | None:
    if value[0] not in _QUOTES or value[0] in value[1:]:
        return None
    return Remedy(message=Text("the text is not closed"), value=quoted(value[1:].rstrip(_QUOTES + " ")))


def _words_after(value: str) -> Remedy | None:
    match = re.fullmatch(r"""(["'])([^"']+)\1\s*([^"']+)""", value)
    if match is None:
        return None
    return Remedy(message=Text("words follow the closing quote"), value=quoted(f"{match[2]} {match[3]}"))


_ITEM = re.compile(
    r"""
      "(?:[^"\\]|\\.)*" | '[^']*'
    | [“„][^“”„]*[”“] | «[^«»]*» | ‘.*?’(?=\s*(?:,|$))
    | [^,;"'“”„«»]+
    """,
    re.VERBOSE,
)


def _array(value: str) -> Remedy | None:
    """A list on one line: each item is cured, commas and the last bracket are put back."""
    if value[0] != "[" or "]" in value[:-1]:
        return None
    items = [item.strip() for item in _ITEM.findall(value.strip("[] \t"))]
    remedies = [(item, remedy(item)) for item in items if item]
    right = "[" + ", ".join((cure.value or "") if cure else item for item, cure in remedies) + "]"
    if not value.endswith("]"):
        return Remedy(message=Text("the list is not closed"), value=right)
    said = [cure.message for _, cure in remedies if cure]
    return Remedy(message=said[0] if said else Text("values in a list are parted by commas"), value=right)


def _words(value: str) -> Remedy | None:
    if value[0] == "{" or '"""' in value or "'''" in value:
        return None
    if value[0] == "[" and not re.match(r"\[[^\[\]]*\]\s*\w", value):  # "[URGENT] Grève" is a text
        return None
    inner = value.strip(_QUOTES + " ")
    return Remedy(message=Text("a text stands between quotes"), value=quoted(inner))


_RULES: tuple[Callable[[str], Remedy | None], ...] = (
    _nothing,
    _boolean,
    _date,
    _number,
    _curly,
    _quotes_inside,
    _backslash,
    _unclosed,
    _words_after,
    _array,
    _words,
)
