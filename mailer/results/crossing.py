"""Crossings: a table of two questions, of which a rectangle is covered when any cell of it is small.

Its margins may be known from the questions alone, so rows and columns are covered two at least, and what is
covered of each row and column adds up to the threshold: then no covered cell follows from sums. A later one
covers no other cell than the earlier did, and differs from it by nobody or by enough people in each figure;
while it cannot, the earlier one stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 10  # people in a cell of a crossing, or more if k says so (standards.md, G18)
Cells = Sequence[Sequence[int]]
Sides = tuple[set[int], set[int]]  # rows and columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """A crossing as it is shown, of `people` who answered the questionnaire; None: covered.

    The last row and column are those who did not choose an option in one of the questions. `rows` and
    `columns` are the sides of the rectangle that is covered, each with the sum of what is covered there.
    """

    people: int
    cells: tuple[tuple[int | None, ...], ...]
    rows: Mapping[int, int]
    columns: Mapping[int, int]


def cross(cells: Cells, people: int, k: int, hidden: Sides, before: Crossed | None) -> Crossed | None:
    """What may be shown of `cells`; `before` again when nothing newer may, None when nothing may at all.

    `hidden`: the rows and the columns that are covered where their question stands alone.
    """
    sides = _cover(cells, k, hidden)
    if sides is None:
        return before
    rows, columns = sides
    found = Crossed(
        people=people,
        cells=tuple(
            tuple(None if at in rows and to in columns else count for to, count in enumerate(row))
            for at, row in enumerate(cells)
        ),
        rows={at: _sum(cells, {at}, columns) for at in sorted(rows)},
        columns={to: _sum(cells, rows, {to}) for to in sorted(columns)},
    )
    return found if before is None or _may_follow(cells, found, before, k) else before


def _cover(cells: Cells, k: int, hidden: Sides) -> Sides | None:
    """The sides of the rectangle, both empty when nothing is covered; None: nothing would be left."""
    height, width = len(cells), len(cells[0])
    small = [(at, to) for at in range(height) for to in range(width) if _is_small(cells, at, to, k)]
    rows = {at for at, _ in small} | hidden[0]
    columns = {to for _, to in small} | hidden[1]
    enough = max(k, LEAST)
    while rows or columns:
        if len(rows) < 2 or any(_sum(cells, rows, {to}) < enough for to in columns):
            more = _next(rows, [_sum(cells, {at}, columns or None) for at in range(height)])
            rows |= more
        elif len(columns) < 2 or any(_sum(cells, {at}, columns) < enough for at in rows):
            more = _next(columns, [_sum(cells, rows, {to}) for to in range(width)])
            columns |= more
        else:
            break
        if not more:
            return None
    whole = len(rows) >= height - 1 and len(columns) >= width - 1
    return None if whole else (rows, columns)


def _is_small(cells: Cells, at: int, to: int, k: int) -> bool:
    """Too few, nobody or everybody of a row or column; of those who did not choose, too few alone."""
    count = cells[at][to]
    if at == len(cells) - 1 or to == len(cells[0]) - 1:
        return 0 < count < k
    options = range(len(cells) - 1), range(len(cells[0]) - 1)
    if not any(cells[at][one] for one in options[1]) or not any(cells[one][to] for one in options[0]):
        return False  # an option nobody chose: its own question says so
    return count < max(k, LEAST)


def _sum(cells: Cells, rows: set[int] | None, columns: set[int] | None) -> int:
    return sum(
        count
        for at, row in enumerate(cells)
        for to, count in enumerate(row)
        if (rows is None or at in rows) and (columns is None or to in columns)
    )


def _next(side: set[int], sums: list[int]) -> set[int]:
    """One more, that of the fewest people; nothing when all who have any are in it."""
    left = [(people, at) for at, people in enumerate(sums) if at not in side and people]
    return {min(left)[1]} if left else set()


def _may_follow(cells: Cells, now: Crossed, before: Crossed, k: int) -> bool:
    """Whether both together tell of nobody, or of enough people, in all that was known before."""
    if not (now.rows.keys() <= before.rows.keys() and now.columns.keys() <= before.columns.keys()):
        return False
    rows, columns = set(before.rows), set(before.columns)
    since = [
        cells[at][to] - count
        for at, row in enumerate(before.cells)
        for to, count in enumerate(row)
        if count is not None
    ]
    since += [_sum(cells, {at}, columns) - people for at, people in before.rows.items()]
    since += [_sum(cells, rows, {to}) - people for to, people in before.columns.items()]
    return not any(0 < people < max(k, LEAST) for people in since)
