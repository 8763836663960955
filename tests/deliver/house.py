"""A run of the pump over twins, and the judge of what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from mailer.deliver.destinations import Destinations, Group
from mailer.deliver.lanes import Lane
from mailer.deliver.pace import Limits, Pace
from mailer.deliver.permits import Alone
from mailer.deliver.ports import Sign
from mailer.deliver.pump import Pump
from mailer.deliver.result import End, Result
from mailer.deliver.troubles import PATIENCE_S
from mailer.delivery import Outcome, State, Tally
from tests.deliver.hours import NOON, Hours
from tests.deliver.relay import Act, Pen, Relay
from tests.deliver.twins import LedgerTwin

_BEGUN = frozenset({State.SENT, State.UNKNOWN, State.IN_FLIGHT})


def email(subscriber: int) -> str:
    """Of the person of this number, from 1."""
    return f"p{subscriber}@example.org"


@dataclass(slots=True, kw_only=True)
class Campaign:
    """Some people, a relay, and one pump after the other."""

    hours: Hours
    ledger: LedgerTwin
    relay: Relay
    pen: Pen
    expires: timedelta = timedelta(hours=72)
    limits: Limits = field(default_factory=Limits)
    patience: float = PATIENCE_S
    sign: Sign | None = None
    told: list[Tally] = field(default_factory=list)  # the progress
    pump: Pump | None = None
    figures: bool = True
    watchful: bool = True  # the run's count is the ledger's, after each outcome
    alike: dict[str, str] = field(default_factory=dict)  # domain -> its group, where it is not itself
    others: list[Relay] = field(default_factory=list)  # beside `relay`, each a lane
    weights: tuple[int, ...] = ()
    groups: dict[str, Group] = field(default_factory=dict)
    heard: list[tuple[float, str, Outcome | None]] = field(default_factory=list)  # lanes aside, lanes back
    lanes: list[Lane] = field(default_factory=list)
    _destinations: Destinations | None = None

    async def once(self, *, limit: int = 0, stopped: bool = False) -> Result:
        """One run; `stopped`: asked to stop before it begins."""
        self.lanes = self.lanes or self._lanes()
        self._destinations = self._destinations or Destinations(
            self.hours.clock, lambda domain: self.alike.get(domain, domain), self.groups
        )
        self.pump = Pump(
            self.ledger,
            self.lanes,
            self.pen,
            self.hours.clock,
            expires=NOON + self.expires,
            sign=self.sign,
            limit=limit,
            patience=self.patience,
            destinations=self._destinations,
            progress=self.told.append,
            troubled=lambda name, outcome: self.heard.append((self.hours.monotonic(), name, outcome)),
            figures=self.figures,
            watchful=self.watchful,
        )
        if stopped:
            self.stop()
        try:
            result = await self.pump.run()
        finally:
            self.ledger.ends()
        self.judge()
        told = self.figures or result.end is not End.STOPPED
        assert result.tally == (await self.ledger.tally() if told else Tally())
        assert not self._withheld()
        assert all(relay.open_now == 0 for relay in (self.relay, *self.others))
        return result

    def _lanes(self) -> list[Lane]:
        """One for each relay, named by its letter."""
        relays = [self.relay, *self.others]
        return [
            Lane(
                name="abcdef"[at],
                way=relay,
                permits=self.permits(relay.limits or self.limits),
                weight=self.weights[at] if self.weights else 1,
            )
            for at, relay in enumerate(relays)
        ]

    def permits(self, limits: Limits) -> Alone:
        """Of one process, on the clock of these hours."""
        return Alone(Pace(limits, now=self.hours.monotonic()), self.hours.monotonic)

    def _withheld(self) -> list[int]:
        """People nobody would ever come back to: pending, in a slice that is still held."""
        return [
            number
            for number, row in self.ledger.rows.items()
            if row.state is State.PENDING and self.ledger.slices[row.slice].held
        ]

    async def through(self) -> Result:
        """Run after run, waiting for those who are due, until nobody is left or somebody must act."""
        while True:
            result = await self.once()
            if result.end is not End.LATER or result.until is None or result.outcome is not None:
                return result
            wait = (result.until - self.hours.now()).total_seconds()
            await self.hours.clock.sleep(wait)

    def run(self, *, limit: int = 0, stopped: bool = False) -> Result:
        """One run, from noon."""
        return self.hours.run(self.once(limit=limit, stopped=stopped))

    def run_through(self) -> Result:
        """All of it, from noon."""
        return self.hours.run(self.through())

    def meets(self, number: int, *acts: Outcome | Act) -> None:
        """What the relay does at a person's attempts, one after the other; then it accepts."""
        script = [act if isinstance(act, Act) else Act(act) for act in acts]
        self.relay.acts[self.ledger.emails[number]] = script

    def stop(self) -> None:
        """Ctrl-C."""
        assert self.pump is not None
        self.pump.stop()

    def judge(self) -> None:
        """Nobody twice, nobody forgotten, and the ledger says what the other side saw."""
        slices = self.ledger.slices.values()
        waiting = [number for part in slices if part.state == "waiting" for number in part.members]
        assert sorted([*self.ledger.rows, *waiting]) == sorted(self.ledger.emails)
        sure, perhaps = Counter[str](), Counter[str]()
        for number, row in self.ledger.rows.items():
            sure[self.ledger.emails[number]] += row.state is State.SENT
            perhaps[self.ledger.emails[number]] += row.state in _BEGUN
        for address in self.ledger.emails.values():
            arrived = sum(relay.arrived[address] for relay in (self.relay, *self.others))
            assert sure[address] <= arrived <= perhaps[address] <= 1, address

    def states(self) -> dict[str, int]:
        """How many there are of each state and reason, as "refused mailbox"."""
        return dict(Counter(f"{row.state} {row.reason}".strip() for row in self.ledger.rows.values()))

    def count(self, verb: str) -> int:
        """How often the ledger was asked this."""
        return sum(called == verb for called, _ in self.ledger.calls)


def campaign(
    people: int,
    *,
    connections: int = 1,
    acts: Mapping[int, Sequence[Outcome | Act]] | None = None,
    opens: Sequence[Outcome | None] = (),
    size: int = 5,
    unable: Sequence[int] = (),
    **options: object,
) -> Campaign:
    """`acts`: what meets a person, by number, at one attempt after the other."""
    hours = Hours()
    made = Campaign(
        hours=hours,
        ledger=LedgerTwin(
            emails={number: email(number) for number in range(1, people + 1)}, now=hours.now, size=size
        ),
        relay=Relay(connections=connections, opens=list(opens)),
        pen=Pen({email(number) for number in unable}),
        **options,  # type: ignore[arg-type]
    )
    for relay in made.others:
        relay.acts = made.relay.acts  # whichever they go through
    for number, met in (acts or {}).items():
        made.meets(number, *met)
    return made
