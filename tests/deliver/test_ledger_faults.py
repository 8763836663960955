"""A ledger that cannot be written: what is not on disk does not leave, and the run says so at once."""

import pytest

from mailer.deliver.result import End
from mailer.delivery import State
from mailer.errors import LaterError
from tests.deliver.house import Campaign, campaign
from tests.deliver.relay import HANGS_UP, NO_MAILBOX, Act


def _fails(sent: Campaign, verb: str, at: int) -> None:
    """The database is full at the `at`th call of `verb`, and ever after."""
    sent.ledger.faults[verb] = set(range(at, at + 1000))
    with pytest.raises(LaterError, match="cannot be written"):
        sent.run()
    sent.judge()


def _goes_on(sent: Campaign) -> int:
    """The disk has room again, the same command: how many are unknown whose body had left."""
    sent.ledger.faults.clear()
    sent.ledger.take_over()
    result = sent.run()
    assert result.end is End.DONE
    assert result.tally.left == result.tally.in_flight == 0
    unknown = [number for number, row in sent.ledger.rows.items() if row.state is State.UNKNOWN]
    return sum(sent.relay.arrived[sent.ledger.emails[number]] for number in unknown)


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("at", [1, 2, 7, 20])
def test_a_mark_that_cannot_be_written(at: int, connections: int) -> None:
    """Then the body does not leave."""
    full = campaign(20, connections=connections)
    _fails(full, "mark", at)
    assert full.relay.arrived.total() < at
    assert full.ledger.rows[1].attempts <= 1
    assert _goes_on(full) < connections


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("at", [1, 2, 7, 20])
def test_an_outcome_that_cannot_be_written(at: int, connections: int) -> None:
    """Nothing more leaves through its connection: one unknown a connection at most (P2)."""
    full = campaign(20, connections=connections)
    _fails(full, "settle", at)
    assert full.relay.arrived.total() < at + connections
    assert 1 <= _goes_on(full) <= connections


def test_the_last_outcome_that_cannot_be_written() -> None:
    """No mark follows it: it is waited for all the same."""
    full = campaign(1)
    _fails(full, "settle", 1)
    assert full.ledger.rows[1].state is State.IN_FLIGHT
    assert _goes_on(full) == 1


def test_the_last_outcome_of_a_connection_that_cannot_be_written() -> None:
    """While another connection works on, and writes what it does."""
    full = campaign(2, connections=2)
    full.meets(2, Act(seconds=1.0))
    full.ledger.faults["settle"] = {1}
    with pytest.raises(LaterError):
        full.run()
    assert full.ledger.rows[1].state is State.IN_FLIGHT
    assert _goes_on(full) == 1


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("verb", ["claim", "close", "exclude"])
def test_anything_else_that_cannot_be_written(verb: str, connections: int) -> None:
    full = campaign(20, connections=connections)
    full.ledger.gone[8] = "unsubscribed"
    _fails(full, verb, 1)
    full.ledger.gone.clear()
    assert _goes_on(full) <= connections


def test_somebody_untried_who_cannot_be_written() -> None:
    """What the server hung up at is pending still, marked or not."""
    full = campaign(8, acts={3: [HANGS_UP]})
    _fails(full, "settle", 3)
    assert full.relay.arrived.total() == 2
    assert full.ledger.rows[3].state is State.PENDING
    assert _goes_on(full) == 0


def test_one_group_that_fails_is_enough() -> None:
    """The disk has room again a moment later: the run has ended all the same, or nothing is lost."""
    full = campaign(20, connections=3, acts={5: [NO_MAILBOX]})
    full.ledger.faults["mark"] = {9}
    with pytest.raises(LaterError):
        full.run()
    full.judge()
    full.ledger.take_over()
    result = full.run()
    assert (result.end, result.tally.refused) == (End.DONE, 1)
    assert result.tally.done == 20
