"""A campaign that grows, is amended and asks again under any sequence of events; P1, P3, P5 hold."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.store.store import Store
from tests.store.house import CAMPAIGN, Clock, bring, inside, number, opened, tally
from tests.store.test_amendments import amend, editions
from tests.store.test_ledger_machine import PEOPLE, SOME, Sending
from tests.store.test_waves import top_up, waves

DATABASES = ["sqlite", "postgres"]  # see conftest.py


class Growing(Sending):
    """The same senders; and an operator who asks for more whenever no message is on its way."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.allowed: Counter[int] = Counter()  # bodies beyond the first, which somebody asked for
        self.texts: dict[int, int] = {}  # the only edition that has begun to leave for somebody
        self.amended = 0
        super().__init__(store, clock)

    def joins(self, _at: int, _odd: bool) -> None:
        email = f"joined{len(self.numbers)}@example.org"
        bring(self.store, email)
        self.numbers.append(number(self.store, email))

    def tops_up(self, _at: int, _odd: bool) -> None:
        if not self.over:
            top_up(self.store)

    def amends(self, _at: int, ghosts: bool) -> None:
        """Nobody sends then; whoever was taken for dead may still try."""
        if self.over:
            return
        self.takes_over(0, ghosts)
        self.amended += 1
        amend(self.store, 10 + self.amended)

    def asks_again(self, at: int, _odd: bool) -> None:
        if self.over:
            return
        if at % 2:
            with self.store.together():
                self.store.repeats.refused_again(CAMPAIGN)
            return
        query = "SELECT subscriber FROM delivery WHERE state = 'unknown'"
        self.allowed.update(row["subscriber"] for row in inside(self.store).query(query))
        with self.store.together():
            self.store.repeats.unknown_again(CAMPAIGN)

    def marks(self, at: int, odd: bool) -> None:
        before = len(self.marked)
        super().marks(at, odd)
        for turn in self.marked[before:]:
            assert self.texts.setdefault(turn.subscriber, turn.edition) == turn.edition

    def check(self) -> None:
        """Nobody has it once more than was asked for; every figure adds up, in parts and in all."""
        for subscriber, bodies in self.bodies.items():
            assert bodies <= 1 + self.allowed[subscriber]
        assert sum(one.audience for one in waves(self.store)) == tally(self.store).audience
        assert sum(one.audience for one in editions(self.store)) == tally(self.store).audience
        selected = {row["subscriber"] for row in inside(self.store).query("SELECT subscriber FROM delivery")}
        assert len(selected) <= tally(self.store).audience <= len(self.numbers)

    def ends_well(self) -> None:
        """Whoever is left is brought to an end by a sender that meets no more trouble."""
        self.takes_over(0, False)
        for _ in range(100):
            if not tally(self.store).left:
                break
            self.clock.later(hours=1)
            self.claims()
            places = {(turn.slice, turn.fence) for turn in self.turns}
            while self.turns:
                self.looks(0, False)
            while self.ready:
                self.marks(0, False)
            while self.marked:
                self.replies(0, False)
            with self.store.together():
                for place, fence in places:
                    self.store.ledger.close(CAMPAIGN, place, fence)
        self.check()
        assert tally(self.store).done == tally(self.store).audience >= PEOPLE


STEPS = ["looks", "marks"] * 5 + ["claims", "replies"] * 3
STEPS += ["joins", "asks_again"] * 2 + ["tops_up", "amends", "is_stopped", "somebody", "time_passes"]
STEPS += ["lets_go", "takes_over", "is_cut_off", "ends"]


def test_whatever_is_asked(database: str) -> None:
    search = given(st.lists(st.tuples(st.sampled_from(STEPS), SOME, st.booleans()), min_size=30, max_size=90))
    if database == "postgres":  # a step takes ten times as long there
        search_there = settings(max_examples=max(settings().max_examples // 10, 10))
        search_there(search(_happens))()
    else:
        search(_happens)()


def _happens(steps: list[tuple[str, int, bool]]) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), clock) as store:
        sending = Growing(store, clock)
        for name, at, odd in steps:
            getattr(sending, name)(at, odd)
            sending.check()
        sending.ends_well()
