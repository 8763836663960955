"""The named statements of queries.sql."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

_NAMED = re.compile(r"^-- name: (\w+)\n((?:--.*\n)*)((?:(?!^-- name: ).*\n)*)", re.MULTILINE)
_NAME = re.compile(r":(\w+)")
_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)


@cache
def queries() -> dict[str, str]:
    """Each statement under its name."""
    text = files("mailer.store").joinpath("queries.sql").read_text(encoding="utf-8")
    found = {}
    for name, _sentence, body in _NAMED.findall(text):
        assert name not in found, f"{name} stands twice in queries.sql"
        found[name] = _COMMENT.sub("", body).strip().removesuffix(";")
    return found


@cache
def names_of(name: str) -> tuple[str, ...]:
    """The values that a statement wants, each once, in the order in which it first names them."""
    return tuple(dict.fromkeys(_NAME.findall(queries()[name])))


@cache
def ordered(name: str) -> str:
    """A statement whose values come in the order of `names_of` (sqlite.org/lang_expr.html#varparam)."""
    places = {key: f"?{at}" for at, key in enumerate(names_of(name), 1)}
    return _NAME.sub(lambda found: places[found[1]], queries()[name])


SEGMENT = "TRUE /* SEGMENT */"  # where a condition on the subscriber `s` may stand
MEANT = "SELECT s.id FROM subscriber s WHERE TRUE /* MEANT */"  # where a query of numbers, in their order


def narrowed(name: str, condition: str) -> str:
    """A statement of those for whom a condition holds (see `conditions`); it has a place for one."""
    text = queries()[name]
    before, place, after = text.partition(MEANT if MEANT in text else SEGMENT)
    assert place, f"{name} has no place for a segment"
    assert place not in after, f"{name} has two places for a segment"
    return f"{before}{condition}{after}"


@cache
def repeated(name: str, count: int) -> str:
    """A statement whose `VALUES EACH (…)` stands `count` times, its names ending in _0, _1…

    Many rows in one statement: each call of SQLite from a thread gives up the interpreter's lock, and
    waits up to 5 ms to have it back while the event loop is busy.
    """
    before, row, after = _each(queries()[name])
    rows = (_NAME.sub(rf":\1_{at}", row) for at in range(count))
    return f"{before}VALUES {', '.join(rows)}{after}"


def numbered(name: str, rows: Sequence[Sequence[object]]) -> dict[str, object]:
    """The values for `repeated`, each under its name; a row's are in the order in which EACH names them."""
    return dict(zip(_numbered(name, len(rows)), chain.from_iterable(rows), strict=True))


@cache
def _numbered(name: str, count: int) -> tuple[str, ...]:
    keys = _NAME.findall(_each(queries()[name])[1])
    return tuple(f"{key}_{at}" for at in range(count) for key in keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A statement for many rows whose values have places instead of names: those common to all rows that
    stand before them, the rows', those that stand after."""

    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def values(self, rows: Sequence[Sequence[object]], common: Mapping[str, object]) -> list[object]:
        """Of the statement, in their places."""
        values = [common[name] for name in self.before]
        values.extend(chain.from_iterable(rows))
        values.extend([common[name] for name in self.after])
        return values


@cache
def placed(name: str, count: int) -> Placed:
    """`repeated` for a driver that finds places faster than names: it saves 1.5 µs a row."""
    before, _, after = _each(queries()[name])
    return Placed(
        text=_NAME.sub("?", repeated(name, count)),
        before=tuple(_NAME.findall(before)),
        after=tuple(_NAME.findall(after)),
    )


def _each(text: str) -> tuple[str, str, str]:
    """Before the row, the row in its brackets, after it."""
    before, _, rest = text.partition("VALUES EACH ")
    depth = 0
    for at, letter in enumerate(rest):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return before, rest[: at + 1], rest[at + 1 :]
    raise AssertionError("VALUES EACH without its brackets")


@cache
def migrations() -> list[tuple[int, str]]:
    """The numbered texts of schema/: (version, statements), oldest first."""
    folder = files("mailer.store") / "schema"
    return sorted(
        (int(path.name.partition(".")[0]), path.read_text(encoding="utf-8")) for path in folder.iterdir()
    )
