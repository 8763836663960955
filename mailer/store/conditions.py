"""A segment as SQL: one condition on the subscriber `s`, in pieces of `clauses`, and values beside them.

SQLite counts a million people in half a second when it reads them in the order of their numbers and lays
beside them, in the same order, who is on a list or has a campaign. So such parts of a segment leave the
condition and follow it as sets; where that cannot be said, they are asked of each person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.segments import tree
from mailer.store.clauses import Apart, Setting, Values
from mailer.store.postgres_clauses import PostgresWriter
from mailer.store.sqlite_clauses import SqliteWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`text` names each of `values`; it is true or false of every subscriber, never unknown."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


ANYBODY = Condition(text="TRUE")


def condition(node: tree.Node, setting: Setting, *, shared: bool, prefix: str = "segment") -> Condition:
    """The condition of a tree; `shared`: for PostgreSQL. KeyError: a campaign that `setting` lacks.

    Two conditions of one statement have values of two prefixes.
    """
    values = Values(prefix)
    writer = (PostgresWriter if shared else SqliteWriter)(values, setting)
    return Condition(text=writer.write(node), values=values.given)


def in_order(node: tree.Node, setting: Setting) -> Condition:
    """For SQLite: a query of the numbers of people on a list of whom a tree is true."""
    values = Values("segment")
    writer = SqliteWriter(values, setting)
    (_, first), *others = _terms(writer, node)
    text = first + "".join(f" {word} {query}" for word, query in others)
    return Condition(text=text, values=values.given)


_Terms = list[tuple[str, str]]  # queries, each after the first with what is done with it, from left to right


def _terms(writer: SqliteWriter, node: tree.Node) -> _Terms:
    match node:
        case tree.Not(tree.Not(part)):
            return _terms(writer, part)
        case tree.Not(tree.AnyOf(parts)):
            return _within_all(writer, tuple(map(tree.Not, parts)))
        case tree.AnyOf(parts):
            return _within_any(writer, parts)
        case tree.All(parts):
            return _within_all(writer, parts)
    return _within_all(writer, (node,))


def _within_any(writer: SqliteWriter, parts: tuple[tree.Node, ...]) -> _Terms:
    rest = tuple(part for part in parts if not isinstance(part, Apart))
    asked = [writer.meant(tree.AnyOf(rest))] if rest else []
    united = [*asked, *(writer.numbers(part) for part in parts if isinstance(part, Apart))]
    return [*(("UNION", query) for query in united), ("INTERSECT", writer.anywhere)]


def _within_all(writer: SqliteWriter, parts: tuple[tree.Node, ...]) -> _Terms:
    kept, left_out = [], []
    rest: list[tree.Node] = []
    for part in parts:
        match part:
            case tree.InList() | tree.Joined() | tree.Received():
                kept.append(writer.numbers(part))
            case tree.Not(tree.InList() | tree.Joined() | tree.Received() as apart):
                left_out.append(writer.numbers(apart))
            case _:
                rest.append(part)
    if not any(isinstance(part, tree.InList | tree.Joined) for part in parts):
        kept.append(writer.anywhere)
    if rest:
        kept.append(writer.meant(tree.All(tuple(rest))))
    return [*(("INTERSECT", query) for query in kept), *(("EXCEPT", query) for query in left_out)]
