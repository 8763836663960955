"""Clicks withheld (P14): thresholds, periods, and no way to a hidden figure through those shown."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.privacy import FEWEST_CLICKS
from mailer.reports.clicks import Clicks, Count, Why, periods, shown
from mailer.reports.facts import CountedLink
from tests.reports.given import link

Vector = list[Fraction]
DAYS = st.lists(st.integers(0, 15), max_size=5)
LINKS = st.lists(DAYS, min_size=1, max_size=4)


def links_of(days: Sequence[Sequence[int]]) -> list[CountedLink]:
    return [link(number, *people, machines=number) for number, people in enumerate(days, 1)]


@pytest.mark.parametrize(
    "people, readers, why",
    [
        ((10,), 20, None),
        ((5, 5), 20, None),
        ((9,), 20, Why.FEW_CLICKS),
        ((), 20, Why.FEW_CLICKS),
        ((500,), 19, Why.FEW_PEOPLE),
        ((9,), 19, Why.FEW_PEOPLE),
    ],
)
def test_a_link_is_shown_from_ten_clicks_and_twenty_readers_on(
    people: tuple[int, ...], readers: int, why: Why | None
) -> None:
    [found] = shown([link(1, *people)], {1: readers}).links
    assert found.why is why
    assert (found.count is None) == (why is not None)
    assert bool(found.periods) == (why is None)


def test_machines_alone_show_nothing() -> None:
    [found] = shown([link(1, 3, machines=500)], {1: 100}).links
    assert (found.count, found.periods) == (None, ())


def test_totals_are_of_the_links_shown() -> None:
    every = shown([link(1, 20), link(2, 10)], {1: 100})
    assert (every.why, every.shown, every.hidden) == (None, Count(people=30, machines=2), 0)
    some = shown([link(1, 20), link(2, 9)], {1: 100})
    assert (some.why, some.shown, some.hidden) == (Why.HIDDEN_LINK, Count(people=20, machines=1), 1)
    assert shown([], {}).why is Why.NOT_COUNTED
    assert shown([link(1, 50)], {1: 5}).why is Why.FEW_PEOPLE
    assert not shown([link(1, 9)], {1: 100}).told


def test_days_are_put_together() -> None:
    found = periods(link(1, 12, 4, 3, 3, 2, 10, 1).days)
    assert [(one.first[-2:], one.last[-2:], one.count.people) for one in found] == [
        ("01", "01", 12),
        ("02", "04", 10),
        ("05", "07", 13),
    ]


@given(DAYS)
def test_periods_add_up_and_none_is_small(people: list[int]) -> None:
    days = link(1, *people).days
    found = periods(days)
    assert all(one.count.people >= FEWEST_CLICKS for one in found)
    if found:
        assert sum(one.count.people for one in found) == sum(people)
        assert sum(one.count.machines for one in found) == len(people)
        assert (found[0].first, found[-1].last) == (days[0].day, days[-1].day)
        assert all(earlier.last < later.first for earlier, later in pairwise(found))
    else:
        assert sum(people) < FEWEST_CLICKS


@given(LINKS)
def test_no_hidden_figure_follows_from_those_shown(days: list[list[int]]) -> None:
    """Whoever adds and subtracts what is shown, in any way, finds no hidden link and no small day."""
    links = links_of(days)
    found = shown(links, {1: 100})
    told = [vector(found_figure, links) for found_figure in figures(found)]
    for at, (one, asked) in enumerate(zip(found.links, days, strict=True)):
        if one.count is None:
            cells = [(at, day, "people") for day in range(len(asked))]
            assert not any(row[index(cell, links)] for row in told for cell in cells)  # in no figure at all
            assert not cells or not follows(vector(cells, links), told)
        for day, people in enumerate(asked):
            if people < FEWEST_CLICKS:
                assert not follows(vector([(at, day, "people")], links), told)


def test_the_search_would_find_a_way() -> None:
    """The measure above: a total with a hidden link in it gives that link away."""
    links = links_of([[20], [9]])
    total = vector([(0, 0, "people"), (1, 0, "people")], links)
    assert follows(vector([(1, 0, "people")], links), [total, vector([(0, 0, "people")], links)])


Cell = tuple[int, int, str]  # link, day, whose


def figures(clicks: Clicks) -> Iterator[list[Cell]]:
    """Each figure shown, as the cells whose sum it is."""
    kinds = (["people"], ["machines"], ["people", "machines"])
    shown_cells: list[tuple[int, int]] = []
    for at, one in enumerate(clicks.links):
        cells = [
            [(at, day) for day in range(int(period.first[-2:]) - 1, int(period.last[-2:]))]
            for period in one.periods
        ]
        shown_cells += [cell for period in cells for cell in period]
        for sums in (*cells, [cell for period in cells for cell in period]):
            yield from ([(*cell, kind) for cell in sums for kind in kinds_] for kinds_ in kinds)
    yield from ([(*cell, kind) for cell in shown_cells for kind in kinds_] for kinds_ in kinds)


def index(cell: Cell, links: Sequence[CountedLink]) -> int:
    before = sum(len(one.days) for one in links[: cell[0]]) + cell[1]
    return before * 2 + (cell[2] == "machines")


def vector(cells: Sequence[Cell], links: Sequence[CountedLink]) -> Vector:
    found = [Fraction(0)] * (2 * sum(len(one.days) for one in links))
    for cell in cells:
        found[index(cell, links)] += 1
    return found


def follows(wanted: Vector, told: Sequence[Vector]) -> bool:
    """Whether a sum of multiples of `told` is `wanted`: it adds nothing to their rank."""
    return rank([*told, wanted]) == rank(told)


def rank(rows: Sequence[Vector]) -> int:
    left, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        found += 1
        for row in left:
            factor = row[column] / pivot[column]
            row[:] = [value - factor * other for value, other in zip(row, pivot, strict=True)]
    return found
