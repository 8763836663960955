"""Faults no single key of a questionnaire shows: what its kind does not use, options, limits, ids."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.ballots.schema import LONGEST_OPTION, MOST_OPTIONS, STEPS
from mailer.findings import Finding, Place, error
from mailer.toml.document import Document
from mailer.toml.positions import Path
from mailer.words import Text

# The keys each kind uses beside those of every question.
_USES: Mapping[str, frozenset[str]] = {
    "single": frozenset({"options", "other"}),
    "multiple": frozenset({"options", "other", "max"}),
    "scale": frozenset({"min", "max", "labels"}),
    "text": frozenset({"max"}),
}
_OWN = ("options", "other", "min", "max", "labels")
_MOST_FIELDS = 900  # of one form; the site reads 1,000
_MOST_LETTERS = (
    20_000  # of one form's free words: each may take twelve bytes on its way, the site reads 256 KB
)


def rules(document: Document, values: Mapping[str, Any]) -> Iterator[Finding]:
    """The faults between keys of validated values."""
    if values["mode"] != "open":
        message = Text("this version does not obey '{key}' as written here", key="mode")
        cure = Text("write {example}", example='mode = "open"')
        yield error("not-yet", document.place_of(("mode",), value=True), message, cure)
    questions = values["question"]
    if not questions and "question" not in document.values and "question" not in document.unread:
        cure = Text("write {example}, then its id, kind and text", example="[[question]]")
        yield error("no-question", document.place_of(()), Text("this questionnaire asks nothing"), cure)
    yield from _same_ids(document, questions)
    for at, question in enumerate(questions):
        yield from _question(document, question, path_of(document, at))
    yield from _size(document, questions)


def path_of(document: Document, at: int) -> Path:
    """Where the question number `at` (from 0) stands: a single table may stand for an array of one."""
    alone = isinstance(document.values.get("question"), dict)
    return ("question",) if alone else ("question", at)


def _same_ids(document: Document, questions: tuple[Mapping[str, Any], ...]) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, question in enumerate(questions):
        name = question["id"]
        if name in seen:
            place = document.place_of((*path_of(document, at), "id"), value=True)
            message = Text("two questions are called '{id}'", id=name)
            yield error("duplicate-question", place, message, Text("give each its own id"))
        if name is not None:
            seen.add(name)


def _question(document: Document, question: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    kind = question["kind"]
    given = _given(document, path)
    if kind is None:
        return
    if kind not in _USES:
        message = Text("questions of the kind '{kind}' are not asked by this version", kind=kind)
        cure = Text("write {choices}", choices=", ".join(_USES))
        yield error("not-yet", document.place_of((*path, "kind"), value=True), message, cure)
        return
    for name in _OWN:
        if name in given and name not in _USES[kind]:
            message = Text("a question of the kind '{kind}' does not use '{key}'", kind=kind, key=name)
            cure = Text("remove the line, or write another kind")
            yield error("unused-key", document.place_of((*path, name)), message, cure)
    if "options" in _USES[kind]:
        yield from _options(document, question, path)
    if kind == "multiple":
        yield from _most_choices(document, question, path)
    if kind == "scale":
        yield from _scale(document, question, path)


def _given(document: Document, path: Path) -> Mapping[str, Any]:
    found: Any = document.values
    for step in path:
        found = found[step]
    return found if isinstance(found, dict) else {}


def _options(document: Document, question: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    given = _given(document, path).get("options")
    place = document.place_of((*path, "options"))
    if given is None and "options" in document.unread:
        return
    if given is None or (isinstance(given, list) and len(given) < 2):
        message = Text("this question offers fewer than two answers")
        example = 'options = ["…", "…"]'
        yield error("options", place, message, Text("write {example}", example=example))
    if isinstance(given, list) and len(given) > MOST_OPTIONS:
        message = Text("this question offers more than {count} answers", count=MOST_OPTIONS)
        yield error("options", place, message, Text("ask for it in free words, or split the question"))
    yield from _same_options(document, given, (*path, "options"))


def _same_options(document: Document, given: object, path: Path) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, option in enumerate(given if isinstance(given, list) else ()):
        name = " ".join(option.casefold().split()) if isinstance(option, str) else ""
        if name and name in seen:
            message = Text("the answer '{option}' stands twice", option=option[:LONGEST_OPTION])
            place = document.place_of((*path, at), value=True)
            yield error("options", place, message, Text("keep one of them"))
        seen.add(name)


def _most_choices(document: Document, question: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    choices = len(question["options"]) + question["other"]
    if question["max"] is not None and choices >= 2 and question["max"] > choices:
        cure = Text("write a number from {low} to {high}", low=1, high=choices)
        yield _bad(document, (*path, "max"), question["max"], cure)


def _scale(document: Document, question: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    low = 1 if question["min"] is None else question["min"]
    high = 5 if question["max"] is None else question["max"]
    given = _given(document, path)
    if not low < high < low + STEPS:
        cure = Text("write a number from {low} to {high}", low=low + 1, high=low + STEPS - 1)
        if "max" in given:
            yield _bad(document, (*path, "max"), high, cure)
        else:
            message = Text("this scale ends at {high}, before it begins or too far from it", high=high)
            cure = Text("write {example}", example=f"max = {low + 4}")
            yield error("bad-value", document.place_of((*path, "min"), value=True), message, cure)
        return
    steps = high - low + 1
    labels = given.get("labels")
    if isinstance(labels, list) and labels and len(labels) not in (2, steps):
        message = Text("a scale of {steps} steps has 2 labels, for its ends, or {steps}", steps=steps)
        cure = Text("write {example}", example='labels = ["…", "…"]')
        yield error("bad-value", document.place_of((*path, "labels"), value=True), message, cure)


def _bad(document: Document, path: Path, value: int, cure: Text) -> Finding:
    message = Text("'{key}' cannot be '{value}'", key=str(path[-1]), value=value)
    return error("bad-value", document.place_of(path, value=True), message, cure)


def _size(document: Document, questions: tuple[Mapping[str, Any], ...]) -> Iterator[Finding]:
    """Whatever people answer must fit into one form."""
    fields = letters = 0
    for at, question in enumerate(questions):
        fields += len(question["options"]) + 2 if question["kind"] == "multiple" else 2
        letters += LONGEST_OPTION if question["other"] else 0
        letters += (question["max"] or 1000) if question["kind"] == "text" else 0
        if fields > _MOST_FIELDS or letters > _MOST_LETTERS:
            yield _too_large(document.place_of(path_of(document, at)))
            return


def _too_large(place: Place) -> Finding:
    message = Text("from this question on, the questionnaire is longer than one form can carry")
    cure = Text("ask less, or give the free words a smaller max")
    return error("questionnaire-size", place, message, cure)
