"""Faults no single key of a questionnaire shows: what a kind does not use, ids, and what leads to others."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.ballots.conditions import condition_rules
from mailer.ballots.crossings import crossing_rules
from mailer.ballots.emailing import email_rules
from mailer.ballots.limits import limit_rules
from mailer.ballots.options import option_rules, row_rules
from mailer.ballots.size import size_rules
from mailer.findings import Finding, error
from mailer.toml.document import Document
from mailer.toml.positions import Path
from mailer.words import Text

USES: Mapping[str, frozenset[str]] = {
    "single": frozenset({"options", "other"}),
    "multiple": frozenset({"options", "other", "max"}),
    "yes-no": frozenset(),
    "scale": frozenset({"min", "max", "labels"}),
    "number": frozenset({"min", "max"}),
    "rank": frozenset({"options", "max"}),
    "matrix": frozenset({"options", "rows"}),
    "text": frozenset({"max"}),
}
"""The keys each kind uses beside those of every question."""

_OWN = ("options", "other", "rows", "min", "max", "labels")


def rules(document: Document, values: Mapping[str, Any]) -> Iterator[Finding]:
    """The faults between keys of validated values."""
    if not values["question"] and "question" not in document.values and "question" not in document.unread:
        cure = Text("write {example}, then its id, kind and text", example="[[question]]")
        yield error("no-question", document.place_of(()), Text("this questionnaire asks nothing"), cure)
    questions = tuple((_path(document, at), one) for at, one in enumerate(values["question"]))
    yield from _same_ids(document, questions)
    for path, question in questions:
        if question["kind"] is not None:
            yield from _question(document, question, path)
    yield from email_rules(document, questions)
    yield from condition_rules(document, questions)
    yield from crossing_rules(document, values["crosstabs"], [one for _path_, one in questions])
    yield from size_rules(document, questions)


def _path(document: Document, at: int) -> Path:
    """Where the question number `at` (from 0) stands: a single table may stand for an array of one."""
    alone = isinstance(document.values.get("question"), dict)
    return ("question",) if alone else ("question", at)


def _same_ids(document: Document, questions: tuple[tuple[Path, Mapping[str, Any]], ...]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, question in questions:
        name = question["id"]
        if name in seen:
            place = document.place_of((*path, "id"), value=True)
            message = Text("two questions are called '{id}'", id=name)
            yield error("duplicate-question", place, message, Text("give each its own id"))
        if name is not None:
            seen.add(name)


def _question(document: Document, question: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    kind, given = question["kind"], _given(document, path)
    for name in _OWN:
        if name in given and name not in USES[kind]:
            message = Text("a question of the kind '{kind}' does not use '{key}'", kind=kind, key=name)
            cure = Text("remove the line, or write another kind")
            yield error("unused-key", document.place_of((*path, name)), message, cure)
    if "options" in USES[kind]:
        yield from option_rules(document, kind, given, path)
    if "rows" in USES[kind]:
        yield from row_rules(document, given, path)
    yield from limit_rules(document, question, given, path)


def _given(document: Document, path: Path) -> Mapping[str, Any]:
    found: Any = document.values
    for step in path:
        found = found[step]
    return found if isinstance(found, dict) else {}
