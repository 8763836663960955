"""From blocks of text to rows of cells, with their lines; a broken row is refused and the next ones go on."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain

from mailer.findings import Place, error
from mailer.people.report import Refused
from mailer.words import Text

# A row on several lines ends within this many characters, or its quote was never closed. Cells have 1,000
# at most, so nothing good is lost, and no more than this is ever held or read again.
_LONGEST_ROW = 65_536
_LONGEST_LINE = 131_072  # characters; what is over is dropped as it comes
_KEPT = 200  # characters of a line that is over

CUT = "\ufdd0"  # begins what is left of too long a line; no character (Unicode 23.7), so in no good file

# Global to the process, and 131,072 unless somebody set it: here only so that it never comes first.
csv.field_size_limit(max(csv.field_size_limit(), 1 << 30))


def lines(texts: Iterable[str]) -> Iterator[str]:
    """Lines with their ends, LF, CRLF or CR; what is left of too long a one begins with CUT.

    Over 131,072 characters a line may be too long, over 196,608 it is: that depends on where blocks end.
    """
    return chain.from_iterable(_pages(texts))


def _pages(texts: Iterable[str]) -> Iterator[Iterable[str]]:
    pending = ""
    for text in texts:
        pending += text
        end = pending.rfind("\n") + 1 or pending.rfind("\r", 0, -1) + 1
        if end:
            yield from _split(pending[:end])
            pending = pending[end:]
        if len(pending) > _LONGEST_LINE:
            pending = CUT + pending.removeprefix(CUT)[:_KEPT] + "\r" * pending.endswith("\r")
    yield from _split(pending)


def _split(text: str) -> Iterator[Iterable[str]]:
    if text.startswith(CUT):
        first = next(StringIO(text, newline=""))
        # � so that the rest of it, written among the lines to mend, is not taken for a whole line.
        yield [first[: _KEPT + 1].replace('"', "").rstrip("\r\n") + "\ufffd\n"]
        text = text[len(first) :]
    yield StringIO(text, newline="")


def rows(
    source: Iterable[str], delimiter: str, file: str, first: int = 1
) -> Iterator[tuple[int, list[str] | Refused]]:
    """Each row with the number of its first line, `first` being that of `source`'s; broken ones Refused.

    A row whose quotes do not pair is refused up to the line where the faulty one opened; the lines after
    are read again as rows of their own, so that one stray quote costs one row, not the file. All in all
    fewer lines are read again than the file has: after a quote never closed none opens another.
    """
    fresh, again, held = iter(source), deque[str](), list[str]()
    number = first
    while True:
        kept = _holding(chain(_taken(again), fresh), held)
        reader = csv.reader(kept, delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            for cells in reader:
                yield number, cells
                number += len(held)
                held.clear()
            return
        except csv.Error:
            faulty, refused = _broken(held, delimiter, file, number)
        except _EndlessRowError:  # the last line held was not looked at: there the quote may close
            faulty, refused = _broken(held[:-1], delimiter, file, number)
        yield number, refused
        number += faulty + 1
        again.extendleft(reversed(held[faulty + 1 :]))
        held.clear()


class _EndlessRowError(Exception):
    """A row goes on and on: a quote was left open."""


def _taken(again: deque[str]) -> Iterator[str]:
    while again:
        yield again.popleft()


def _holding(source: Iterator[str], held: list[str]) -> Iterator[str]:
    """The same lines, kept in `held` until the row they make is complete."""
    size = 0
    for line in source:
        if held:
            size += len(line)
        else:
            size = 0
        held.append(line)
        if size > _LONGEST_ROW:
            raise _EndlessRowError
        yield line


def _broken(held: list[str], delimiter: str, file: str, number: int) -> tuple[int, Refused]:
    """The index of the line where the faulty quote opened, and the refusal of the lines down to it."""
    faulty, column, closed = _faulty_quote(held, delimiter)
    place = Place(file, number + faulty, column)
    if closed:
        message = Text("a quote stands inside a cell")
        cure = Text('write it twice (""), or remove it')
    else:
        message = Text("a quote opens on line {line} and is never closed", line=place.line)
        cure = Text("close it at the end of its cell, or remove it")
    plain = "".join(held[: faulty + 1]).replace('"', "").replace("\r", " ").replace("\n", " ")
    finding = error("row-quote", place, message, cure)
    return faulty, Refused(line=number, cells=tuple(plain.rstrip().split(delimiter)), finding=finding)


def _faulty_quote(held: list[str], delimiter: str) -> tuple[int, int, bool]:
    """Line's index and column where the quote opens that breaks the row; whether it ends on that line."""
    text, at, column = "".join(held), 0, 1
    while at < len(text):
        while text[at : at + 1] == " ":
            at += 1
        if text[at : at + 1] == '"':
            end = _closing(text, at + 1)
            if end < 0 or text[end + 1 : end + 2] not in ("", "\r", "\n", delimiter):
                closed = end >= 0 and "\n" not in text[at:end] and "\r" not in text[at:end]
                return _line_at(held, at), column, closed
            at = end + 1
        after = text.find(delimiter, at)
        if after < 0:
            break
        at, column = after + 1, column + 1
    return 0, 1, True  # another fault than we know: the first line is refused, and reading goes on


def _closing(text: str, at: int) -> int:
    """Where the quote ends whose content begins at `at`; -1: nowhere. Twice is a quote inside."""
    while (end := text.find('"', at)) >= 0 and text[end + 1 : end + 2] == '"':
        at = end + 2
    return end


def _line_at(held: list[str], offset: int) -> int:
    for index, line in enumerate(held):
        offset -= len(line)
        if offset < 0:
            return index
    return len(held) - 1
