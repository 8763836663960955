"""Crossings: two questions whose answers are also stored together, since rows are not linked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mailer.ballots.schema import MOST_CROSSTABS
from mailer.findings import Finding, error
from mailer.toml.document import Document
from mailer.toml.positions import Path
from mailer.toml.table import closest
from mailer.words import Text

_BETWEEN = "×"  # no id of a question holds it
_CROSSED = ("single", "yes-no", "scale")


def crossing_id(one: str, other: str) -> str:
    """The question id of the rows that hold both answers: `avis×site`."""
    return f"{one}{_BETWEEN}{other}"


def crossing_rows(
    crosstabs: Sequence[tuple[str, str]], chosen: Mapping[str, Sequence[str]]
) -> list[tuple[str, str]]:
    """A row for each crossing of which both questions were answered by an option: (its id, both values).

    Own words are never crossed: one recognisable answer would tell the other.
    """
    return [
        (crossing_id(one, other), write_crossing(chosen[one][0], chosen[other][0]))
        for one, other in crosstabs
        if chosen.get(one) and chosen.get(other)
    ]


def write_crossing(one: str, other: str) -> str:
    """Both values as one: a JSON list of two texts, whatever letters they hold."""
    return json.dumps([one, other], ensure_ascii=False)


def read_crossing(value: str) -> tuple[str, str]:
    """The two values that `write_crossing` made one of."""
    one, other = json.loads(value)
    return one, other


def crossing_rules(
    document: Document, crosstabs: Sequence[Any], questions: Sequence[Mapping[str, Any]]
) -> Iterator[Finding]:
    """What is wrong with `crosstabs`."""
    kinds = {question["id"]: question["kind"] for question in questions}
    seen: set[frozenset[str]] = set()
    for at, pair in enumerate(crosstabs):
        path = ("crosstabs", at)
        place = document.place_of(path, value=True)
        if not _is_pair(pair):
            message = Text("a crossing is a list of two questions")
            cure = Text("write {example}", example='["…", "…"]')
            yield error("crosstab-pair", place, message, cure)
            continue
        yield from _questions(document, path, pair, kinds)
        if frozenset(pair) in seen:
            message = Text("this crossing stands twice")
            yield error("crosstab-twice", place, message, Text("keep one of them"))
        seen.add(frozenset(pair))
    if len(crosstabs) > MOST_CROSSTABS:
        place = document.place_of(("crosstabs", MOST_CROSSTABS), value=True)
        message = Text("more than {count} crossings", count=MOST_CROSSTABS)
        cure = Text("keep those you will read: each ties two answers of a person together")
        yield error("crosstab-many", place, message, cure)


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)


def _questions(
    document: Document, path: Path, pair: Sequence[str], kinds: Mapping[str, str | None]
) -> Iterator[Finding]:
    for at, name in enumerate(pair):
        place = document.place_of((*path, at), value=True)
        if name not in kinds:
            guess = closest(name, [one for one in kinds if one])
            cure = Text("did you mean '{guess}'?", guess=guess) if guess else Text("write a question's id")
            yield error("crosstab-unknown", place, Text("no question is called '{id}'", id=name[:60]), cure)
        elif kinds[name] not in (*_CROSSED, None):
            message = Text("'{id}' cannot be crossed: it has more than one answer, or a free one", id=name)
            cure = Text("name a question of the kind {choices}", choices=", ".join(_CROSSED))
            yield error("crosstab-kind", place, message, cure)
    if pair[0] == pair[1]:
        message = Text("a question cannot be crossed with itself")
        place = document.place_of((*path, 1), value=True)
        yield error("crosstab-self", place, message, Text("name another question"))
