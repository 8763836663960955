"""Crossings: no small cell is shown, or follows from the margins, which everybody may know; nor over time."""

import random
from collections.abc import Sequence
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from mailer.results.crossing import LEAST, Crossed, cross

K = 5
Table = list[list[int]]


SHAPES = st.sampled_from([(2, 2), (2, 3), (3, 2), (3, 3)])


def shaped(size: tuple[int, int]) -> st.SearchStrategy[Table]:
    """Options by options, and who did not choose one of both; the corner, who chose neither, is not told."""
    height, width = size
    people = st.sampled_from([30, 20, 15, 12, 11, 10, 40, 25, 0, 1, 2, 4, 5, 9])
    row = st.lists(people, min_size=width + 1, max_size=width + 1)
    return st.lists(row, min_size=height + 1, max_size=height + 1).map(_without_corner)


TABLES = SHAPES.flatmap(shaped)
SEVERAL = SHAPES.flatmap(lambda size: st.lists(shaped(size), min_size=2, max_size=4))


def _without_corner(rows: Table) -> Table:
    rows[-1][-1] = 0
    return rows


def crossed(cells: Table, before: Crossed | None = None) -> Crossed | None:
    return cross(cells, sum(map(sum, cells)), K, (set(), set()), before)


def others(cells: Sequence[Sequence[int]], shown: Crossed) -> set[tuple[int, int]]:
    """The covered cells that may have been otherwise: one person more and less at the corners of a rectangle
    of covered cells leaves every margin, and every cell that is shown, as it was. How many chose neither
    option is nowhere told."""
    found = set()
    for (one, other), (left, right) in product(_pairs(shown.rows), _pairs(shown.columns)):
        corners = [(one, left), (other, right), (one, right), (other, left)]
        for less in (corners[:2], corners[2:]):
            if all(cells[at][to] > 0 for at, to in less):
                found.update(corners)
    return found


def _pairs(sides: object) -> list[tuple[int, int]]:
    names = sorted(sides)  # type: ignore[call-overload]
    return [(one, other) for one in names for other in names if one < other]


def test_all_of_it_when_nothing_is_small() -> None:
    shown = crossed([[20, 30, 0], [40, 10, 5], [0, 7, 0]])
    assert shown is not None
    assert shown.cells == ((20, 30, 0), (40, 10, 5), (0, 7, 0))
    assert not shown.rows
    assert not shown.columns


def test_a_small_cell_takes_a_rectangle_with_it() -> None:
    shown = crossed([[20, 30, 40, 0], [40, 3, 30, 0], [50, 20, 60, 0], [0, 0, 0, 0]])
    assert shown is not None
    covered = {(at, to) for at, row in enumerate(shown.cells) for to, told in enumerate(row) if told is None}
    assert covered == set(product(shown.rows, shown.columns))
    assert (1, 1) in covered
    assert len(shown.rows) == len(shown.columns) == 2


def test_nobody_and_everybody_are_small_too() -> None:
    """That all who chose one thing chose the other says of each of them what they chose."""
    assert crossed([[20, 0, 0], [0, 20, 0], [0, 0, 0]]) is None  # all would be covered


def test_tables_are_often_shown_in_part() -> None:
    """What the tests below look at is there."""
    dice = random.Random(1)
    found = []
    for _ in range(300):
        drawn = [
            [dice.choice([30, 20, 15, 12, 11, 10, 40, 25, 0, 1, 4, 9]) for _ in range(4)] for _ in range(4)
        ]
        shown = crossed(_without_corner(drawn))
        found.append("nothing" if shown is None else "part" if shown.rows else "all")
    assert found.count("part") > 30


@given(TABLES)
def test_no_small_cell_is_shown_or_follows(cells: Table) -> None:
    shown = crossed(cells)
    if shown is None:
        return
    options = [(at, to) for at in range(len(cells) - 1) for to in range(len(cells[0]) - 1)]
    free = others(cells, shown)
    for at, to in options:
        told = shown.cells[at][to]
        if told is not None:
            alone = not any(cells[at][:-1]) or not any(row[to] for row in cells[:-1])
            assert told == cells[at][to]
            assert told >= LEAST or alone
        elif 0 < cells[at][to] < K:
            assert (at, to) in free, "its number follows from the margins"
    for at, row in enumerate(cells):  # who left one of both: they follow from a margin, if all else is shown
        if 0 < row[-1] < K:
            assert shown.cells[at][-1] is None
    for to, count in enumerate(cells[-1]):
        if 0 < count < K:
            assert shown.cells[-1][to] is None
    assert all(people >= LEAST for people in (*shown.rows.values(), *shown.columns.values()))


@given(SEVERAL)
def test_no_difference_of_two_looks_is_a_few(steps: list[Table]) -> None:
    """Q8: each figure of the later look less the same of the earlier: nobody, or enough."""
    cells = [[0] * len(row) for row in steps[0]]
    looks: list[Crossed] = []
    truths: list[Table] = []
    for more in steps:
        cells = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(cells, more, strict=True)]
        shown = crossed(cells, looks[-1] if looks else None)
        if shown is not None and (not looks or shown is not looks[-1]):
            looks.append(shown)
            truths.append(cells)
    for (earlier, was), (later, now) in pairwise(zip(looks, truths, strict=True)):
        assert set(later.rows) <= set(earlier.rows)
        assert set(later.columns) <= set(earlier.columns)
        came = [
            now[at][to] - was[at][to]
            for at, row in enumerate(earlier.cells)
            for to, told in enumerate(row)
            if told is not None
        ]
        came += [sum(now[at][to] - was[at][to] for to in earlier.columns) for at in earlier.rows]
        came += [sum(now[at][to] - was[at][to] for at in earlier.rows) for to in earlier.columns]
        assert all(people == 0 or people >= LEAST for people in came)


@given(SEVERAL)
def test_what_was_shown_once_is_not_taken_back(steps: list[Table]) -> None:
    first, more, *_ = steps
    before = crossed(first)
    if before is None:
        return
    later = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(first, more, strict=True)]
    after = crossed(later, before)
    assert after is not None
    assert after is before or after.people == sum(map(sum, later))
