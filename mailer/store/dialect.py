"""PostgreSQL's dialect: the one text of queries.sql and of the schema, as psycopg takes it."""

import re
from functools import cache

from mailer.store.queries import names_of, queries, repeated

# What SQLite reads as a comment: a lock, where several senders work at the same time.
_ONLY_HERE = re.compile(r"/\* PostgreSQL: (.+?) \*/")
_ONLY_THERE = re.compile(r" INDEXED BY \w+")  # PostgreSQL counts its rows, and finds the index by itself
_TOKEN = re.compile(r"'(?:[^']|'')*'|::|:(\w+)|%")
_INSERT = re.compile(r"INSERT INTO (\w+) \((.+?)\)\s*VALUES \((.+?)\)\s*(ON CONFLICT .+)?", re.DOTALL)
_TYPE = re.compile(r"\bTEXT\b")


@cache
def statement(name: str, count: int = 0) -> str:
    """The statement of this name, its `VALUES EACH` row standing `count` times."""
    return spoken(repeated(name, count) if count else queries()[name])


def spoken(text: str) -> str:
    """The same of a text that was put together: see `conditions`."""
    return _placed(_ONLY_THERE.sub("", _ONLY_HERE.sub(r"\1", text)))


def _placed(text: str) -> str:
    """`:name` as `%(name)s`; a `%` of the text doubled; strings and casts left as they are."""

    def one(match: re.Match[str]) -> str:
        return f"%({match[1]})s" if match[1] else match[0].replace("%", "%%")

    return _TOKEN.sub(one, text)


def is_plain(name: str) -> bool:
    """Whether it is an INSERT of one row and nothing more.

    With ON CONFLICT, one command may not touch a row twice: those are run row by row.
    """
    found = _INSERT.fullmatch(queries()[name])
    return found is not None and not found[4]


@cache
def copied(name: str) -> tuple[str, tuple[str, ...]]:
    """An INSERT of one row as one from the table `bulk_<name>`; its columns, which are the values."""
    found = _INSERT.fullmatch(queries()[name])
    assert found is not None
    names = names_of(name)
    values = re.sub(r":(\w+)", r"given.\1", found[3])
    text = f"INSERT INTO {found[1]} ({found[2]}) SELECT {values} FROM bulk_{name} AS given"  # noqa: S608  ours
    return f"{text} {found[4] or ''}".rstrip(), names


def as_schema(statements: str) -> str:
    """A migration's text: texts are compared byte by byte, as in SQLite, whatever the cluster's language."""
    return _TYPE.sub('TEXT COLLATE "C"', statements)
