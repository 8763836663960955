"""Who may still answer, by the digests of ballots alone."""

import random

from mailer.ballots.casting import ballot, named_ballot, read_ballot, read_named_ballot
from mailer.ballots.reminding import unanswered, unanswered_by_name
from mailer.tokens.keys import Keys

KEY = random.Random(1).randbytes(32)
KEYS = Keys.new(random.Random(3).randbytes)
CAMPAIGN = "k7qk2m4x9a"


def test_whoever_has_not_cast_theirs() -> None:
    dice = random.Random(2)
    people = [dice.randrange(1, 2**62) for _ in range(500)]
    answered = set(dice.sample(people, 200))
    spent = [found.spending for one in answered if (found := read_ballot(KEY, ballot(KEY, one)))]
    waits = unanswered(KEY, spent)
    assert waits.answered == 200
    assert {one for one in people if waits(one)} == set(people) - answered


def test_by_name_too() -> None:
    found = read_named_ballot(KEYS, CAMPAIGN, named_ballot(KEYS, CAMPAIGN, 7))
    assert found is not None
    waits = unanswered_by_name(KEYS, CAMPAIGN, [found.spending])
    assert [waits(one) for one in (6, 7, 8)] == [True, False, True]


def test_before_anybody_answered_all_may() -> None:
    assert all(unanswered(KEY, [])(one) for one in range(1, 50))
