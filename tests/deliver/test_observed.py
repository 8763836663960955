"""A way out under observation: everything is told, nothing is changed."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from mailer.deliver.lanes import Lane
from mailer.deliver.observed import ObservedConnection, ObservedWay
from mailer.deliver.pace import Limits, Pace
from mailer.deliver.permits import Alone
from mailer.deliver.pump import Pump
from mailer.delivery import Kind, Outcome, Tally
from mailer.model import Message
from tests.deliver.hours import NOON, Hours
from tests.deliver.house import campaign, email
from tests.deliver.relay import AWAY, FULL, NO_MAILBOX, SILENCE, Act, Relay


@dataclass(slots=True)
class Notes:
    """`mailer.deliver.observed.Observer`, by heart."""

    open_now: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    seconds: list[float] = field(default_factory=list)
    kinds: Counter[Kind] = field(default_factory=Counter)

    def opened(self) -> None:
        self.open_now += 1

    def closed(self) -> None:
        self.open_now -= 1

    def began(self) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def ended(self, seconds: float) -> None:
        self.in_flight -= 1
        self.seconds.append(seconds)

    def judged(self, outcome: Outcome) -> None:
        self.kinds[outcome.kind] += 1


def test_a_run_is_told_and_is_the_same() -> None:
    """Two campaigns of the same course, one of them observed."""
    acts: dict[int, list[Outcome | Act]] = {2: [NO_MAILBOX], 4: [SILENCE], 5: [FULL], 7: [Act(seconds=2.0)]}
    plain, watched = (campaign(12, connections=3, acts=acts, opens=[AWAY]) for _ in range(2))
    notes, clock = Notes(), watched.hours.clock
    way = ObservedWay(way=watched.relay, observer=notes, monotonic=clock.monotonic)
    assert way.connections == 3
    lane = Lane(name="relay", way=way, permits=Alone(Pace(Limits()), clock.monotonic))
    pump = Pump(watched.ledger, [lane], watched.pen, clock, expires=NOON + timedelta(hours=72))
    result = watched.hours.run(pump.run())
    assert result == plain.run()
    assert result.tally == Tally(audience=12, sent=9, refused=1, unknown=1, deferred=1)
    assert notes.kinds == {Kind.SENT: 9, Kind.REFUSED: 1, Kind.UNKNOWN: 1, Kind.DEFERRED: 1, Kind.UNTRIED: 1}
    assert (notes.open_now, notes.in_flight) == (0, 0)
    assert 1 < notes.most_in_flight <= 3
    assert len(notes.seconds) == 10  # the nine, and the one whose reply was lost
    assert sorted(notes.seconds) == [pytest.approx(0.01)] * 9 + [pytest.approx(2.0)]


def test_a_mark_that_says_no_begins_nothing() -> None:
    notes = Notes()
    hours = Hours()

    async def story() -> None:
        opened = await Relay().open()
        assert not isinstance(opened, Outcome)
        connection = ObservedConnection(opened, notes, hours.monotonic)
        await connection.send(_message(), _no)
        await connection.close()

    hours.run(story())
    assert (notes.most_in_flight, notes.seconds) == (0, [])


def test_cancelled_it_is_no_longer_in_flight_here() -> None:
    notes = Notes()
    hours = Hours()

    async def story() -> None:
        opened = await Relay(acts={email(1): [Act(seconds=60)]}).open()
        assert not isinstance(opened, Outcome)
        sending = asyncio.ensure_future(
            ObservedConnection(opened, notes, hours.monotonic).send(_message(), _yes)
        )
        await asyncio.sleep(70)
        assert notes.in_flight == 1
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    hours.run(story())
    assert (notes.in_flight, notes.kinds) == (0, {})
    assert notes.seconds == [pytest.approx(10)]


def _message() -> Message:
    return Message(recipient=email(1), message_id="<1@x>", header=b"", pieces=())


async def _yes() -> Message | None:
    return _message()


async def _no() -> Message | None:
    return None
