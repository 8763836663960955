"""Ballots: one for each member and questionnaire, told from any other, and saying nothing without the key."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.ballots.casting import KEY_BYTES, ballot, named_ballot, read_ballot, read_named_ballot
from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.signed import mint

KEY = random.Random(1).randbytes(KEY_BYTES)
OTHER = random.Random(2).randbytes(KEY_BYTES)
KEYS = Keys.new(random.Random(3).randbytes)
CAMPAIGN, ANOTHER = "k7qk2m4x9a", "m7qk2m4x9b"
PEOPLE = st.integers(1, 2**62)


@given(PEOPLE)
def test_a_member_s_is_the_same_each_time(subscriber: int) -> None:
    text = ballot(KEY, subscriber)
    assert text == ballot(KEY, subscriber)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", text)
    found = read_ballot(KEY, text)
    assert found is not None
    assert (found.member, found.is_test, len(found.spending)) == (None, False, 32)


def test_everybody_s_is_their_own() -> None:
    texts = {ballot(key, subscriber) for key in (KEY, OTHER) for subscriber in range(1000)}
    assert len(texts) == 2000
    assert len({read_ballot(KEY, ballot(KEY, subscriber)) for subscriber in range(1000)}) == 1000


@given(PEOPLE, st.integers(0, 42), st.characters())
def test_one_that_is_not_ours_opens_nothing(subscriber: int, at: int, letter: str) -> None:
    text = ballot(KEY, subscriber)
    assert read_ballot(OTHER, text) is None
    forged = text[:at] + letter + text[at + 1 :]
    assert (read_ballot(KEY, forged) is None) == (forged != text)
    assert read_ballot(KEY, text[:at]) is None


@given(st.text(max_size=60))
def test_no_text_is_a_ballot_by_chance(text: str) -> None:
    assert read_ballot(KEY, text) is None
    assert read_named_ballot(KEYS, CAMPAIGN, text) is None


def test_the_one_of_tests_is_known() -> None:
    found = read_ballot(KEY, ballot(KEY, 0))
    assert found is not None
    assert found.is_test
    named = read_named_ballot(KEYS, CAMPAIGN, named_ballot(KEYS, CAMPAIGN, 0))
    assert named is not None
    assert named.is_test


@given(PEOPLE)
def test_a_named_one_says_who_to_its_own_campaign(subscriber: int) -> None:
    text = named_ballot(KEYS, CAMPAIGN, subscriber)
    found = read_named_ballot(KEYS, CAMPAIGN, text)
    assert found is not None
    assert (found.member, found.is_test) == (subscriber, False)
    assert read_named_ballot(KEYS, ANOTHER, text) is None
    assert read_named_ballot(Keys.new(random.Random(4).randbytes), CAMPAIGN, text) is None


@pytest.mark.parametrize(
    "token",
    [
        unsubscribe_token(KEYS, 7, "adherents"),
        mint(KEYS, Purpose.FORM, b"undo\0" + bytes(30)),
        ballot(KEY, 7),
    ],
)
def test_no_other_token_is_one(token: str) -> None:
    assert read_named_ballot(KEYS, CAMPAIGN, token) is None
    assert token == ballot(KEY, 7) or read_ballot(KEY, token) is None
