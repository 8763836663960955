"""Cells are covered so that nobody is isolated: by hand, and against every way a table may have been."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.results.covering import NONE, Release, least, release
from tests.results.oracle import isolated, possible

K = 5


def shown(**counts: int) -> dict[str, int | None]:
    return dict(release({NONE if n == "none" else n: c for n, c in counts.items()}, (), K).cells)


@pytest.mark.parametrize(
    "counts, expected",
    [
        ({"a": 12, "b": 7, "none": 0}, [12, 7, 0]),
        ({"a": 12, "b": 7, "none": 30}, [12, 7, 30]),
        ({"a": 12, "b": 3, "c": 30, "none": 0}, [None, None, 30, 0]),  # the smallest other goes with it
        ({"a": 12, "b": 3, "c": 30, "none": 20}, [12, None, 30, None]),  # who left it rather than an answer
        ({"a": 3, "b": 4, "c": 30, "none": 0}, [None, None, 30, 0]),
        ({"a": 1, "b": 1, "c": 30, "none": 0}, [None, None, None, 0]),  # 2 in all are too few to add up
        ({"a": 30, "b": 1, "none": 0}, [None, None, 0]),
        ({"a": 0, "b": 0, "none": 5}, [0, 0, 5]),
    ],
)
def test_a_table_alone(counts: dict[str, int], expected: list[int | None]) -> None:
    assert list(shown(**counts).values()) == expected


def test_what_came_since_is_covered_too() -> None:
    first = release({"a": 10, "b": 10, "c": 10, NONE: 0}, (), K)
    assert None not in first.cells.values()
    later = release({"a": 20, "b": 11, "c": 18, NONE: 0}, (first,), K)
    assert later.cells == {"a": 20, "b": None, "c": None, NONE: 0}
    assert [least(name, (first, later), K) for name in "abc"] == [20, 10, 10]
    last = release({"a": 30, "b": 16, "c": 25, NONE: 0}, (first, later), K)
    assert last.cells == {"a": 30, "b": 16, "c": 25, NONE: 0}


def test_nearly_everybody_is_told_to_be_nearly_everybody() -> None:
    one = release({"a": 97, "b": 2, "c": 1, NONE: 0}, (), K)
    assert (one.most, least("a", (one,), K), least("b", (one,), K)) == ("a", 96, 0)
    assert release({"a": 97, "b": 1, "c": 1, "d": 1, "e": 1, NONE: 0}, (), K).most == ""  # each would be one


def test_nearly_everybody_is_not_told_apart_later() -> None:
    first = release({"a": 3, "b": 2}, (), 3)
    assert (first.most, list(first.cells.values())) == ("a", [None, None])
    later = release({"a": 3, "b": 5}, (first,), 3)  # that a is 3 now, and was 3 at least, would tell the 2
    assert later.cells == {"a": None, "b": None}


TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 7), min_size=width, max_size=width), max_size=4)
)


def looks(batches: list[list[int]], k: int) -> tuple[list[Release], list[dict[str, int]]]:
    """Each look shown when k have come since, as a publication is; and how the table really was."""
    seen: list[Release] = []
    real: list[dict[str, int]] = []
    counts: dict[str, int] = {}
    for batch in batches:
        for at, people in enumerate(batch):
            counts["abcd"[at]] = counts.get("abcd"[at], 0) + people
        if sum(counts.values()) - (seen[-1].total or 0 if seen else 0) >= k:
            seen.append(release(counts, seen, k))
            real.append(dict(counts))
    return seen, real


@given(TABLES, st.integers(2, 5))
def test_no_set_that_can_be_counted_holds_a_few(batches: list[list[int]], k: int) -> None:
    seen, _real = looks(batches, k)
    assert [people for people in isolated(seen) if 0 < people < k] == []


@given(TABLES, st.integers(2, 4))
def test_each_small_cell_may_be_two_things_at_least(batches: list[list[int]], k: int) -> None:
    seen, real = looks(batches[:3], k)
    if seen:
        for look, cells, counts in zip(seen, possible(seen, k), real, strict=True):
            for name, count in look.cells.items():
                assert counts[name] in cells[name]
                # One that was covered for the sake of another, and shown before and after, may be known.
                is_few = 0 < counts[name] < k
                assert count is None or not is_few
                assert not is_few or len(cells[name]) >= 2, (name, seen)
