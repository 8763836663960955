"""Origins: each MJML tag remembers the line of the template that wrote it.

Jinja2 loses positions when it renders. So before it compiles a template, every `<mj-…` in its source is
given an attribute, ` mj-at="layout.mjml:12:3"`; after rendering, `lift` takes all of them out again.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, unquote

from jinja2 import Environment
from jinja2.ext import Extension

from mailer.compose.mjml.rules import ENDING
from mailer.findings import Place

GENERATED = "generated.mjml"  # the place of what no template's tag marks

_MARK = re.compile(r'(<mj[a-z0-9-]*+) mj-at="([^":<> ]++):([0-9]{1,9}):([0-9]{1,9})"', re.IGNORECASE)
_TAG = r"(?P<tag><(?P<name>mj[A-Za-z0-9-]*+))"


class OriginMarks(Extension):
    """A Jinja2 extension: `Environment(extensions=[OriginMarks])`. Templates without a name stay bare."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Marks the source; lines keep their numbers, so Jinja2's own errors stay right."""
        file = filename or name
        return mark(source, file, self.environment) if file else source


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where offsets of a clean MJML text come from: marked tags from a template, others from itself."""

    marks: Mapping[int, Place]
    lines: tuple[int, ...]

    def place(self, offset: int) -> Place:
        """The template's place of the tag at `offset`, else the line and column of the MJML itself."""
        if offset in self.marks:
            return self.marks[offset]
        line = bisect_right(self.lines, offset)
        return Place(GENERATED, line, offset - self.lines[line - 1] + 1)


def lift(marked: str) -> tuple[str, Origins]:
    """The MJML without a single mark, and what the marks said."""
    pieces, marks, length, kept = [], {}, 0, 0
    for found in _MARK.finditer(marked):
        start = length + found.start() - kept
        marks[start] = Place(unquote(found[2]), int(found[3]), int(found[4]))
        pieces.append(marked[kept : found.end(1)])
        length, kept = start + len(found[1]), found.end()
    clean = "".join((*pieces, marked[kept:]))
    lines = (0, *(found.end() for found in re.finditer("\n", clean)))
    return clean, Origins(marks=marks, lines=lines)


def mark(source: str, name: str, environment: Environment) -> str:
    """The source with a mark in each MJML tag that is one: not in comments, values, expressions, contents."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")  # as Jinja2 itself will
    file = quote(name, safe="/")  # nothing left that Jinja2 or MJML could read
    pieces, kept, line, line_start = [], 0, 1, 0
    for start, end in _syntax(environment).tags(source):
        line += source.count("\n", kept, start)
        line_start = max(line_start, source.rfind("\n", kept, start) + 1)
        pieces += [source[kept:end], f' mj-at="{file}:{line}:{start - line_start + 1}"']
        kept = end
    return "".join((*pieces, source[kept:]))


def _syntax(environment: Environment) -> "_Syntax":
    return _patterns(
        environment.block_start_string,
        environment.block_end_string,
        environment.variable_start_string,
        environment.variable_end_string,
        environment.comment_start_string,
        environment.comment_end_string,
    )


@cache
def _patterns(
    block: str, block_end: str, value: str, value_end: str, comment: str, comment_end: str
) -> "_Syntax":
    block, block_end, value, comment = map(re.escape, (block, block_end, value, comment))
    jinja = (
        rf"(?P<comment>{comment})|(?P<raw>{block}[-+]?\s*raw\s*[-+]?{block_end})"
        rf"|(?P<block>{block})|(?P<value>{value})"
    )
    # An unclosed string runs to the end: no restart at each quote, so linear.
    string = r'"(?:[^"\\]|\\.)*(?:"|\Z)|' + r"'(?:[^'\\]|\\.)*(?:'|\Z)"
    return _Syntax(
        outside=re.compile(rf"{jinja}|(?P<hidden><!--)|{_TAG}"),
        inside=re.compile(rf"{jinja}|(?P<quote>[\"'])|(?P<end>>)"),
        quoted={quote: re.compile(rf"{jinja}|(?P<end>{quote})") for quote in ('"', "'")},
        ends={
            "comment": re.compile(re.escape(comment_end)),
            "raw": re.compile(rf"{block}[-+]?\s*endraw\s*[-+]?{block_end}"),
            "block": re.compile(rf"(?:{string})|(?P<end>{block_end})", re.DOTALL),
            "value": re.compile(rf"(?:{string})|(?P<end>{re.escape(value_end)})", re.DOTALL),
            "hidden": re.compile("-->"),
        },
        jinja=jinja,
    )


@cache
def _content(jinja: str, name: str) -> re.Pattern[str]:
    """What ends the content of an ending tag; made for the few a template uses."""
    return re.compile(rf"{jinja}|(?P<end></{name}\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Syntax:
    """Template source, as far as marking needs to know it: what to skip, where a tag ends."""

    outside: re.Pattern[str]
    inside: re.Pattern[str]
    quoted: Mapping[str, re.Pattern[str]]
    ends: Mapping[str, re.Pattern[str]]
    jinja: str

    def tags(self, source: str) -> Iterator[tuple[int, int]]:
        """Each MJML tag: where it starts and where its name ends. Stops at what is never closed."""
        at = 0
        while found := self.outside.search(source, at):
            if not found["tag"]:
                at = self._skip(source, found)
                continue
            at = found.end()
            if source[at : at + 1] not in {" ", "\t", "\n", "/", ">"}:
                continue  # the name goes on in Jinja2
            yield found.start(), at
            at = self._until_end(source, at, self.inside)
            if found["name"] in ENDING and source[at - 2 : at] != "/>":
                at = self._until_end(source, at, _content(self.jinja, found["name"]))

    def _until_end(self, source: str, at: int, pattern: re.Pattern[str]) -> int:
        while found := pattern.search(source, at):
            if found["end"]:
                return found.end()
            if found.groupdict().get("quote"):
                at = self._until_end(source, found.end(), self.quoted[found["quote"]])
            else:
                at = self._skip(source, found)
        return len(source)

    def _skip(self, source: str, found: re.Match[str]) -> int:
        """Where a comment, expression, statement or raw block ends; strings may hold the closing bracket."""
        kind, at = found.lastgroup or "", found.end()
        while end := self.ends[kind].search(source, at):
            if kind not in {"block", "value"} or end["end"]:
                return end.end()
            at = end.end()
        return len(source)
