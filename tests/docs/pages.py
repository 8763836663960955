"""The project's pages taken apart: tables, code blocks, links and the anchors they may name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

Row = tuple[str, ...]

_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"\]\(<?([^()<>\s]+)>?\)|(?:src|href)=\"([^\"]+)\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A block of code: what follows its opening marks, its text, and the line it begins on."""

    info: str
    text: str
    line: int


def page(name: str) -> str:
    """A page of the project, by its path."""
    return (ROOT / name).read_text(encoding="utf-8")


def fences(text: str) -> list[Fence]:
    """The blocks of code of a page, in order."""
    return [
        Fence(info=found[2].strip(), text=found[3], line=text.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(text)
    ]


def prose(text: str) -> str:
    """The page without its blocks of code."""
    return _FENCE.sub("", text)


def spans(text: str) -> list[str]:
    """What stands between backticks in a prose or in a cell, as it is read."""
    return [found.replace("\\|", "|") for found in re.findall(r"`([^`\n]+)`", text)]


def section(text: str, title: str) -> str:
    """What stands below the heading `title`, up to the next heading of its level or above."""
    marks = _FENCE.sub(lambda found: " " * len(found[0]), text)
    headings = [(len(found[1]), found[2], found.start(), found.end()) for found in _HEADING.finditer(marks)]
    [at] = [at for at, heading in enumerate(headings) if heading[1] == title]
    level, _, _, start = headings[at]
    ends = (begin for depth, _, begin, _ in headings[at + 1 :] if depth <= level)
    return text[start : next(ends, len(text))]


def tables(text: str) -> Iterator[tuple[Row, list[Row]]]:
    """The tables of a text: heads, rows. Cells are as written, but for `\\|`."""
    lines = [*text.split("\n"), ""]
    at = 0
    while at < len(lines) - 1:
        if lines[at].startswith("|") and re.fullmatch(r"\|(?: *:?-+:? *\|)+", lines[at + 1]):
            end = next(end for end in range(at, len(lines)) if not lines[end].startswith("|"))
            heads, _, *rows = [
                _cells(line) if n != at + 1 else () for n, line in enumerate(lines[at:end], at)
            ]
            assert all(len(row) == len(heads) for row in rows), heads
            assert len(set(rows)) == len(rows), heads
            yield heads, rows
            at = end
        at += 1


def table(text: str, title: str, head: str = "") -> list[Row]:
    """The rows of the one table below `title`, or of the one there whose first head is `head`."""
    found = [rows for heads, rows in tables(section(text, title)) if head in ("", heads[0])]
    assert found, f"no table of '{head}' below '{title}'"
    return found[0]


def bare(cell: str) -> str:
    """A cell that is one span of code, without its backticks."""
    assert re.fullmatch(r"`[^`]+`", cell), cell
    return cell[1:-1]


def column(rows: Sequence[Row], at: int = 0) -> list[str]:
    """One column of spans of code."""
    return [bare(row[at]) for row in rows]


def links(text: str) -> list[str]:
    """Where a page's links and images lead."""
    return [found[1] or found[2] for found in _LINK.finditer(re.sub(r"`[^`\n]*`", "", prose(text)))]


def anchors(text: str) -> set[str]:
    """The names GitHub gives to a page's headings."""
    seen: dict[str, int] = {}
    names = set()
    for found in _HEADING.finditer(prose(text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", found[2]).replace("`", "")
        name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        count = seen.get(name, 0)
        seen[name] = count + 1
        names.add(f"{name}-{count}" if count else name)
    return names


def _cells(line: str) -> Row:
    return tuple(
        cell.strip().replace("\\|", "|").replace("\\<", "<") for cell in _CELL.split(line.rstrip())[1:-1]
    )
