"""A segment's statement on SQLite: it reads what segments speak of, and does nothing else.

Its text is put together from our own pieces (see `conditions.py`); should that ever fail, SQLite itself
refuses the statement. It asks while it reads the text, not for each row.
"""

import sqlite3
from collections.abc import Mapping

_READ = frozenset({"subscriber", "membership", "suppression", "delivery", "wave_list"})
_CALLED = frozenset({"count", "min", "glob", "like", "instr", "substr", "json_extract", "length", "ltrim"})


def only_reads(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """What a segment's statement may do (sqlite.org/c3ref/set_authorizer.html): read these tables."""
    match action:
        case sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        case sqlite3.SQLITE_READ if first in _READ:
            return sqlite3.SQLITE_OK
        case sqlite3.SQLITE_FUNCTION if second in _CALLED:
            return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def reading_alone(connection: sqlite3.Connection, text: str, values: Mapping[str, object]) -> sqlite3.Cursor:
    """Run a segment's statement, which SQLite refuses if it would do anything else."""
    connection.set_authorizer(only_reads)
    try:
        return connection.execute(text, values)
    finally:
        connection.set_authorizer(None)
