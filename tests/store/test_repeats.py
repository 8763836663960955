"""What is asked again: unknown and refused people are pending once more, and never sent twice unasked."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailer.delivery import Kind, Outcome, Phase, Tally, Turn
from mailer.store.repeats import ANY, Replies, replies_like
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    CAMPAIGN,
    LATER,
    LIST,
    NOON,
    SILENCE,
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
from tests.store.test_amendments import amend, editions

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def refused(code: int, enhanced: str = "", phase: Phase = Phase.RCPT) -> Outcome:
    return Outcome(kind=Kind.REFUSED, phase=phase, reason="mailbox", code=code, enhanced=enhanced, text="no")


def people(store: Store, count: int) -> list[Turn]:
    bring(store, *(f"m{at}@example.org" for at in range(count)))
    launch(store)
    return claimed(store)


def let_go(store: Store, turn: Turn) -> None:
    with store.together():
        store.ledger.close(CAMPAIGN, turn.slice, turn.fence)


def test_a_lost_reply_is_asked_for_once_more(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        turns = people(store, 3)
        mark(store, *turns)
        for turn, outcome in zip(turns, (SILENCE, ACCEPTED, SILENCE), strict=True):
            settle(store, turn, outcome)
        let_go(store, turns[0])
        assert claim(store) is None  # never by itself (P3)
        with store.together():
            assert store.repeats.unknown_again(CAMPAIGN) == 2
        assert tally(store) == Tally(audience=3, sent=1, pending=2)
        again = claimed(store)
        assert {turn.subscriber for turn in again} == {turns[0].subscriber, turns[2].subscriber}
        assert {(turn.attempts, turn.edition) for turn in again} == {(1, 1)}
        mark(store, *again)
        settle(store, again[0], ACCEPTED)
        settle(store, again[1], SILENCE)
        let_go(store, again[0])
        assert claim(store) is None  # once, unless it is asked again
        assert tally(store) == Tally(audience=3, sent=2, unknown=1)
        attempts = [(row["number"], row["outcome"]) for row in inside(store).query(ATTEMPTS)]
        assert attempts == [(1, "unknown"), (1, "unknown"), (2, "unknown")]


ATTEMPTS = "SELECT number, outcome FROM attempt ORDER BY number"


def test_a_lost_reply_s_text_stays_the_first(tmp_path: Path) -> None:
    """Nobody sees two texts under one Message-ID."""
    with opened(tmp_path) as store:
        [turn, other] = people(store, 2)
        mark(store, turn)
        settle(store, turn, SILENCE)
        let_go(store, other)
        amend(store)
        with store.together():
            store.repeats.unknown_again(CAMPAIGN)
        assert editions(store) == [Tally(audience=1, pending=1), Tally(audience=1, pending=1)]


def test_an_address_that_changed_meanwhile_is_not_written_to(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        [turn] = people(store, 1)
        mark(store, turn)
        settle(store, turn, SILENCE)
        let_go(store, turn)
        inside(store).execute(
            "UPDATE subscriber SET email = 'new@example.org', address_hash = ?",
            [store.people.hash_of("new@example.org")],
        )
        with store.together():
            store.repeats.unknown_again(CAMPAIGN)
        assert store.ledger.look(claimed(store)) == ["address-changed"]


@pytest.mark.parametrize(
    ("code", "replies", "again"),
    [
        ("", ANY, 6),
        ("5", Replies(low=500, high=599), 4),
        ("55", Replies(low=550, high=559), 4),
        ("550", Replies(low=550, high=550), 3),
        ("5.7", Replies(low=1, high=0, enhanced="5.7"), 2),
        ("5.7.1", Replies(low=1, high=0, enhanced="5.7.1"), 1),
        ("5.2.2", Replies(low=1, high=0, enhanced="5.2.2"), 1),
        ("450", Replies(low=450, high=450), 1),
        ("599", Replies(low=599, high=599), 0),
    ],
)
def test_refused_ones_by_reply(tmp_path: Path, code: str, replies: Replies, again: int) -> None:
    with opened(tmp_path) as store:
        turns = people(store, 506)[:5]
        outcomes = [
            refused(550, "5.7.1"),
            refused(550, "5.7.26"),
            refused(550, "5.1.1"),
            refused(552, "5.2.2"),
            LATER,
        ]
        for turn, outcome in zip(turns, outcomes, strict=True):
            settle(store, turn, outcome, NOON + timedelta(days=9))
        with store.together():
            inside(store).execute(f"DELETE FROM delivery WHERE subscriber NOT IN ({FIRST_SIX})")
            inside(store).execute("DELETE FROM slice WHERE state = 'waiting'")
            inside(store).execute("UPDATE wave SET audience = 6")
            inside(store).execute("UPDATE edition SET audience = 6")
            store.ledger.expire(CAMPAIGN)
        assert tally(store) == Tally(audience=6, refused=6)
        if code:
            assert replies_like(code) == replies
        assert sum(people for *_, people in store.repeats.refused(CAMPAIGN, replies)) == again
        with store.together():
            assert store.repeats.refused_again(CAMPAIGN, replies) == again
        assert tally(store) == Tally(audience=6, refused=6 - again, pending=again)
        assert again == 0 or len(claimed(store)) == again


FIRST_SIX = "SELECT subscriber FROM delivery ORDER BY subscriber LIMIT 6"


def test_replies_are_named_as_servers_write_them() -> None:
    for wrong in (
        "",
        "0",
        "6",
        "55O",
        "5.",
        "5..1",
        "5.7.1.1",
        "550 5.1.1",
        "1000",
        "x",
        "３50",
        "-5",
        "5.7.%",
    ):
        assert replies_like(wrong) is None


def test_who_left_or_objected_is_looked_at_once_more(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        turns = people(store, 3)
        for turn in turns:
            settle(store, turn, refused(550))
        let_go(store, turns[0])
        with store.together():
            store.exits.leave(number(store, "m0@example.org"), (LIST,), "site")
            store.exits.object(number(store, "m1@example.org"), "site")
            store.repeats.refused_again(CAMPAIGN)
        found = store.ledger.look(claimed(store))
        assert sorted(one for one in found if isinstance(one, str)) == ["suppressed", "unsubscribed"]


def test_who_is_excluded_stays_so(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        [turn] = people(store, 1)
        with store.together():
            store.ledger.exclude(turn, "unsubscribed")
            assert store.repeats.refused_again(CAMPAIGN) == 0
        assert tally(store) == Tally(audience=1, excluded=1)


def test_after_an_amendment_a_refusal_for_good_gets_the_new_text(tmp_path: Path) -> None:
    """A 5yz wants another request; a 4yz after the dot, the same one again (RFC 5321, 4.2.1)."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        at_rcpt, at_dot, greylisted, left = people(store, 4)
        mark(store, at_dot, greylisted)
        settle(store, at_rcpt, refused(550))
        settle(store, at_dot, refused(554, "5.6.0", Phase.DOT))
        settle(store, greylisted, LATER, NOON + timedelta(days=9))
        let_go(store, left)
        amend(store)
        with store.together():
            store.ledger.expire(CAMPAIGN)
            assert store.repeats.refused_again(CAMPAIGN) == 4
        texts = {row["subscriber"]: row["edition"] for row in inside(store).query("SELECT * FROM delivery")}
        assert texts == {
            at_rcpt.subscriber: 2,
            at_dot.subscriber: 2,
            greylisted.subscriber: 1,
            left.subscriber: 2,
        }
        assert editions(store) == [Tally(audience=1, pending=1), Tally(audience=3, pending=3)]


def test_many_come_back_in_slices(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(1201)))
        launch(store)
        with store.together():
            store.ledger.expire(CAMPAIGN)
            assert store.repeats.refused_again(CAMPAIGN) == 1201
        assert [len(claimed(store)) for _ in range(3)] == [500, 500, 201]
        assert tally(store) == Tally(audience=1201, pending=1201)
