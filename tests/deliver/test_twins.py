"""The twin keeps the store's rules: whatever is asked of both, in whatever order, both answer the same."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.delivery import Kind, Outcome, Phase, Turn
from mailer.store.driver import RuleError
from mailer.store.store import Store
from tests.deliver.twins import LedgerTwin
from tests.store.house import CAMPAIGN, LIST, Clock, bring, launch, number, opened, tally

_PEOPLE = 4
_VERBS = ["claim", "claim", "look", "mark", "mark", "mark", "settle", "settle", "settle", "exclude", "close"]
_STEPS = st.lists(
    st.tuples(
        st.sampled_from([*_VERBS, "takes over", "leaves", "returns", "wait"]),
        st.integers(0, 30),
        st.sampled_from(Kind),
    ),
    max_size=50,
)


class _Pair:
    """The store and its twin, of the same people; each verb compares what they say."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        emails = [f"m{at}@example.org" for at in range(_PEOPLE)]
        bring(store, *emails)
        launch(store)
        self.people = sorted(number(store, email) for email in emails)
        by_number = {number(store, email): email for email in emails}
        self.twin = LedgerTwin(emails={at: by_number[at] for at in self.people}, now=clock, size=500)
        self.turns: list[tuple[Turn, Turn]] = []  # the store's and the twin's, who number slices differently

    def step(self, verb: str, at: int, kind: Kind) -> None:
        with self.store.together():
            self._do(verb, at, kind)
        assert asyncio.run(self.twin.tally()) == tally(self.store)

    def _do(self, verb: str, at: int, kind: Kind) -> None:
        person = self.people[at % _PEOPLE]
        match verb:
            case "claim":
                turns = self.store.ledger.claim(CAMPAIGN, "test")
                same = self.twin._claim()
                assert _told(turns) == _told(same)
                self.turns += zip(turns or [], same or [], strict=True)
            case "takes over":
                self.store.ledger.take_over(CAMPAIGN)
                self.twin.take_over()
            case "leaves":
                self.store.exits.leave(person, (LIST,), "site")
                self.twin.gone[person] = "unsubscribed"
            case "returns":
                self.store.exits.come_back(person, (LIST,), "site", objected=True)
                self.twin.gone.pop(person, None)
            case "wait":
                self.clock.later(minutes=10)
            case _ if self.turns:
                self._about(*self.turns[at % len(self.turns)], verb, kind)

    def _about(self, turn: Turn, same: Turn, verb: str, kind: Kind) -> None:
        email = self.twin.emails[turn.subscriber]
        match verb:
            case "look":
                [found] = self.store.ledger.look([turn])
                mine = self.twin._look(same)
                assert (found if isinstance(found, str) else found.email) == (
                    mine if isinstance(mine, str) else mine.email
                )
            case "mark":
                assert self._marks(turn, email) == (self.twin._mark(same, email) == "")
            case "settle":
                outcome = Outcome(kind=kind, phase=Phase.DOT, reason="test")
                due = self.clock.now + timedelta(minutes=15) if kind is Kind.DEFERRED else None
                self._settles(turn, outcome, due)
                self.twin._settle(same, outcome, due)
            case "exclude":
                self.store.ledger.exclude(turn, "test")
                self.twin._exclude(turn.subscriber, "test")
            case "close":
                self.store.ledger.close(CAMPAIGN, turn.slice, turn.fence)
                self.twin._close(same.slice, same.fence)

    def _marks(self, turn: Turn, email: str) -> bool:
        try:
            [done] = self.store.ledger.mark([(turn, self.store.people.hash_of(email))])
        except RuleError:
            return False
        return done

    def _settles(self, turn: Turn, outcome: Outcome, due: datetime | None) -> None:
        if outcome.kind is Kind.SENT:
            self.store.ledger.sent([(turn, outcome)])
        else:
            self.store.ledger.settle(turn, outcome, due)


def _told(turns: Sequence[Turn] | None) -> object:
    if turns is None:
        return None
    return [(turn.subscriber, turn.attempts, turn.fence) for turn in turns]


@settings(max_examples=settings().max_examples // 2)
@given(_STEPS)
def test_both_say_the_same(steps: list[tuple[str, int, Kind]]) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), clock) as store:
        pair = _Pair(store, clock)
        for step in steps:
            pair.step(*step)
