"""The tokens of signing up: each opens its own door, for its own list, in its own time."""

from datetime import UTC, datetime, timedelta

import pytest

from mailer.listen.signups import (
    FORM_FOR,
    confirmation_token,
    form_token,
    is_our_form,
    proof_of,
    read_confirmation,
    terms,
)
from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.signed import mint
from mailer.tokens.undoing import Undo, undo_token
from tests.web.premises import KEYS, settings

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OTHERS = Keys.new(lambda count: bytes(range(1, count + 1)))
ID = "0123456789abcdef" * 2
UNDO = undo_token(KEYS, Undo(subscriber=1, lists=("news",), objected=False, expires=2**40))
FORM = form_token(KEYS, "news", NOW)
CONFIRMATION = confirmation_token(KEYS, ID)


def test_a_form_is_of_its_list_and_of_two_hours() -> None:
    assert is_our_form(KEYS, FORM, "news", NOW)
    assert is_our_form(KEYS, FORM, "news", NOW + FORM_FOR - timedelta(seconds=1))
    assert not is_our_form(KEYS, FORM, "news", NOW + FORM_FOR)
    assert not is_our_form(KEYS, FORM, "contacts", NOW)


def test_a_confirmation_gives_its_id() -> None:
    assert read_confirmation(KEYS, CONFIRMATION) == ID
    assert len(proof_of(CONFIRMATION)) == 64
    assert ID not in proof_of(CONFIRMATION)


STRANGERS = [
    "",
    "a",
    "a" * 60,
    "\udc80",
    UNDO,
    unsubscribe_token(KEYS, 7, "news"),
    mint(KEYS, Purpose.UNSUBSCRIBE, b"conf\0" + bytes(16)),
    mint(KEYS, Purpose.FORM, b"conf\0"),
    mint(KEYS, Purpose.FORM, b"conf\0" + bytes(17)),
    mint(KEYS, Purpose.FORM, b"form\0" + bytes(13)),
    confirmation_token(OTHERS, ID),
    form_token(OTHERS, "news", NOW),
]


@pytest.mark.parametrize("token", [*STRANGERS, FORM, CONFIRMATION[:-1], CONFIRMATION + "A"])
def test_no_other_token_confirms(token: str) -> None:
    assert read_confirmation(KEYS, token) is None


@pytest.mark.parametrize("token", [*STRANGERS, CONFIRMATION, FORM[:-1], FORM.swapcase()])
def test_no_other_token_is_a_form(token: str) -> None:
    assert not is_our_form(KEYS, token, "news", NOW)


def test_the_words_are_said_in_the_reader_s_language() -> None:
    read = settings()
    one, house = read.lists["news"], read.organisation
    for language in ("fr", "en"):
        said = terms(one, house, language)
        assert len(said) == 3
        assert "English news" in said[0]
        assert "CGT Exemple" in said[1]
    assert terms(one, house, "fr") != terms(one, house, "en")
