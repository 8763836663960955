"""Why people left: a closed list, and no figure that tells of a few (P14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.listen.reasons import WORDS, Reason, read_reason, shown_reasons


def test_every_reason_has_its_words() -> None:
    assert set(WORDS) == set(Reason)


@pytest.mark.parametrize("text", ["", "OFTEN", "often ", "Reason.OFTEN", "<script>", "é" * 1000])
def test_nothing_else_is_a_reason(text: str) -> None:
    assert read_reason(text) is None
    assert read_reason("often") is Reason.OFTEN


@pytest.mark.parametrize(
    "counts, shown",
    [
        ({}, {}),
        ({"often": 19}, {}),
        ({"often": 20}, {"often": 20}),
        ({"often": 12, "gone": 10}, {"often": 12, "gone": 10}),
        ({"gone": 10, "often": 12}, {"often": 12, "gone": 10}),
        ({"often": 30, "gone": 6, "never": 5}, {"often": 30, "other": 11}),
        ({"often": 30, "gone": 12, "never": 1}, {"often": 30, "other": 13}),
        ({"often": 19, "never": 1}, {"other": 20}),
        ({"often": 30, "other": 2}, {"other": 32}),
        ({"often": 30, "forgotten-reason": 10}, {"often": 30, "other": 10}),
    ],
)
def test_what_is_shown(counts: dict[str, int], shown: dict[str, int]) -> None:
    assert list(shown_reasons(counts).items()) == list(shown.items())


@given(st.dictionaries(st.sampled_from([*Reason]), st.integers(0, 60)))
def test_nothing_small_is_ever_shown_and_nobody_is_lost(counts: dict[str, int]) -> None:
    shown = shown_reasons(counts)
    total = sum(counts.values())
    assert sum(shown.values()) == (total if total >= 20 else 0)
    assert all(count >= 10 for count in shown.values())
    assert all(count == counts[reason] for reason, count in shown.items() if reason is not Reason.OTHER)
