"""The pump's course: everyone once, whatever relay and people do meanwhile; the exact ledger after."""

from datetime import timedelta

import pytest

from mailer.deliver.result import End
from mailer.delivery import State, Tally
from tests.deliver.hours import NOON
from tests.deliver.house import campaign
from tests.deliver.relay import CONTENT, FULL, GREYLISTED, NO_MAILBOX, PUT_OFF, SILENCE, Act


@pytest.mark.parametrize("connections", [1, 3, 20])
@pytest.mark.parametrize("people", [0, 1, 53])
def test_everyone_is_written_to_once(connections: int, people: int) -> None:
    sent = campaign(people, connections=connections)
    result = sent.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=people, sent=people))
    assert sent.relay.most_open <= connections
    assert sent.relay.arrived.total() == people
    assert all(part.state == "done" for part in sent.ledger.slices.values())


def test_connections_work_at_the_same_time() -> None:
    one, ten = campaign(100, connections=1), campaign(100, connections=10)
    one.run()
    ten.run()
    assert ten.relay.most_open == 10
    assert ten.hours.monotonic() < one.hours.monotonic()
    assert _lasted(ten.relay.times) < _lasted(one.relay.times) / 8


def test_a_connection_serves_one_after_the_other() -> None:
    sent = campaign(30, connections=3)
    sent.run()
    assert sent.relay.opened == 3


def test_what_each_is_answered_is_in_the_ledger() -> None:
    acts = {2: [NO_MAILBOX], 3: [CONTENT], 5: [SILENCE], 7: [GREYLISTED], 8: [PUT_OFF]}
    mixed = campaign(10, connections=2, acts=acts)
    result = mixed.run()
    assert result.end is End.LATER
    assert mixed.states() == {
        "sent": 5,
        "refused mailbox": 1,
        "refused content": 1,
        "unknown network": 1,
        "deferred deferred": 2,
    }
    assert (mixed.ledger.rows[3].attempts, mixed.ledger.rows[2].attempts) == (1, 1)
    assert mixed.relay.opened == 3  # the silent one's is not used again


def test_greylisted_is_tried_again_a_quarter_of_an_hour_later() -> None:
    once = campaign(4, acts={3: [GREYLISTED]})
    first = once.run()
    assert (first.end, first.tally.deferred, first.outcome) == (End.LATER, 1, None)
    assert first.until is not None
    assert timedelta(minutes=15) <= first.until - NOON < timedelta(minutes=16, seconds=31)  # a tenth more
    twice = campaign(4, acts={3: [GREYLISTED]})
    result = twice.run_through()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=4, sent=4))
    assert twice.ledger.rows[3].attempts == 2
    assert 15 * 60 <= _lasted(twice.relay.times) < 16.5 * 60 + 2


def test_deferred_again_and_again() -> None:
    late = campaign(3, acts={1: [FULL] * 5, 2: [FULL, NO_MAILBOX]})
    result = late.run_through()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=3, sent=2, refused=1))
    assert late.ledger.rows[1].attempts == 6
    hours = 0.75 + 2 + 3 + 3 + 3
    assert hours * 3600 <= _lasted(late.relay.times) < hours * 1.1 * 3600 + 5


def test_deferred_until_the_campaign_is_over() -> None:
    """No attempt would come before the end: that is said at once."""
    short = campaign(2, acts={1: [FULL]}, expires=timedelta(minutes=20))
    result = short.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=2, sent=1, refused=1))
    assert short.states() == {"sent": 1, "refused expired": 1}


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("reason", ["unsubscribed", "suppressed", "erased", "address-changed"])
def test_who_has_left_before_the_look_is_not_written_to(connections: int, reason: str) -> None:
    left = campaign(8, connections=connections)
    left.ledger.gone |= {1: reason, 6: reason, 8: reason}
    result = left.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=8, sent=5, excluded=3))
    assert left.states() == {"sent": 5, f"excluded {reason}": 3}
    assert left.count("mark") == 5


@pytest.mark.parametrize("connections", [1, 4])
def test_who_leaves_between_look_and_mark_is_not_written_to(connections: int) -> None:
    """The mark's transaction says so; the connection is given up, for it waits for a body (P10)."""
    left = campaign(8, connections=connections)

    def leaves() -> None:
        left.ledger.gone[3] = "unsubscribed"

    left.meets(3, Act(meanwhile=leaves))
    result = left.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=8, sent=7, excluded=1))
    assert left.ledger.rows[3].reason == "unsubscribed"
    assert left.count("mark") == 8
    assert left.relay.opened == connections + 1


def test_who_comes_back_at_once_is_written_to() -> None:
    """The mark says "stopped", the look after it says that all is well: their slice is claimed again."""
    back = campaign(8, connections=2)
    row = back.ledger.rows

    def overtaken() -> None:
        back.ledger.slices[row[3].slice].fence += 1  # what another sender's claim does…
        back.ledger.slices[row[3].slice].held = False  # … who lets go of it

    back.meets(3, Act(meanwhile=overtaken))
    result = back.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=8, sent=8))


@pytest.mark.parametrize("connections", [1, 4])
def test_one_address_one_message(connections: int) -> None:
    """Two people came to share an address after the list was frozen."""
    twins = campaign(6, connections=connections)
    twins.ledger.emails[5] = twins.ledger.emails[2]
    result = twins.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=6, sent=5, excluded=1))
    assert twins.relay.arrived[twins.ledger.emails[2]] == 1
    assert sorted(twins.states()) == ["excluded duplicate", "sent"]
    assert {twins.ledger.rows[2].state, twins.ledger.rows[5].state} == {State.SENT, State.EXCLUDED}


@pytest.mark.parametrize("connections", [1, 4])
def test_who_cannot_be_written_to_is_set_aside(connections: int) -> None:
    poison = campaign(9, connections=connections, unable=[1, 4, 9])
    result = poison.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=9, sent=6, excluded=3))
    assert poison.states() == {"sent": 6, "excluded render": 3}
    assert poison.count("mark") == 6


@pytest.mark.parametrize("connections", [1, 3])
def test_the_progress_is_balanced_all_the_way(connections: int) -> None:
    acts = {1: [NO_MAILBOX], 2: [GREYLISTED], 4: [FULL, SILENCE]}
    followed = campaign(12, connections=connections, acts=acts, unable=[9])
    followed.ledger.gone[7] = "suppressed"
    result = followed.run_through()
    assert result.end is End.DONE
    assert all(tally.balanced for tally in followed.told)
    assert all(count >= 0 for tally in followed.told for count in tally.as_json().values())
    assert followed.told[-1] == result.tally == Tally(audience=12, sent=8, refused=1, excluded=2, unknown=1)


def _lasted(times: list[float]) -> float:
    return times[-1] - times[0]
