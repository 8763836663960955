"""Cases that look like others and are not: each was found by breaking the pump."""

import asyncio
from datetime import timedelta

import pytest

from mailer.deliver.pace import Limits, Pace
from mailer.deliver.result import End, Result
from mailer.delivery import State
from mailer.errors import LaterError
from mailer.words import Text
from tests.deliver.hours import NOON
from tests.deliver.house import campaign
from tests.deliver.relay import AWAY, BUSY, FULL, GONE, GREYLISTED, NO_MAILBOX, Act
from tests.deliver.twins import LedgerTwin


def test_the_last_attempt_is_made() -> None:
    """A little before the end: at the end itself, the run says EXPIRED before it claims."""
    late = campaign(2, acts={1: [FULL]}, expires=timedelta(minutes=40))
    result = late.run_through()
    assert late.ledger.rows[1].attempts == 2, (result.end, late.states())


def test_a_limit_is_not_reached_by_turns_that_come_back() -> None:
    """Else the pause after the first twenty could begin with nobody written to."""
    some = campaign(30, connections=4, opens=[AWAY] * 4)
    result = some.run(limit=3)
    assert (result.end, result.tally.sent) == (End.LIMIT, 3)


def test_a_settle_that_fails_is_not_forgotten_after_a_refusal_at_rcpt() -> None:
    """No mark follows it: the next outcome takes its place."""
    full = campaign(20, acts={2: [NO_MAILBOX]})
    full.ledger.faults["settle"] = {1}
    with pytest.raises(LaterError):
        full.run()


def test_after_a_settle_that_failed_nobody_is_marked() -> None:
    """P2: one unknown a connection, and no second one to whom nothing was ever sent."""
    full = campaign(20)
    full.ledger.faults["settle"] = {1}
    with pytest.raises(LaterError):
        full.run()
    states = [full.ledger.rows[number].state for number in (1, 2)]
    assert states == [State.IN_FLIGHT, State.PENDING]


class Locked(LedgerTwin):
    """Its status cannot be read the first time."""

    asked = 0

    async def status(self) -> str:
        Locked.asked += 1
        if Locked.asked == 1:
            raise LaterError(Text("the database is locked"))
        return "paused"


def test_a_status_that_cannot_be_read_once_does_not_end_the_watch() -> None:
    """Pause, cancel and the campaign's end are seen a second later."""
    halted = campaign(100)
    halted.ledger = Locked(emails=halted.ledger.emails, now=halted.hours.now)
    for number in range(1, 101):
        halted.meets(number, Act(seconds=0.5))
    assert halted.run().end is End.HALTED


def test_patience_begins_when_the_turn_has_come() -> None:
    """An hour's wait for the turn uses up none of it."""
    paced = campaign(3, limits=Limits(per_hour=2))

    async def story() -> Result:
        asyncio.get_running_loop().call_later(10, paced.relay.opens.extend, [AWAY])
        return await paced.once()

    assert paced.hours.run(story()).end is End.DONE


def test_a_connection_just_opened_is_not_idle() -> None:
    poison = campaign(30, unable=range(1, 31))
    poison.run()
    assert poison.relay.opened == 1


def test_progress_is_never_negative() -> None:
    """Stopped after those who are due were claimed: they do not come back a second time."""
    late = campaign(6, acts={n: [GREYLISTED] for n in (1, 2, 3)})
    late.run()

    async def story() -> None:
        await late.hours.clock.sleep(16 * 60)
        late.meets(1, Act(meanwhile=late.stop))
        await late.once()
        late.told.clear()
        late.ledger.take_over()
        await late.once()

    late.hours.run(story())
    assert min(min(tally.as_json().values()) for tally in late.told) >= 0


def test_stopped_while_connecting_begins_nothing() -> None:
    """P12."""
    asked = campaign(20, connections=3)
    asked.relay.opening_s = 5.0

    async def story() -> Result:
        asyncio.get_running_loop().call_later(1, asked.stop)
        return await asked.once()

    result = asked.hours.run(story())
    assert (result.end, result.tally.sent) == (End.STOPPED, 0)


def test_a_server_that_says_later_to_every_mail_is_no_success() -> None:
    """Connecting alone is none: else the run would go on until the campaign is over."""
    busy = campaign(3, acts={n: [BUSY] * 10_000 for n in (1, 2, 3)}, expires=timedelta(hours=3))
    assert busy.run().end is End.LATER


def test_failures_to_connect_do_not_use_up_the_hour() -> None:
    out = campaign(3, opens=[AWAY] * 3, limits=Limits(per_hour=3))
    out.run()
    assert out.hours.now() - NOON < timedelta(minutes=5)


def test_after_a_network_cut_all_connections_come_back() -> None:
    """Others that are counted as open are dead too: no reason to rest for a minute."""
    out = campaign(600, connections=8, acts={n: [Act(seconds=0.1)] for n in range(1, 601)})
    out.meets(50, Act(meanwhile=out.relay.breaks))
    out.run()
    assert out.hours.now() - NOON < timedelta(seconds=40)


def test_how_long_it_lasts_under_an_hour_s_and_a_day_s_limit() -> None:
    limits = Limits(per_hour=100, per_day=1200)
    pace, now = Pace(limits), 0.0
    for _ in range(2400):
        while (wait := pace.take(now)) > 0:
            now += wait
        pace.left(now)
    assert Pace(limits).lasts(0.0, 2400) == pytest.approx(now, rel=0.02)


def test_a_slice_claimed_empty_is_closed() -> None:
    sent = campaign(5)
    sent.ledger.faults["close"] = {1}
    with pytest.raises(LaterError):
        sent.run()
    sent.ledger.take_over()
    sent.run()
    assert sent.ledger.slices[1].state == "done"


def test_woken_where_the_clock_counts_sleep_there_is_patience() -> None:
    """The first connection after an hour asleep is refused, the network not being up yet."""
    laptop = campaign(30)

    def asleep() -> None:
        laptop.hours.asleep(3600, counted=True)
        laptop.relay.breaks()
        laptop.relay.opens.append(AWAY)

    laptop.meets(13, Act(GONE, meanwhile=asleep))
    assert laptop.run().end is End.DONE


def test_slices_held_are_bounded_by_the_connections() -> None:
    """A slow server at one recipient of each of the first slices."""
    sent = campaign(200, connections=4, size=10)
    for number in range(1, 100, 10):
        sent.meets(number, Act(seconds=60))
    sent.run()
    assert sent.ledger.most_held <= 4 + 2
