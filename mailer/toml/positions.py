"""Where each key and value of a TOML document stands: tomllib gives values, this gives places.

The scanner is loose: it need only agree with tomllib on documents tomllib accepts (fuzzed); on any
other it stops where it is lost, without error. Nothing recurses, so nesting cannot exhaust the stack.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]  # keys of tables and indexes of arrays: ("question", 0, "id")


def dotted(path: Path) -> str:
    """A path as people write it; elements are counted from 1: `question[1].id`."""
    parts = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return parts.removeprefix(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Places of one key and its value, as (line, column) from 1; `raw` is the value's slice of the text.

    An element has its value's place for key; a table named by a header or a dotted key, its name's
    place for both and an empty slice.
    """

    key: tuple[int, int]
    value: tuple[int, int]
    raw: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One header or `key = value`: its slice of the text (`end` past its newline) and what it defines."""

    start: int
    end: int
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All the scanner saw; `lost` is where the statement begins that it could not follow."""

    spots: Mapping[Path, Spot]
    statements: tuple[Statement, ...]
    lost: int | None


def scan(text: str) -> Mapping[Path, Spot]:
    """The spot of every key and element of `text`; what comes before the first fault if it has one."""
    return survey(text).spots


def survey(text: str) -> Survey:
    """The spots and statements of `text`. Never fails."""
    scanner = _Scanner(text)
    lost = scanner.run()
    return Survey(spots=scanner.spots, statements=tuple(scanner.statements), lost=lost)


# The paths of a hostile file, nested 10^5 deep, would take memory as the square of its size.
_STEPS = 5_000_000  # 40 MB; a megabyte of honest TOML takes under a million

# No possessive groups (tests/test_patterns.py); these cannot match in two ways, so they need none.
_BLANKS = re.compile(r"[ \t\r\n]*+(?:#[^\n]*+[ \t\r\n]*+)*")
_SPACES = re.compile(r"[ \t]*+")
_LINE_END = re.compile(r"[ \t]*+(?:#[^\n]*)?(?:\r?\n|\Z)")
_KEY = re.compile(r"""[A-Za-z0-9_-]++ | "[^"\\\n]*+(?:\\.[^"\\\n]*+)*" | '[^'\n]*+'""", re.VERBOSE)
_SCALAR = re.compile(
    r"""
      \"{3} [^"\\]*+ (?: (?:\\[\s\S]|"(?!"")) [^"\\]*+ )* \"{3,5}  # two quotes may touch the closing ones
    | '{3} [\s\S]*? '{3,5}
    | "[^"\\\n]*+(?:\\.[^"\\\n]*+)*"
    | '[^'\n]*+'
    | \d{4}-\d\d-\d\d[ ]\d\d:[^\s,\[\]{}#"'=]++          # a date and a time may be parted by a space
    | [^\s,\[\]{}#"'=]++
    """,
    re.VERBOSE,
)


class _LostError(Exception):
    """The text is not TOML from here on."""


@dataclass(slots=True)
class _Open:
    """An array or inline table whose end is still to come."""

    path: Path
    key: int
    start: int
    closer: str
    items: int = 0


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line_starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
        self.spots: dict[Path, Spot] = {}
        self.statements: list[Statement] = []
        self.base: Path = ()
        self.sizes: dict[Path, int] = {}  # of the arrays of tables
        self.steps = _STEPS

    def run(self) -> int | None:
        """Scan to the end, or to the statement whose start is returned."""
        self._take(_BLANKS)
        while self.at < len(self.text):
            start = self.at
            try:
                path = self._header() if self.text[start] == "[" else self._key_and_value()
                self._take(_LINE_END)
            except _LostError:
                return start
            self.statements.append(Statement(start=start, end=self.at, path=path))
            self._take(_BLANKS)
        return None

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`: what follows belongs to it."""
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        parts = self._key()
        self._expect("]" * brackets)
        path: Path = ()
        for name, offset in parts[:-1]:
            path = self._last_table((*path, name), offset)
        name, offset = parts[-1]
        path = (*path, name)
        self._record(path, offset, (offset, offset))
        if brackets == 2:
            self.sizes[path] = self.sizes.get(path, 0) + 1
        self.base = self._last_table(path, offset)
        return path

    def _last_table(self, path: Path, offset: int) -> Path:
        """`path`, or its last element if it is an array of tables."""
        self._record(path, offset, (offset, offset))
        if path in self.sizes:
            path = (*path, self.sizes[path] - 1)
            self._record(path, offset, (offset, offset))
        return path

    def _key_and_value(self) -> Path:
        path, offset = self._assignment(self.base)
        self._value(path, offset)
        return path

    def _assignment(self, base: Path) -> tuple[Path, int]:
        """`a.b =`: the path it leads to from `base` and where its last part stands."""
        parts = self._key()
        self._expect("=")
        self._take(_SPACES)
        path = base
        for name, offset in parts[:-1]:
            path = (*path, name)
            self._record(path, offset, (offset, offset))
        name, offset = parts[-1]
        return (*path, name), offset

    def _key(self) -> list[tuple[str, int]]:
        """The parts of a key that may be dotted, each with its offset."""
        parts: list[tuple[str, int]] = []
        while True:
            self._take(_SPACES)
            offset = self.at
            parts.append((_bare(self._take(_KEY)), offset))
            self._take(_SPACES)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _value(self, path: Path, key: int) -> None:
        """Record the value that starts here and all it holds."""
        opened: list[_Open] = []
        step: tuple[Path, int] | None = (path, key)
        while step:
            path, key = step
            start = self.at
            closer = {"[": "]", "{": "}"}.get(self.text[start : start + 1])
            if closer:
                self.at += 1
                opened.append(_Open(path, key, start, closer))
            else:
                self._take(_SCALAR)
            self._record(path, key, (start, self.at))
            step = self._next_item(opened)

    def _next_item(self, opened: list[_Open]) -> tuple[Path, int] | None:
        """Close what ends here; the path and key offset of the item that follows, if any does."""
        while opened:
            inner = opened[-1]
            self._take(_BLANKS)
            if inner.items and not self.text.startswith(inner.closer, self.at):
                self._expect(",")
                self._take(_BLANKS)
            if not self.text.startswith(inner.closer, self.at):
                inner.items += 1
                if inner.closer == "}":
                    return self._assignment(inner.path)
                return (*inner.path, inner.items - 1), self.at
            self.at += 1
            self._record(inner.path, inner.key, (inner.start, self.at))
            opened.pop()
        return None

    def _record(self, path: Path, key: int, raw: tuple[int, int]) -> None:
        """Keep the first spot of a path, but let a closing bracket extend it."""
        self.steps -= len(path)
        if self.steps < 0:
            raise _LostError
        known = self.spots.get(path)
        where = self._line_column(key)
        if known is None or (known.key == where and raw[1] > raw[0]):
            self.spots[path] = Spot(key=where, value=self._line_column(raw[0]), raw=raw)

    def _line_column(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise _LostError
        self.at = match.end()
        return match.group()

    def _expect(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            raise _LostError
        self.at += len(mark)


def _bare(key: str) -> str:
    """The name a bare or quoted key stands for."""
    if key[0] == "'" or (key[0] == '"' and "\\" not in key):
        return key[1:-1]
    if key[0] != '"':
        return key
    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except tomllib.TOMLDecodeError as error:
        raise _LostError from error
