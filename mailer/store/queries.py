"""The named statements of queries.sql."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

_NAMED = re.compile(r"^-- name: (\w+)\n((?:--.*\n)*)((?:(?!^-- name: ).*\n)*)", re.MULTILINE)
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
def repeated(name: str, count: int) -> str:
    """A statement whose `VALUES EACH (…)` stands `count` times, its names ending in _0, _1…

    Many rows in one statement: each call of SQLite from a thread gives up the interpreter's lock, and
    waits up to 5 ms to have it back while the event loop is busy.
    """
    before, row, after = _each(queries()[name])
    rows = (re.sub(r":(\w+)", rf":\1_{at}", row) for at in range(count))
    return f"{before}VALUES {', '.join(rows)}{after}"


def numbered(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The values for `repeated`, each row's under names ending in its number; the rows have the same keys.

    Three times a message: 1 µs a row, where writing the names anew each time takes 3.
    """
    names = _numbered(tuple(rows[0]), len(rows))
    return dict(zip(names, chain.from_iterable(row.values() for row in rows), strict=True))


@lru_cache(maxsize=4096)
def _numbered(keys: tuple[str, ...], count: int) -> tuple[str, ...]:
    return tuple(f"{key}_{at}" for at in range(count) for key in keys)


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
