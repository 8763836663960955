"""A TOML document tomllib refuses: which statement is at fault, its cure, and the text once mended.

Lines keep their numbers, so that what is found afterwards has its right place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mailer.toml.lines import Cure, cure_item, cure_line, names_in
from mailer.toml.positions import Statement, Survey, dotted
from mailer.toml.values import quoted, reads, split_tail
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """One fault, its cure, and the lines of the document without it."""

    message: Text
    cure: Text
    line: int  # from 1
    column: int  # from 1
    lines: list[str]
    unread: frozenset[str] = frozenset()
    code: str = "toml-syntax"


ASIDE = "\ufdd0"  # a noncharacter no one types: begins the name of a table nobody can read


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """A statement from line `first` to `last` (from 0); tomllib stopped at `column` (from 0) of `last`."""

    lines: list[str]
    first: int
    last: int
    column: int

    @property
    def opening(self) -> str:
        return self.lines[self.first]

    def cured(self, line: int, cure: Cure, column: int | None = None) -> Mend:
        """The document with one line replaced."""
        lines = [*self.lines]
        lines[line] = cure.line
        return Mend(
            message=cure.message,
            cure=cure.advice,
            line=line + 1,
            column=(self._column(line) if column is None else column) + 1,
            lines=lines,
            unread=cure.unread,
        )

    def _column(self, line: int) -> int:
        """Where tomllib stopped inside quotes or before the value; else where the value begins."""
        text = self.lines[line]
        match = re.match(r"[^=\[]*=\s*", text)
        value = match.end() if match else len(text) - len(text.lstrip())
        if line != self.last or self.column >= len(text.rstrip()):
            return value
        return self.column if match is None or self.column < value or text[value] in "\"'[{" else value


_LONG_VALUE = re.compile(r"""=\s*(\[|\{|\"{3}|'{3})""")  # what may go on over several lines


def mend(text: str, at: int, chart: Survey) -> Mend:
    """The fault tomllib met at offset `at` of `text` (lines ending in LF), of which `chart` is the survey."""
    lines = text.split("\n")
    statement = next((one for one in reversed(chart.statements) if one.start <= at), None)
    if statement and at >= statement.end != len(text):
        statement = None
    if statement and reads(text[statement.start : statement.end]):
        return _redefined(lines, text, statement, chart)
    start = statement.start if statement else at
    if chart.lost is not None and chart.lost <= at:
        start = chart.lost
    first, last = text.count("\n", 0, start), text.count("\n", 0, at)
    column = at - text.rfind("\n", 0, at) - 1
    if last > first and not _LONG_VALUE.search(lines[first]):  # a quote left open runs on to the end
        last, column = first, len(lines[first])
    fault = _Fault(lines=lines, first=first, last=last, column=column)
    return next(filter(None, (rule(fault) for rule in _RULES)), None) or _set_aside(fault)


def _redefined(lines: list[str], text: str, statement: Statement, chart: Survey) -> Mend:
    """A key or table that an earlier statement had defined."""
    first, last = (text.count("\n", 0, offset) for offset in (statement.start, statement.end - 1))
    path = statement.path
    known = [
        chart.spots[path[:size]].key[0] for size in range(len(path), 0, -1) if path[:size] in chart.spots
    ]
    other = next((line for line in known if line < first + 1), first + 1)
    header = lines[first].lstrip().startswith("[")
    name = dotted(tuple(step for step in path if not str(step).startswith(ASIDE)))
    return Mend(
        message=Text("table '{key}' appears twice", key=name)
        if header
        else Text("key '{key}' appears twice", key=name),
        cure=Text("keep one; the other is on line {line}", line=other),
        line=first + 1,
        column=len(lines[first]) - len(lines[first].lstrip()) + 1,
        lines=_without(lines, first, last),
        unread=names_in(lines[first]) if header else frozenset(),
        code="duplicate-key",
    )


def _without(lines: list[str], first: int, last: int) -> list[str]:
    """The document with lines emptied; a header leaves a table to hold, apart, the keys that follow it."""
    kept = f'["{ASIDE}{first}"]' if lines[first].lstrip().startswith("[") else ""
    return [*lines[:first], kept, *[""] * (last - first), *lines[last + 1 :]]


# --- the rules, in the order they are tried ------------------------------------

_STARTS = re.compile(r"""\s*(?:\[\[?[^\[\],"]+\]\]?\s*(?:\#.*)?$ | [A-Za-z0-9_."'-]+\s*=)""", re.VERBOSE)


def _yaml_list(fault: _Fault) -> Mend | None:
    """`lists:` then lines `- adherents`."""
    match = re.fullmatch(r"\s*([A-Za-z0-9_-]+)\s*[:=]\s*", fault.opening)
    if match is None:
        return None
    items: list[str] = []
    for line in fault.lines[fault.first + 1 :]:
        item = re.fullmatch(r"\s*-\s+(.*\S)\s*", line)
        if item is None:
            break
        items.append(quoted(split_tail(item[1])[0].strip("\"'")))
    right = f"{match[1]} = [{', '.join(items)}]"
    if not items or not reads(right):
        return None
    lines = _without(fault.lines, fault.first, fault.first + len(items))
    lines[fault.first] = right
    message = Text("this is a list as YAML writes it")
    return Mend(
        message=message, cure=Text("write {line}", line=right), line=fault.first + 1, column=1, lines=lines
    )


def _one_line(fault: _Fault) -> Mend | None:
    if fault.last > fault.first and fault.lines[fault.first + 1 :] != [""]:
        return None  # not so for the end of the document just after its last line
    cure = cure_line(fault.opening)
    return fault.cured(fault.first, cure) if cure else None


def _unclosed_text(fault: _Fault) -> Mend | None:
    '''A text opened by """ goes on to the end of the document: close it before the next key.'''
    match = _LONG_VALUE.search(fault.opening)
    if match is None or match[1] in "[{":
        return None
    end = fault.first + 1
    while end < len(fault.lines) and not _STARTS.match(fault.lines[end]):
        end += 1
    lines = [*fault.lines]
    lines[end - 1] += match[1]
    if not reads("\n".join(lines[fault.first : end])):
        return None
    return Mend(
        message=Text("the text opened by {quotes} is not closed", quotes=match[1]),
        cure=Text("write {quotes} after its last line", quotes=match[1]),
        line=fault.first + 1,
        column=match.start(1) + 1,
        lines=lines,
    )


def _item(fault: _Fault) -> Mend | None:
    """A line of an array that goes over several lines."""
    if fault.last == fault.first or not re.search(r"=\s*\[", fault.opening):
        return None
    for number in (fault.last, fault.last - 1):  # a missing comma shows only at the next item
        line = fault.lines[number]
        if number > fault.first and line.strip(" \t]") and not _STARTS.match(line):
            cure = cure_item(line)
            if cure and cure.line != line:
                column = None if number == fault.last else len(line) - len(line.lstrip())
                return fault.cured(number, cure, column)
    return None


def _unclosed_list(fault: _Fault) -> Mend | None:
    match = _LONG_VALUE.search(fault.opening)
    if match is None or match[1] not in "[{":
        return None
    number = fault.last
    while number > fault.first and (_STARTS.match(fault.lines[number]) or not fault.lines[number].strip()):
        number -= 1
    value, tail = split_tail(fault.lines[number])
    closer = "]" if match[1] == "[" else "}"
    right = value + closer + re.sub(r"^\s*[,;]", "", tail)
    if not reads("\n".join([*fault.lines[fault.first : number], right])):
        return None
    advice = Text("write {line}", line=right.strip())
    cure = Cure(message=Text("the list is not closed"), advice=advice, line=right)
    return fault.cured(number, cure, len(value) if number > fault.first else None)


_RULES: tuple[Callable[[_Fault], Mend | None], ...] = (
    _yaml_list,
    _one_line,
    _unclosed_text,
    _item,
    _unclosed_list,
)


def _set_aside(fault: _Fault) -> Mend:
    """No rule knows it: say where, go on without it."""
    last = fault.last
    if re.search(r"=\s*[\[{]", fault.opening) and not _balanced(fault.opening):
        while last + 1 < len(fault.lines) and not _STARTS.match(fault.lines[last + 1]):
            last += 1
    told = fault.lines[fault.last].strip() != ""
    return Mend(
        message=Text("this line cannot be read"),
        cure=Text("write {example}, one setting per line", example='key = "value"'),
        line=fault.last + 1 if told else fault.first + 1,
        column=fault.column + 1 if told else 1,
        lines=_without(fault.lines, fault.first, last),
        unread=names_in("\n".join(fault.lines[fault.first : last + 1])),
    )


def _balanced(line: str) -> bool:
    return sum(line.count(mark) for mark in "[{") == sum(line.count(mark) for mark in "]}")
