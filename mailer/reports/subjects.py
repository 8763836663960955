"""Which of several subjects drew more clicks, and whether that may be chance. Pure.

Clicks are events, not people: somebody may click twice, a filter may follow links. So rates of events are
compared: given the clicks of two subjects together, those of one are binomial with its share of the people,
if both draw alike (Przyborowski and Wilenski, "Homogeneity of results in testing samples from Poisson
series", Biometrika 31, 1940). Among more than two subjects the chance is multiplied by the number of pairs
(Bonferroni).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log

from mailer.privacy import shown_clicks

# Below this chance a difference is called clear. Repeats make clicks vary more than single ones would: as
# long as their variance is not more than 1.7 times as large, ((2.576 / 1.960) ** 2), it is 1 in 20 or better.
CLEAR = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One subject: how many have it, and how many clicks it drew."""

    subject: str
    people: int
    clicks: int

    @property
    def rate(self) -> float:
        """Clicks for one person."""
        return self.clicks / self.people if self.people else 0.0


class Verdict(StrEnum):
    """What may be said of a difference."""

    TOO_FEW = "too_few"  # people or clicks: no figure is shown (P14)
    CHANCE = "chance"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What may be told: all figures or none; the best, and how likely such a lead is if all draw alike."""

    verdict: Verdict
    tried: tuple[Tried, ...] = ()
    best: Tried | None = None
    chance: float | None = None


def judge(tried: Sequence[Tried]) -> Judgement:
    """The best of two subjects or more against the next best; nothing while any of them has too few.

    One hidden figure beside the others and their sum would be none.
    """
    if any(shown_clicks(one.clicks, one.people) is None for one in tried):
        return Judgement(verdict=Verdict.TOO_FEW)
    best, *others = sorted(tried, key=lambda one: -one.rate)
    pairs = len(tried) * (len(tried) - 1) // 2
    found = min(1.0, pairs * max(chance(best, other) for other in others))
    verdict = Verdict.CLEAR if found < CLEAR else Verdict.CHANCE
    return Judgement(verdict=verdict, tried=tuple(tried), best=best, chance=found)


def chance(one: Tried, other: Tried) -> float:
    """How likely a difference as large or larger is, in either direction, if both subjects draw alike.

    Exact: twice the smaller tail of the binomial distribution, at most 1. At the mean or above the upper one
    is the smaller, or both are over a half (its median is the mean rounded up or down).
    """
    clicks, share = one.clicks + other.clicks, one.people / (one.people + other.people)
    if one.clicks < clicks * share:
        return chance(other, one)
    return min(1.0, 2 * _upper_tail(one.clicks, clicks, share))


def _upper_tail(least: int, count: int, share: float) -> float:
    """P(X >= least) of a binomial, `least` at its mean or above: terms shrink from the first on."""
    first = lgamma(count + 1) - lgamma(least + 1) - lgamma(count - least + 1)
    term = exp(first + least * log(share) + (count - least) * log(1 - share))
    total, odds = 0.0, share / (1 - share)
    for at in range(least, count + 1):
        total += term
        term *= (count - at) / (at + 1) * odds
        if term < total * 1e-17:
            break
    return total
