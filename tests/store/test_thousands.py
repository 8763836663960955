"""How a file's people go in: grouped by what they bring, in the order of their numbers."""

from hypothesis import given
from hypothesis import strategies as st

from mailer.store.thousands import Numbers, groups
from tests.store.house import person


def test_people_who_bring_much_are_written_by_fewer() -> None:
    few = [person(f"m{at}@example.org", rank=str(at)) for at in range(20_000)]
    assert [len(group) for group in groups(few)] == [16_000, 4_000]
    wide = {f"field{at}": "x" * 1000 for at in range(50)}
    assert max(len(group) for group in groups(person(one.email, **wide) for one in few[:3_500])) == 1_000
    assert [one for group in groups(few) for one in group] == few
    assert list(groups([])) == []


@given(st.lists(st.integers(0, 2**62)))
def test_numbers_come_back_in_their_order(numbers: list[int]) -> None:
    """All that a person may have: they are drawn with 62 bits, and a random one may be one more."""
    kept = Numbers()
    for at in range(0, len(numbers), 3):
        kept.add_all(numbers[at : at + 3])
    assert list(kept) == sorted(numbers)
    assert len(kept) == len(numbers)
