"""A database as a set of tables, whatever they mean: for copying, comparing and measuring.

Statements are made from the names that the database itself gives; both drivers understand them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from mailer.store.driver import Row

PAGE = 5000  # rows read, or written, at a time
_BEFORE = ("campaign", "consent_text")  # others refer to these
META = "meta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A table: its columns in their order, and those of its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    def key_of(self, row: Row) -> Row:
        """The part of a row that tells it from all others."""
        return tuple(row[self.columns.index(name)] for name in self.key)


class Tables:
    """The tables of one database; each driver has its own way of running what is asked."""

    mark = "?"  # of a value

    def _ask(self, text: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        raise NotImplementedError

    def shapes(self) -> list[Shape]:
        """Each table, those that others refer to first, the database's own notes last."""
        raise NotImplementedError

    def pour(self, shape: Shape, rows: Sequence[Row]) -> None:
        """Write rows into a table that has none of them, within the open transaction."""
        raise NotImplementedError

    def freeze(self) -> None:
        """Until the open transaction ends, nobody else writes."""
        raise NotImplementedError

    def size(self) -> int:
        """Bytes on disk."""
        raise NotImplementedError

    def empty(self, shape: Shape) -> None:
        """Take every row out of a table, within the open transaction."""
        self._ask(f'DELETE FROM "{shape.name}"')  # noqa: S608  the database's own names

    def count(self, shape: Shape) -> int:
        """How many rows a table has."""
        [(count,)] = self._ask(f'SELECT count(*) FROM "{shape.name}"')  # noqa: S608
        return int(count)

    def last_key(self, shape: Shape) -> Row | None:
        """The greatest key of a table."""
        key = _listed(shape.key)
        order = ", ".join(f"{name} DESC" for name in key.split(", "))
        text = f'SELECT {key} FROM "{shape.name}" ORDER BY {order} LIMIT 1'  # noqa: S608
        return next(iter(self._ask(text)), None)

    def page(self, shape: Shape, after: Row | None) -> list[Row]:
        """The next rows behind the key `after`, in the order of keys."""
        key = _listed(shape.key)
        behind = f"WHERE ({key}) > ({', '.join([self.mark] * len(shape.key))})" if after is not None else ""
        text = (
            f'SELECT {_listed(shape.columns)} FROM "{shape.name}" {behind} '  # noqa: S608
            f"ORDER BY {key} LIMIT {PAGE}"
        )
        return [tuple(map(storable, row)) for row in self._ask(text, after or ())]

    def pages(self, shape: Shape, after: Row | None = None) -> Iterator[list[Row]]:
        """All rows behind `after`, by portions."""
        while rows := self.page(shape, after):
            yield rows
            after = shape.key_of(rows[-1])

    def digest(self, shape: Shape, upto: Row | None = None) -> str:
        """Of every row, or of those whose key is at most `upto`: the same for the same rows on any driver."""
        made = blake2b(digest_size=16)
        for rows in self.pages(shape):
            for row in rows:
                if upto is not None and shape.key_of(row) > upto:
                    return made.hexdigest()
                made.update(repr(row).encode())
        return made.hexdigest()


def storable(value: Any) -> Any:
    """A value as both databases can hold it: PostgreSQL keeps no NUL in a text."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def in_order(shapes: Sequence[Shape]) -> list[Shape]:
    """Those that others refer to first, the notes last."""
    return sorted(shapes, key=lambda shape: (shape.name == META, shape.name not in _BEFORE, shape.name))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
