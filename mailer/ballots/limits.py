"""`min` and `max` of a question: what they are when absent, and what they cannot be for its kind."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.ballots.schema import LONGEST_TEXT, STEPS
from mailer.findings import Finding, error
from mailer.toml.document import Document
from mailer.toml.positions import Path
from mailer.words import Text

_LARGEST = 1_000_000  # a number without `max`
_FARTHEST_STEP = 100  # from zero, of a scale


def limits(values: Mapping[str, Any]) -> tuple[int, int]:
    """`min` and `max` of a question's validated values, as its kind understands them when they are absent."""
    low, high = values["min"], values["max"]
    match values["kind"]:
        case "scale":
            low = 1 if low is None else low
            return low, 5 if high is None else high
        case "number":
            low = 0 if low is None else low
            return low, max(low, _LARGEST) if high is None else high
        case "multiple":
            return 0, high or len(values["options"]) + values["other"]
        case "rank":
            return 1, high or len(values["options"])
        case "text":
            return 0, high or 1000
        case _:
            return 0, 1


def limit_rules(
    document: Document, values: Mapping[str, Any], given: Mapping[str, Any], path: Path
) -> Iterator[Finding]:
    """What is wrong with the limits of one question at `path`; `given` is what the file holds of it."""
    match values["kind"]:
        case "scale":
            yield from _scale(document, values, given, path)
        case "number":
            yield from _number(document, values, path)
        case "text":
            yield from _most(document, values, path, LONGEST_TEXT)
        case "multiple" | "rank":
            choices = len(values["options"]) + values["other"]
            if choices >= 2:  # else that was said
                yield from _most(document, values, path, choices)


def _most(document: Document, values: Mapping[str, Any], path: Path, high: int) -> Iterator[Finding]:
    if values["max"] is not None and not 1 <= values["max"] <= high:
        cure = Text("write a number from {low} to {high}", low=1, high=high)
        yield _bad(document, (*path, "max"), values["max"], cure)


def _number(document: Document, values: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    low, high = limits(values)
    if low >= high:
        cure = Text("write a number over {low}", low=low)
        yield _bad(document, (*path, "max"), high, cure)


def _scale(
    document: Document, values: Mapping[str, Any], given: Mapping[str, Any], path: Path
) -> Iterator[Finding]:
    low, high = limits(values)
    if abs(low) > _FARTHEST_STEP:
        cure = Text("write a number from {low} to {high}", low=-_FARTHEST_STEP, high=_FARTHEST_STEP)
        yield _bad(document, (*path, "min"), low, cure)
        return
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
