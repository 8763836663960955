"""The laptop closed for an hour in the middle: no burst, no stall, nobody twice (P11)."""

from datetime import timedelta

import pytest

from mailer.deliver.pace import Limits
from mailer.deliver.result import End
from mailer.delivery import Tally
from tests.deliver.hours import NOON
from tests.deliver.house import Campaign, campaign
from tests.deliver.relay import GREYLISTED, SILENCE, Act

HOUR = 3600.0
# Linux's and macOS's monotonic clocks stand still while the machine sleeps, Windows' goes on.
COUNTED = pytest.mark.parametrize("counted", [False, True])
CONNECTIONS = pytest.mark.parametrize("connections", [1, 4])


def _sleeps(sent: Campaign, at: int, *, counted: bool) -> None:
    """While `at`'s message is on its way; every server hangs up meanwhile."""

    def asleep() -> None:
        sent.hours.asleep(HOUR, counted=counted)
        sent.relay.breaks()

    sent.meets(at, Act(SILENCE, meanwhile=asleep))


@COUNTED
@CONNECTIONS
def test_all_is_sent_after_it_wakes(connections: int, counted: bool) -> None:
    """One reply is lost with the connection: unknown, and not sent again."""
    laptop = campaign(30, connections=connections)
    _sleeps(laptop, 12, counted=counted)
    result = laptop.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=30, sent=29, unknown=1))
    assert timedelta(hours=1) <= laptop.hours.now() - NOON < timedelta(hours=1, minutes=2)
    assert laptop.relay.opened > connections


@COUNTED
@CONNECTIONS
def test_it_wakes_without_a_burst(connections: int, counted: bool) -> None:
    """What could have left during the hour does not leave at once."""
    limits = Limits(per_second=5, per_hour=40)
    laptop = campaign(50, connections=connections, limits=limits)
    _sleeps(laptop, 12, counted=counted)
    result = laptop.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=50, sent=49, unknown=1))
    # Whose turn came before the sleep and whose body left after it, one a connection at most, is over.
    times = sorted(laptop.relay.times)
    for period, most in limits.windows():
        for first, after in zip(times, times[most + connections :], strict=False):
            assert after - first >= period - 0.05


@COUNTED
def test_who_is_due_when_it_wakes_is_tried_then(counted: bool) -> None:
    laptop = campaign(9, acts={2: [GREYLISTED]}, size=3)
    _sleeps(laptop, 5, counted=counted)
    result = laptop.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=9, sent=8, unknown=1))
    assert laptop.ledger.rows[2].attempts == 2


@COUNTED
@CONNECTIONS
def test_a_campaign_that_ended_meanwhile(connections: int, counted: bool) -> None:
    """Seen within about a second: who was left is not written to after its time."""
    laptop = campaign(300, connections=connections, expires=timedelta(minutes=30), size=50)
    for number in range(1, 301):
        laptop.meets(number, Act(seconds=0.25))
    _sleeps(laptop, 12, counted=counted)
    result = laptop.run()
    assert result.end is End.EXPIRED
    assert result.tally.sent <= 12 + 4 * connections
    assert result.tally.unknown == 1
    assert result.tally.left == 300 - result.tally.done


@CONNECTIONS
def test_a_look_from_before_is_not_believed(connections: int) -> None:
    """Where the clock tells: everyone whose look was made before the sleep is looked at again (P10)."""
    laptop = campaign(30, connections=connections, size=30)

    def asleep() -> None:
        laptop.hours.asleep(HOUR, counted=True)
        laptop.ledger.gone |= dict.fromkeys(range(14, 31), "unsubscribed")

    laptop.meets(12, Act(meanwhile=asleep))
    result = laptop.run()
    assert result.end is End.DONE
    assert result.tally.sent <= 13
    marked = [number for verb, number in laptop.ledger.calls if verb == "mark"]
    # Those whose dialogue had begun are stopped by the mark; the others are not even begun.
    assert len([number for number in marked if number > 13]) < connections


def test_the_clock_of_the_world_is_put_right() -> None:
    """Forwards, as after a first contact with a time server: nothing but the dates changes."""
    wrong = campaign(40, limits=Limits(per_second=10))
    wrong.meets(9, Act(meanwhile=lambda: wrong.hours.asleep(24 * HOUR, counted=False)))
    result = wrong.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=40, sent=40))
    assert wrong.relay.opened == 1
    assert 3 <= wrong.relay.times[-1] - wrong.relay.times[0] < 5


def test_the_clock_of_the_world_goes_back() -> None:
    """Who was to be tried in a quarter of an hour is tried in an hour and a quarter, once."""
    back = campaign(6, acts={1: [GREYLISTED]})
    back.meets(3, Act(meanwhile=lambda: back.hours.asleep(-HOUR, counted=False)))
    result = back.run_through()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=6, sent=6))
    assert back.ledger.rows[1].attempts == 2
