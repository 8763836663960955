"""The ledger under any sequence of events: two senders, deaths, departures, time; P2, P5, P8, P10 hold."""

import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.delivery import Kind, Outcome, Phase, Turn
from mailer.model import Recipient
from mailer.store import launches
from mailer.store.driver import RuleError
from mailer.store.store import Store
from tests.store.house import CAMPAIGN, LIST, Clock, bring, inside, launch, number, opened, tally
from tests.stories.oracle import verdict

DATABASES = ["sqlite", "postgres"]  # see conftest.py

PEOPLE = 8
SOME = st.integers(0, 30)  # which of those that wait
Ready = tuple[Turn, Recipient]
T = TypeVar("T")


class Sending:
    """What a server would have received is counted beside the ledger, which knows nothing of it.

    Senders are any number of processes: between each of their steps anything may happen, another of them
    may do the same step again, and one that was taken for dead may go on.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        emails = [f"m{at}@example.org" for at in range(PEOPLE)]
        bring(self.store, *emails)
        self.numbers = [number(self.store, email) for email in emails]
        self.addresses = 0  # that people have changed to
        with patch.object(launches, "SLICE", 2):
            launch(self.store)
        self.turns: list[Turn] = []
        self.ready: list[Ready] = []
        self.marked: list[Turn] = []
        self.bodies: Counter[int] = Counter()  # that a server has kept, or may have kept
        self.hashes: dict[int, str] = {}  # of the address that the first body left for
        self.held: set[tuple[int, int, int]] = set()  # marked: subscriber, slice, fence
        self.over = False
        self.claims()

    # --- what senders do ------------------------------------------------------------------

    def claims(self, _at: int = 0, _odd: bool = False) -> None:
        with self.store.together():
            self.turns += self.store.ledger.claim(CAMPAIGN, "test") or []

    def looks(self, at: int, odd: bool) -> None:
        if not self.turns:
            return
        turn = _take(self.turns, at, odd)
        [found] = self.store.ledger.look([turn])
        if isinstance(found, str):
            with self.store.together():
                self.store.ledger.exclude(turn, found)
        else:
            self.ready.append((turn, found))

    def marks(self, at: int, odd: bool) -> None:
        if not self.ready:
            return
        turn, found = _take(self.ready, at, odd)
        hashed = self.store.people.hash_of(found.email)
        self.store.begin()
        try:
            [done] = self.store.ledger.mark([(turn, hashed)])
        except RuleError:
            self.store.abandon()
            return
        self.store.finish()
        if done:
            assert not self.over
            assert self.store.exits.standing(turn.subscriber, LIST) == (True, False)
            assert self.hashes.setdefault(turn.subscriber, hashed) == hashed
            self.bodies[turn.subscriber] += 1
            self.marked.append(turn)
            self.held.add((turn.subscriber, turn.slice, turn.fence))

    def is_stopped(self, at: int, odd: bool) -> None:
        """By the server's reply to RCPT; one holder does not get it after a mark of its own."""
        if not self.ready:
            return
        turn, _ = _take(self.ready, at, False)
        if (turn.subscriber, turn.slice, turn.fence) not in self.held:
            self._settle(turn, Kind.REFUSED if odd else Kind.DEFERRED)

    def replies(self, at: int, _odd: bool) -> None:
        """The reply to the final dot: unless the ledger has given it up, what it says is so."""
        if not self.marked:
            return
        kind = tuple(Kind)[at % len(Kind)]
        turn = _take(self.marked, at, False)
        kept = kind not in (Kind.DEFERRED, Kind.REFUSED, Kind.UNTRIED)
        if not kept and self._state(turn) == "in_flight":
            self.bodies[turn.subscriber] -= 1
        self._settle(turn, kind)

    def _state(self, turn: Turn) -> str:
        query = "SELECT state FROM delivery WHERE subscriber = ?"
        return str(next(inside(self.store).query(query, [turn.subscriber]))["state"])

    def _settle(self, turn: Turn, kind: Kind) -> None:
        outcome = Outcome(kind=kind, phase=Phase.DOT, reason="test")
        due: datetime | None = self.clock.now + timedelta(minutes=15) if kind is Kind.DEFERRED else None
        with self.store.together():
            if kind is Kind.SENT:
                self.store.ledger.sent([(turn, outcome)])
            else:
                self.store.ledger.settle(turn, outcome, due)

    def lets_go(self, at: int, _odd: bool) -> None:
        """Of a slice none of whose people is on their way."""
        if not self.turns:
            return
        place = _place(self.turns[at % len(self.turns)])
        if place in {_place(turn) for turn in (*self.marked, *(ready[0] for ready in self.ready))}:
            return
        self.turns = [turn for turn in self.turns if _place(turn) != place]
        with self.store.together():
            self.store.ledger.close(CAMPAIGN, *place)

    def takes_over(self, at: int, ghosts: bool) -> None:
        """Whoever has the lock knows that the others are dead; if they are not, they come too late."""
        if at > 10:
            return
        if not ghosts:
            self.turns, self.ready, self.marked = [], [], []
        with self.store.together():
            self.store.ledger.take_over(CAMPAIGN)

    def is_cut_off(self, at: int, _odd: bool) -> None:
        """A holder gives no sign of life for longer than its lease; it comes back later, or not."""
        if at % 3:
            return
        inside(self.store).execute("UPDATE slice SET lease_until = '2000' WHERE lease_until <> ''")
        with self.store.together():
            self.store.ledger.reap(CAMPAIGN if at % 2 else "")

    # --- what happens meanwhile -------------------------------------------------------------

    def somebody(self, at: int, odd: bool) -> None:
        """Leaves the list or everything, comes back, changes their address as a later command will."""
        who = self.numbers[at % PEOPLE]
        with self.store.together():
            if at % 5 == 0:
                self._moves(who)
            elif at % 5 < 3:
                self.store.exits.leave(who, (LIST,), "site")
            elif odd:
                self.store.exits.object(who, "site")
            else:
                self.store.exits.come_back(who, (LIST,), "site", objected=True)

    def _moves(self, who: int) -> None:
        self.addresses += 1
        email = f"new{self.addresses}@example.org"
        inside(self.store).execute(
            "UPDATE subscriber SET email = ?, address_hash = ? WHERE id = ?",
            [email, self.store.people.hash_of(email), who],
        )

    def time_passes(self, at: int, _odd: bool) -> None:
        self.clock.later(minutes=at)

    def ends(self, at: int, cancels: bool) -> None:
        """Cancelled, or its time is over; nothing is in flight then, for the sender has seen to it."""
        if at < 25 or self.over or tally(self.store).in_flight:
            return
        with self.store.together():
            if cancels:
                self.store.campaigns.cancel(CAMPAIGN, "running")
            else:
                self.store.ledger.expire(CAMPAIGN)
        self.over = True

    def judge(self) -> None:
        """What the ledger says of each against the bodies that left, at every step: see the oracle."""
        rows = inside(self.store).query("SELECT subscriber, state FROM delivery")
        states = {str(row["subscriber"]): str(row["state"]) for row in rows}
        waiting = {str(number): "pending" for number in self.numbers}
        bodies = {str(number): count for number, count in self.bodies.items() if count}
        assert verdict(waiting | states, bodies, lost=PEOPLE) == []

    def finish(self) -> None:
        """Nobody is forgotten: a sender that meets no more trouble brings everyone to an end."""
        self.takes_over(0, False)
        for _ in range(100):
            if not tally(self.store).left:
                break
            self.clock.later(hours=1)
            self.claims()
            for place, fence in {(turn.slice, turn.fence) for turn in self.turns}:
                while self.turns:
                    self.looks(0, False)
                while self.ready:
                    self.marks(0, False)
                while self.marked:
                    self.replies(0, False)
                with self.store.together():
                    self.store.ledger.close(CAMPAIGN, place, fence)
        final = tally(self.store)
        assert final.done == PEOPLE
        assert final.sent + final.unknown == sum(self.bodies.values())


