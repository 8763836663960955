"""The way out at fault: refused, closed, hung up. Waits grow, patience ends, and nobody pays for it."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from mailer.deliver.result import End
from mailer.deliver.troubles import PATIENCE_S
from mailer.delivery import Kind, Phase, Tally
from tests.deliver.hours import NOON
from tests.deliver.house import Campaign, campaign
from tests.deliver.relay import AWAY, BUSY, GONE, HANGS_UP, QUOTA, SENT, Act

_WAITS = [1, 2, 5, 10, 30, 60, 60, 60]


def _gaps(sent: Campaign) -> list[int]:
    """Whole seconds between two connections that were asked for."""
    return [round(after - before) for before, after in pairwise(sent.relay.asked)]


def test_a_server_that_does_not_answer_is_asked_again_later_and_later() -> None:
    out = campaign(4, opens=[AWAY] * 8)
    result = out.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=4, sent=4))
    assert _gaps(out) == _WAITS
    assert (out.count("mark"), out.count("settle")) == (4, 4)  # a refusal to open is nobody's


def test_waits_are_short_again_after_a_success() -> None:
    out = campaign(2, opens=[AWAY, AWAY, AWAY, None, AWAY, AWAY])
    for number in (1, 2):
        out.meets(number, replace(SENT, lost=True))
    assert out.run().tally.sent == 2
    assert _gaps(out) == [1, 2, 5, 0, 1, 2]


@pytest.mark.parametrize("connections", [1, 4])
def test_patience_ends(connections: int) -> None:
    """The person may have the terminal back: everyone is as they were."""
    out = campaign(12, connections=connections)
    out.relay.away = AWAY
    result = out.run()
    assert (result.end, result.reason, result.outcome) == (End.LATER, "network", AWAY)
    assert (result.tally, result.until) == (Tally(audience=12, pending=12), None)
    assert PATIENCE_S < (out.hours.now() - NOON).total_seconds() < PATIENCE_S + 61
    assert [verb for verb, _ in out.ledger.calls if verb in ("mark", "settle", "exclude")] == []
    out.relay.away = None
    assert out.run().tally.sent == 12


def test_patience_is_counted_from_the_last_success() -> None:
    out = campaign(3, patience=100)

    def goes_away() -> None:
        out.relay.away = AWAY

    out.meets(1, Act(seconds=90.0))
    out.meets(2, Act(replace(SENT, lost=True), 20.0, goes_away))
    result = out.run()
    assert (result.end, result.tally) == (End.LATER, Tally(audience=3, sent=2, pending=1))
    # Ninety seconds twice before the first reply, twenty twice before the second.
    assert timedelta(seconds=220 + 100) < out.hours.now() - NOON < timedelta(seconds=220 + 165)


@pytest.mark.parametrize("connections", [1, 3])
def test_a_server_that_has_had_enough_of_a_connection(connections: int) -> None:
    """421 in the middle: that is no attempt at this recipient, and nobody waits for that connection."""
    out = campaign(40, connections=connections, acts={5: [BUSY]})
    result = out.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=40, sent=40))
    assert out.ledger.rows[5].attempts == 1
    if connections > 1:
        assert out.relay.opened == connections  # its own rests for a minute, until all is done
        assert out.hours.now() - NOON < timedelta(seconds=2)
    else:
        assert out.relay.opened == 2
        assert _gaps(out) == [1]


def test_while_others_work_a_connection_rests_for_long() -> None:
    """Concurrency shrinks to what the server bears."""
    out = campaign(400, connections=2, acts={number: [Act(seconds=0.25)] for number in range(1, 401)})
    out.meets(1, BUSY)
    result = out.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=400, sent=400))
    assert _gaps(out) == [0, 60]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_server_that_bears_fewer_connections(most: int) -> None:
    """The next one gets 421 at the greeting: nobody is lost, the others do it all."""
    out = campaign(60, connections=4, opens=[None] * most + [replace(BUSY, phase=Phase.CONNECT)] * (4 - most))
    result = out.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=60, sent=60))
    assert out.relay.most_open == most


@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("phase", [Phase.RCPT, Phase.DATA, Phase.DOT])
def test_a_server_that_hangs_up_at_one_recipient(phase: Phase, connections: int) -> None:
    """Three times: then it is about them, and the others are served."""
    drops = replace(HANGS_UP, phase=phase)
    out = campaign(9, connections=connections, acts={4: [drops] * 3})
    result = out.run()
    assert (result.end, result.tally) == (End.LATER, Tally(audience=9, sent=8, deferred=1))
    row = out.ledger.rows[4]
    assert (row.reason, row.attempts) == ("hangs-up", 1)
    assert row.due is not None
    assert row.due - out.hours.now() <= timedelta(minutes=49, seconds=31)


def test_twice_is_not_three_times() -> None:
    out = campaign(9, acts={4: [HANGS_UP] * 2})
    result = out.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=9, sent=9))
    assert out.ledger.rows[4].attempts == 1


def test_a_third_time_that_is_our_fault_is_not_about_them() -> None:
    out = campaign(3, acts={2: [HANGS_UP, HANGS_UP, QUOTA]})
    result = out.run()
    assert (result.end, result.tally) == (End.PAUSED, Tally(audience=3, sent=2, pending=1))
    assert out.ledger.rows[2].attempts == 0


def test_hung_up_before_a_recipient_was_named_is_not_about_them() -> None:
    out = campaign(3, acts={2: [GONE] * 7})
    result = out.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=3, sent=3))
    assert out.ledger.rows[2].attempts == 1


def test_a_connection_that_serves_so_many() -> None:
    """MAILMAX: the reply is as good as any, the connection is over; that is no trouble."""
    out = campaign(30, connections=2)
    for number in range(3, 31, 3):
        out.meets(number, replace(SENT, lost=True))
    result = out.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=30, sent=30))
    assert out.hours.now() - NOON < timedelta(seconds=1)
    assert out.relay.opened >= 10


@pytest.mark.parametrize("connections", [1, 5])
def test_the_network_goes_in_the_middle(connections: int) -> None:
    """Between two messages, on every connection at the same time: nothing is unknown."""
    out = campaign(50, connections=connections)
    out.meets(20, Act(meanwhile=out.relay.breaks))
    result = out.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=50, sent=50))
    assert out.relay.opened > connections
    assert all(row.attempts == 1 for row in out.ledger.rows.values())


def test_an_outcome_that_is_untried_after_the_mark_uses_up_no_attempt() -> None:
    """The server refuses the body for what we are, not for whom it is."""
    ours = replace(HANGS_UP, phase=Phase.DOT, reason="policy", halt=True)
    assert ours.kind is Kind.UNTRIED
    out = campaign(4, acts={2: [ours]})
    result = out.run()
    assert (result.end, result.tally) == (End.PAUSED, Tally(audience=4, sent=1, pending=3))
    assert out.ledger.rows[2].attempts == 0
    assert out.run().tally.sent == 4


def test_so_many_on_one_connection_is_no_trouble() -> None:
    """The provider asks for another connection: nobody waits, and nobody is told."""
    again = replace(HANGS_UP, reason="reconnect")
    out = campaign(60, acts={number: [again] for number in range(10, 61, 10)})
    result = out.run()
    assert (result.end, result.tally, out.heard) == (End.DONE, Tally(audience=60, sent=60), [])
    assert out.hours.now() - NOON < timedelta(seconds=5)
    assert out.relay.opened == 7
    assert all(row.attempts == 1 for row in out.ledger.rows.values())
