"""A TOML document read with its places and every fault of its syntax, not only the first."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from mailer.findings import Finding, Place, error
from mailer.toml.positions import Path, Spot, survey
from mailer.toml.syntax import ASIDE, Mend, mend
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Values and where they stand.

    `text` is what was read at last (faults mended, lines in their place); `unread` names the keys
    that stand in it but could not be read, so that nobody calls them missing; `overlaid` has the
    places of values that came from elsewhere (see `overlay`).
    """

    file: str
    values: dict[str, Any]
    text: str
    spots: Mapping[Path, Spot]
    first_line: int
    unread: frozenset[str] = frozenset()
    overlaid: Mapping[Path, Place] = field(default_factory=dict)

    def place_of(self, path: Path, *, value: bool = False) -> Place:
        """Where the key at `path` stands (or its value), or its nearest known parent."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.overlaid:
                return self.overlaid[path[:size]]
            if spot := self.spots.get(path[:size]):
                return Place(self.file, *(spot.value if value and size == len(path) else spot.key))
        return Place(self.file, self.first_line)

    def place_in(self, path: Path, fragment: str) -> Place:
        """Where `fragment` stands in the value at `path` as it is written; else the value's place."""
        spot = self.spots.get(path)
        if path in self.overlaid or spot is None:
            return self.place_of(path, value=True)
        offset = self.text.find(fragment, *spot.raw)
        if offset < 0:
            return self.place_of(path, value=True)
        line = self.text.count("\n", 0, offset) + 1
        return Place(self.file, line, offset - self.text.rfind("\n", 0, offset))

    def overlay(self, path: tuple[str, ...], value: object, place: Place) -> Self:
        """The document with a value put at `path`, said to stand at `place`."""
        overlaid = {**self.overlaid, path: place}
        return replace(self, values=_with(self.values, path, value), overlaid=overlaid)


def _with(values: Mapping[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    name, *rest = path
    inner = values.get(name)
    below = _with(inner if isinstance(inner, dict) else {}, tuple(rest), value) if rest else value
    return {**values, name: below}


_LONGEST = 256_000  # characters; a questionnaire of a hundred questions is 20,000
_MOST_FAULTS = 20
_DEEPEST = 100  # tomllib takes 46 s over one dotted key of 50,000 parts, and recurses into arrays


def read_document(text: str, file: str, first_line: int = 1) -> tuple[Document | None, list[Finding]]:
    """The values of `text`, a part of `file` that begins at `first_line`, and all faults of syntax.

    tomllib stops at its first fault; each one is mended in memory and the text read again, up to 20
    times. None if it cannot be read even so.
    """
    if len(text) > _LONGEST:
        message = Text("more than {count} characters of TOML", count=_LONGEST)
        cure = Text("keep settings here and put the rest elsewhere")
        return None, [
            Finding(code="file-too-large", place=Place(file, first_line), message=message, cure=cure)
        ]
    text = "\n" * (first_line - 1) + re.sub(r"\r\n?", "\n", text)
    findings: list[Finding] = []
    unread: frozenset[str] = frozenset()
    for _ in range(_MOST_FAULTS + 1):
        chart = survey(text)
        deep = next((spot for path, spot in chart.spots.items() if len(path) > _DEEPEST), None)
        if deep:
            return None, [*findings, _beyond(Place(file, *deep.key))]
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as refusal:
            mended = mend(text, _offset(text, refusal), chart)
            findings.append(_finding(mended, file))
            text, unread = "\n".join(mended.lines), unread | mended.unread
        except ValueError:  # more digits than int() takes (sys.get_int_max_str_digits)
            return None, [*findings, _beyond(_place_of_digits(text, file))]
        else:
            kept = {name: value for name, value in values.items() if not name.startswith(ASIDE)}
            document = Document(
                file=file, values=kept, text=text, spots=chart.spots, first_line=first_line, unread=unread
            )
            return document, list(dict.fromkeys(findings))
    return None, list(dict.fromkeys(findings[:_MOST_FAULTS]))


def _finding(mended: Mend, file: str) -> Finding:
    return error(mended.code, Place(file, mended.line, mended.column), mended.message, mended.cure)


def _offset(text: str, refusal: tomllib.TOMLDecodeError) -> int:
    """Where tomllib stopped: said only in its message before Python 3.14."""
    match = re.search(r"\(at line (\d+), column (\d+)\)$", str(refusal))
    if match is None:
        return len(text)
    line, column = int(match[1]), int(match[2])
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _beyond(place: Place) -> Finding:
    message = Text("this value is too large or nested too deeply")
    return error("toml-syntax", place, message, Text("write a smaller one"))


def _place_of_digits(text: str, file: str) -> Place:
    match = re.search(r"[\d_]{4300,}", text)
    offset = match.start() if match else 0
    return Place(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
