"""Several subjects judged: exact where it can be checked by hand, honest where little is known."""

import random
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.reports.subjects import CLEAR, Tried, Verdict, chance, judge


def tried(people: int, clicks: int, subject: str = "Un") -> Tried:
    return Tried(subject=subject, people=people, clicks=clicks)


def by_hand(one: Tried, other: Tried) -> float:
    """The same by the definition, in whole numbers: both tails of the binomial, the smaller one twice."""
    count, whole = one.clicks + other.clicks, one.people + other.people
    weights: list[int] = [
        comb(count, at) * one.people**at * other.people ** (count - at) for at in range(count + 1)
    ]
    tails = sum(weights[one.clicks :]), sum(weights[: one.clicks + 1])
    return min(1.0, float(2 * min(tails) / whole**count))


@given(
    clicks=st.tuples(st.integers(0, 60), st.integers(0, 60)).filter(sum),
    people=st.tuples(st.integers(1, 500), st.integers(1, 500)),
)
def test_the_chance_is_exact(clicks: tuple[int, int], people: tuple[int, int]) -> None:
    one, other = tried(people[0], clicks[0]), tried(people[1], clicks[1])
    assert chance(one, other) == pytest.approx(by_hand(one, other), rel=1e-9)
    assert chance(one, other) == chance(other, one)


def test_chances_one_can_reckon() -> None:
    assert chance(tried(100, 20), tried(100, 20)) == 1.0
    assert chance(tried(100, 10), tried(100, 0)) == pytest.approx(
        2 / 1024
    )  # ten tosses, all one side, either
    assert chance(tried(300, 12), tried(100, 0)) == pytest.approx(2 * 0.75**12)


def test_a_million_clicks_take_no_time_and_do_not_underflow() -> None:
    even = chance(tried(10**6, 500_000), tried(10**6, 500_900))
    assert 0.3 < even < 0.4  # 0.9 of a standard deviation
    assert 0.0 <= chance(tried(10**6, 500_000), tried(10**6, 600_000)) < 1e-300


@pytest.mark.parametrize(
    ("first", "second"),
    [(tried(19, 15), tried(200, 15)), (tried(200, 9), tried(200, 60)), (tried(200, 60), tried(200, 9))],
)
def test_under_twenty_people_or_ten_clicks_no_figure_is_told(first: Tried, second: Tried) -> None:
    found = judge([first, second])
    assert (found.verdict, found.tried, found.best, found.chance) == (Verdict.TOO_FEW, (), None, None)


def test_a_clear_lead_and_one_that_may_be_chance() -> None:
    clear = judge([tried(500, 40, "Un"), tried(500, 90, "Deux")])
    assert (clear.verdict, clear.best) == (Verdict.CLEAR, tried(500, 90, "Deux"))
    assert clear.chance is not None
    assert clear.chance < CLEAR
    even = judge([tried(500, 40, "Un"), tried(500, 50, "Deux")])
    assert even.verdict is Verdict.CHANCE
    assert [one.subject for one in even.tried] == ["Un", "Deux"]


def test_a_rate_counts_not_a_number_of_clicks() -> None:
    found = judge([tried(1000, 60, "Un"), tried(100, 40, "Deux")])
    assert found.best == tried(100, 40, "Deux")
    assert found.verdict is Verdict.CLEAR


def test_with_more_subjects_the_best_must_lead_each_of_them() -> None:
    two = judge([tried(500, 50), tried(500, 82)])
    three = judge([tried(500, 50), tried(500, 82), tried(500, 49)])
    assert two.verdict is Verdict.CLEAR
    assert three.chance is not None
    assert two.chance is not None
    assert three.chance == pytest.approx(3 * two.chance)
    assert judge([tried(500, 20), tried(500, 82), tried(500, 80)]).verdict is Verdict.CHANCE


def test_alike_subjects_are_seldom_called_different_even_when_people_click_twice() -> None:
    """Two halves of 500 people, one in ten clicks, a quarter of those once or twice more: 2,000 campaigns."""
    dice, called = random.Random(7), 0
    for _ in range(2000):
        halves = []
        for _ in range(2):
            clickers = sum(dice.random() < 0.1 for _ in range(500))
            halves.append(sum(dice.choices((1, 2, 3), (75, 20, 5))[0] for _ in range(clickers)))
        called += judge([tried(500, clicks) for clicks in halves]).verdict is Verdict.CLEAR
    assert called / 2000 < 0.05
