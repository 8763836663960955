"""The words of a delivery's life, and the sum that must always be right (P5)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.delivery import Kind, Outcome, Phase, State, Tally

_COUNT = st.integers(0, 10**9)
# In the contract's order: docs/contract.md, `mailer send --json`.
_NAMES = ["audience", "sent", "refused", "excluded", "deferred", "in_flight", "unknown", "pending"]
_TALLIES = st.builds(Tally, **dict.fromkeys(_NAMES, _COUNT))


@given(_TALLIES)
def test_everyone_is_somewhere_once(tally: Tally) -> None:
    others = sum(tally.as_json().values()) - tally.audience
    assert tally.balanced == (tally.audience == others)
    assert others == tally.done + tally.left + tally.in_flight


@pytest.mark.parametrize("name", _NAMES)
def test_one_too_many_anywhere_is_seen(name: str) -> None:
    right = Tally(audience=28, sent=1, refused=2, excluded=3, deferred=4, in_flight=5, unknown=6, pending=7)
    assert right.balanced
    for wrong in (1, -1):
        assert not (right + Tally(**{name: wrong})).balanced


@given(_TALLIES, _TALLIES)
def test_sums(one: Tally, other: Tally) -> None:
    total = one + other
    assert total == other + one
    assert total.as_json() == {name: one.as_json()[name] + other.as_json()[name] for name in one.as_json()}
    assert one + Tally() == one
    assert not (one.balanced and other.balanced) or total.balanced


def test_its_json_is_the_contract_s() -> None:
    tally = Tally(audience=1, sent=2, refused=3, excluded=4, deferred=5, in_flight=6, unknown=7, pending=8)
    assert list(tally.as_json().items()) == list(zip(_NAMES, range(1, 9), strict=True))
    assert json.loads(json.dumps(tally.as_json())) == tally.as_json()


def test_nobody_yet() -> None:
    assert Tally().balanced
    assert (Tally().done, Tally().left) == (0, 0)


def test_every_state_is_counted() -> None:
    assert {state.value for state in State} == set(_NAMES[1:])


def test_what_an_attempt_gives_is_a_state_or_nothing() -> None:
    """`untried` changes no state: somebody else's fault."""
    states = {state.value for state in State}
    assert {kind.value for kind in Kind} - states == {"untried"}


def test_phases_are_in_the_order_of_a_dialogue() -> None:
    assert [str(phase) for phase in Phase] == [
        "connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot",
    ]  # fmt: skip


def test_an_outcome_says_little_unless_told() -> None:
    outcome = Outcome(kind=Kind.SENT, phase=Phase.DOT)
    assert (outcome.reason, outcome.code, outcome.enhanced, outcome.text) == ("", 0, "", "")
    assert not outcome.lost
    assert not outcome.halt
    with pytest.raises(AttributeError):
        outcome.kind = Kind.REFUSED  # type: ignore[misc]