def _take(waiting: list[T], at: int, again: bool) -> T:
    """One of those that wait; it goes on waiting if another sender is to do it `again`."""
    place = at % len(waiting)
    return waiting[place] if again else waiting.pop(place)


def _place(turn: Turn) -> tuple[int, int]:
    return turn.slice, turn.fence


STEPS = ["looks", "marks"] * 5 + ["claims", "replies"] * 3
STEPS += ["is_stopped", "somebody", "time_passes"] * 2 + ["lets_go", "takes_over", "is_cut_off", "ends"]


@pytest.mark.hypothesis  # the search is made within, so pytest cannot tell
def test_whatever_happens(database: str) -> None:
    search = given(st.lists(st.tuples(st.sampled_from(STEPS), SOME, st.booleans()), min_size=30, max_size=90))
    if database == "postgres":  # a step takes ten times as long there
        search_there = settings(max_examples=max(settings().max_examples // 10, 10))
        search_there(search(_happens))()
    else:
        search(_happens)()


def _happens(steps: list[tuple[str, int, bool]]) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), clock) as store:
        sending = Sending(store, clock)
        for name, at, odd in steps:
            getattr(sending, name)(at, odd)
            assert tally(store).audience == PEOPLE
            sending.judge()
        sending.finish()
        sending.judge()
