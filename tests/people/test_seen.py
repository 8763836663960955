"""Who has been met: the first line of each address, whatever their number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.people.seen import Seen


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["", "zoé", "luc"])), max_size=40))
def test_it_answers_as_a_dictionary_would(met: list[tuple[str, str]]) -> None:
    seen, first = Seen(), dict[str, tuple[int, str]]()
    for line, (key, name) in enumerate(met, 1):
        answer = seen.first_line(key, name, line)
        if key in first:
            at, before = first[key]
            assert answer == (at, bool(name and before and name != before))
        else:
            assert answer == (0, False)
            first[key] = line, name


@pytest.mark.parametrize("expected", [0, 20_000, 10**12])
def test_it_grows(expected: int) -> None:
    seen = Seen(expected)
    keys = [f"a{number}@example.org" for number in range(20_000)]
    assert all(seen.first_line(key, "", line) == (0, False) for line, key in enumerate(keys, 1))
    assert all(seen.first_line(key, "", 1)[0] == line for line, key in enumerate(keys, 1))
