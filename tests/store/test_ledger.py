"""The ledger from claim to outcome: each state, each refusal to move; nobody twice, nobody forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailer.delivery import Tally
from mailer.model import Recipient
from mailer.store.driver import RuleError
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LATER,
    LIST,
    LUC,
    NOON,
    OURS,
    REFUSED,
    ZOE,
    Clock,
    bring,
    claim,
    claimed,
    inside,
    launch,
    mark,
    number,
    opened,
    settle,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def test_from_pending_to_sent(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        assert launch(store) == Tally(audience=2, pending=2)
        turns = claimed(store)
        assert {turn.subscriber for turn in turns} == {number(store, ZOE), number(store, ANA)}
        assert {(turn.list, turn.edition, turn.attempts) for turn in turns} == {(LIST, 1, 0)}
        assert claim(store) is None  # the slice is held
        assert mark(store, *turns) == [True, True]
        assert tally(store) == Tally(audience=2, in_flight=2)
        for turn in turns:
            settle(store, turn, ACCEPTED)
            settle(store, turn, ACCEPTED)
        assert tally(store) == Tally(audience=2, sent=2)
        with store.together():
            store.ledger.close(CAMPAIGN, turns[0].slice, turns[0].fence)
        assert claim(store) is None
        rows = list(inside(store).query("SELECT code, enhanced, reply, attempts FROM delivery"))
        assert rows == [{"code": 250, "enhanced": "2.0.0", "reply": "ok", "attempts": 1}] * 2


def test_a_look_gives_each_as_they_are_at_this_instant(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
        launch(store)
        turns = {turn.subscriber: turn for turn in claimed(store)}
        zoe, ana, luc = (turns[number(store, email)] for email in (ZOE, ANA, LUC))
        with store.together():
            store.exits.leave(zoe.subscriber, (LIST,), "test")
            store.exits.object(ana.subscriber, "test")
        gone, objected, there = store.ledger.look([zoe, ana, luc])
        assert (gone, objected) == ("unsubscribed", "suppressed")
        assert isinstance(there, Recipient)
        assert (there.email, there.list, there.fields["email"]) == (LUC, LIST, LUC)
        inside(store).execute("DELETE FROM subscriber WHERE id = ?", [luc.subscriber])
        assert store.ledger.look([luc]) == ["erased"]


@pytest.mark.parametrize("objects", [False, True])
def test_who_leaves_between_claim_and_mark_gets_nothing(tmp_path: Path, objects: bool) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        with store.together():
            if objects:
                store.exits.object(turn.subscriber, "site")
            else:
                store.exits.leave(turn.subscriber, (LIST,), "site")
        with store.together():
            assert store.ledger.mark([(turn, store.people.hash_of(ZOE))]) == [False]
            store.ledger.exclude(turn, "unsubscribed")
        assert tally(store) == Tally(audience=1, excluded=1)
        assert store.campaigns.reasons(CAMPAIGN) == [("excluded", "unsubscribed", 1)]


def test_one_refusal_among_several_marks_is_told_and_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        turns = claimed(store)
        with store.together():
            store.exits.leave(turns[0].subscriber, (LIST,), "site")
        hashes = [store.people.hash_of(_email(store.ledger.look([turns[1]])[0]))] * 2
        store.begin()
        with pytest.raises(RuleError):
            store.ledger.mark(list(zip(turns, hashes, strict=True)))
        store.abandon()
        assert tally(store) == Tally(audience=2, pending=2)


def _email(found: Recipient | str) -> str:
    assert isinstance(found, Recipient)
    return found.email


def test_two_people_of_one_address_are_written_to_once(tmp_path: Path) -> None:
    """An address changed since the launch into that of somebody who has had the message."""
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        zoe, ana = claimed(store)
        same = store.people.hash_of(ZOE)
        with store.together():
            assert store.ledger.mark([(zoe, same)]) == [True]
        store.begin()
        with pytest.raises(RuleError):
            store.ledger.mark([(ana, same)])
        store.abandon()


def test_deferred_then_due_then_sent(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        launch(store)
        turns = claimed(store)
        due = NOON + timedelta(minutes=15)
        settle(store, turns[0], LATER, due)  # at RCPT: never marked
        mark(store, turns[1])
        settle(store, turns[1], LATER, due + timedelta(hours=1))
        assert tally(store) == Tally(audience=2, deferred=2)
        assert store.ledger.next_due(CAMPAIGN) == due
        assert claim(store) is None
        clock.later(minutes=15)
        [again] = claimed(store)
        assert (again.subscriber, again.attempts) == (turns[0].subscriber, 1)
        assert tally(store) == Tally(audience=2, deferred=1, pending=1)
        mark(store, again)
        settle(store, again, ACCEPTED)
        clock.later(hours=1)
        [last] = claimed(store)
        assert last.address_hash is not None  # its body had left once: to this address and no other
        assert mark(store, last) == [True]
        settle(store, last, REFUSED)
        assert tally(store) == Tally(audience=2, sent=1, refused=1)
        assert store.campaigns.reasons(CAMPAIGN) == [("refused", "mailbox", 1)]
        attempts = inside(store).query("SELECT number, outcome FROM attempt ORDER BY at, number")
        assert [(row["number"], row["outcome"]) for row in attempts] == [
            (1, "deferred"),
            (1, "deferred"),
            (2, "refused"),
        ]


def test_a_changed_address_is_not_written_to_a_second_time(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        mark(store, turn)
        settle(store, turn, LATER, NOON)
        inside(store).execute(
            "UPDATE subscriber SET email = ?, address_hash = ?", [LUC, store.people.hash_of(LUC)]
        )
        clock.later(minutes=1)
        [again] = claimed(store)
        assert store.ledger.look([again]) == ["address-changed"]
        with store.together():
            assert store.ledger.mark([(again, store.people.hash_of(LUC))]) == [False]


def test_the_sender_s_own_fault_uses_up_nobody_s_attempt(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        mark(store, turn)
        settle(store, turn, OURS)
        assert tally(store) == Tally(audience=1, pending=1)
        assert mark(store, turn) == [True]  # the same turn, the same attempt
