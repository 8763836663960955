"""Counting on several processors at once: each part of the people by a connection and a thread of its own.

The interpreter's lock is free while SQLite counts. Everybody's number is in one part, and all parts read one
and the same state: PRAGMA data_version says whether anybody wrote while they began (sqlite.org/pragma.html).
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import pairwise
from pathlib import Path

_LARGE = 8_000  # pages of the file, 32 MB: below it, opening it again takes longer than what it saves
_MOST = 4  # parts
_MAPPED = 2_000_000_000  # bytes of the file that are read as memory, a tenth quicker, while it is counted
_TRIES = 5

Authorizer = Callable[..., int]
Ends = tuple[int, int]


def parts_for(connection: sqlite3.Connection) -> int:
    """How many parts are worth their while for this file, on this machine."""
    [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, _MOST) if pages >= _LARGE else 1


def counted_in_parts(
    path: Path, text: str, values: Mapping[str, object], parts: int, authorizer: Authorizer
) -> int | None:
    """The sum of what a query counts of each part, from the number `:first` to `:last`.

    None: others write so often that no two connections began at the same state.
    """
    with ExitStack() as stack:
        readers = [stack.enter_context(_reader(path)) for _ in range(parts)]
        if not _at_one_state(stack.enter_context(_reader(path)), readers):
            return None
        ends = _ends(readers[0], parts)
        for reader in readers:
            reader.set_authorizer(authorizer)

        def count(reader: sqlite3.Connection, part: Ends) -> int:
            found = reader.execute(text, {**values, "first": part[0], "last": part[1]}).fetchone()
            return int(found[0])

        with ThreadPoolExecutor(parts) as threads:
            return sum(threads.map(count, readers, ends))


def _at_one_state(witness: sqlite3.Connection, readers: list[sqlite3.Connection]) -> bool:
    for _ in range(_TRIES):
        before = witness.execute("PRAGMA data_version").fetchone()
        for reader in readers:
            reader.execute("BEGIN")
            reader.execute("SELECT 1 FROM meta").fetchone()  # from here on, nothing it reads changes
        if witness.execute("PRAGMA data_version").fetchone() == before:
            return True
        for reader in readers:
            reader.execute("ROLLBACK")
    return False


def _ends(reader: sqlite3.Connection, parts: int) -> Iterator[Ends]:
    """Numbers are drawn by a hash: as many of them are in one part as in another."""
    [(most,)] = reader.execute("SELECT coalesce(max(id), 0) FROM subscriber").fetchall()
    edges = [most * at // parts for at in range(parts + 1)]
    return ((first + 1 if first else 0, last) for first, last in pairwise(edges))


@contextmanager
def _reader(path: Path) -> Iterator[sqlite3.Connection]:
    """Reads the file, and closes without a word of what it began."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)) as reader:
        reader.execute(f"PRAGMA mmap_size = {_MAPPED}")
        yield reader
