"""Answers mixed with one another, so that their place in a file does not tell who came last.

A page of a file keeps what came last at its end, so that who reads the file once could tell one person's rows
from all others. The latest rows therefore lie among thousands, and are written anew with each answer, in the
same transaction; when they are too many for that, all are mixed with the older ones.
"""

from mailer.store.boxes import LATEST, Box

_LATEST = 2000  # rows written anew with each answer (3 to 6 ms); mixed, half as many are left
_FEW, _BATCH = 500, 50  # people whose rows bear their member: all are written anew, then now and then


def mix(box: Box) -> bool:
    """Whether the latest rows became too many. They go to the older ones then, and half as many, drawn by lot
    of all there are, come back: which lie where tells at most that a row may be one of the latest."""
    found = False
    for table, key in LATEST.items():
        [(rows,)] = box.ask(f"SELECT count(*) FROM {table}")  # noqa: S608  ours
        if rows > _LATEST:
            found = True
            box.ask(f"INSERT INTO older_{table} SELECT * FROM {table}")  # noqa: S608
            box.ask(f"DELETE FROM {table}")  # noqa: S608
            drawn = f"SELECT * FROM older_{table} ORDER BY random() LIMIT ?"  # noqa: S608
            box.ask(f"INSERT INTO {table} {drawn}", [_LATEST // 2])
            box.ask(f"DELETE FROM older_{table} WHERE {key} IN (SELECT {key} FROM {table})")  # noqa: S608
    return found


def is_time(people: int) -> bool:
    """Whether all rows are to be written anew, where they bear their member and so many have answered."""
    return people <= _FEW or people % _BATCH == 0
