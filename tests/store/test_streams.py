"""Ordered streams: merged, flagged and taken from one another as sets would be, but never held."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from mailer.store.streams import flagged, merged, without

NUMBERS = st.sets(st.integers(1, 30))
MANY = st.lists(NUMBERS, max_size=4)


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_each_number_comes_once_from_the_first_that_holds_it(sets: list[set[int]]) -> None:
    found = list(merged([sorted(one) for one in sets]))
    assert [number for number, _ in found] == sorted(set().union(*sets))
    assert all(rank == next(at for at, one in enumerate(sets) if number in one) for number, rank in found)


@given(NUMBERS, NUMBERS, MANY)
def test_flags_and_removals(numbers: set[int], flags: set[int], removed: list[set[int]]) -> None:
    ranked = [(number, 7) for number in sorted(numbers)]
    assert list(flagged(iter(ranked), sorted(flags))) == [
        (number, rank, number in flags) for number, rank in ranked
    ]
    kept = without(iter(ranked), *(sorted(one) for one in removed))
    assert [number for number, _ in kept] == sorted(numbers - set().union(*removed))


def test_nothing_is_read_ahead() -> None:
    endless = merged([itertools.count(1, 2), itertools.count(2, 2)])
    assert list(itertools.islice(without(endless, itertools.count(1, 3)), 3)) == [(2, 1), (3, 0), (5, 0)]
