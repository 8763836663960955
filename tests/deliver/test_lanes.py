"""Several ways out: shared by weight, none holds up the others, one that fails is set aside for a while."""

from dataclasses import replace

import pytest

from mailer.deliver.lanes import HALT_S
from mailer.deliver.pace import Limits
from mailer.deliver.result import End
from mailer.deliver.troubles import PATIENCE_S
from mailer.delivery import Outcome, Tally
from tests.deliver.house import Campaign, campaign
from tests.deliver.relay import AWAY, BUSY, NO_LOGIN, QUOTA, Act, Relay


def _several(people: int, *others: Relay, weights: tuple[int, ...] = (), **options: object) -> Campaign:
    return campaign(people, others=list(others), weights=weights, **options)  # type: ignore[arg-type]


def _parts(sent: Campaign) -> list[int]:
    """How many went through each."""
    return [relay.arrived.total() for relay in (sent.relay, *sent.others)]


def _heard(sent: Campaign) -> list[tuple[str, Outcome | None]]:
    return [(name, outcome) for _, name, outcome in sent.heard]


@pytest.mark.parametrize("connections", [1, 3])
def test_they_share_by_weight(connections: int) -> None:
    sent = _several(120, Relay(connections=connections), weights=(3, 1), connections=connections)
    result = sent.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=120, sent=120))
    assert _parts(sent) == [pytest.approx(90, abs=2 * connections), pytest.approx(30, abs=2 * connections)]
    # Smoothly: in each stretch of the run, not one relay after the other.
    times = sorted([(time, 0) for time in sent.relay.times] + [(time, 1) for time in sent.others[0].times])
    for at in range(0, 80, 20):
        assert 2 <= sum(which for _, which in times[at : at + 20]) <= 9


def test_one_with_few_connections_keeps_its_part() -> None:
    """The weight says how the mail is shared, not how fast each one is."""
    sent = _several(100, Relay(connections=1), connections=10)
    assert sent.run().tally.sent == 100
    assert _parts(sent) == [pytest.approx(50, abs=10), pytest.approx(50, abs=10)]


def test_one_that_waits_for_its_limits_holds_up_nobody() -> None:
    sent = _several(100, Relay(limits=Limits(per_hour=7)), connections=2)
    result = sent.run()
    assert (result.end, _parts(sent)) == (End.DONE, [93, 7])
    assert sent.relay.times[-1] - sent.relay.times[0] < 5


def test_under_their_limits_they_are_as_fast_as_all_together() -> None:
    """Sixty in the first hour, the others at the beginning of the second."""
    sent = _several(90, Relay(limits=Limits(per_hour=20)), Relay(limits=Limits(per_hour=10)))
    sent.relay.limits = Limits(per_hour=30)
    result = sent.run()
    assert (result.end, sum(_parts(sent))) == (End.DONE, 90)
    assert max(relay.times[-1] for relay in (sent.relay, *sent.others)) - sent.relay.times[0] < 3700


def test_who_comes_back_does_not_catch_up() -> None:
    """After an hour of waiting for its limit it has its part of what is left; the other is not held up."""
    slow = Relay(limits=Limits(per_hour=5))
    sent = _several(900, slow, size=500, watchful=False)
    for number in range(1, 901):
        sent.meets(number, Act(seconds=3.0))
    assert sent.run().end is End.DONE
    assert 5 <= slow.arrived.total() <= 10
    gaps = [after - before for before, after in zip(sent.relay.times, sent.relay.times[1:], strict=False)]
    assert max(gaps) < 12


def test_one_that_does_not_answer_is_set_aside() -> None:
    """The user is told once, and once when it is back."""
    sent = _several(400, Relay(away=AWAY), connections=1)
    for number in range(1, 401):
        sent.meets(number, Act(seconds=0.5))
    sent.meets(300, Act(meanwhile=lambda: setattr(sent.others[0], "away", None)))
    result = sent.run()
    assert (result.end, result.tally.sent) == (End.DONE, 400)
    assert _heard(sent) == [("b", AWAY), ("b", None)]
    assert sent.others[0].arrived.total() > 10
    waits = [
        after - before for before, after in zip(sent.others[0].asked, sent.others[0].asked[1:], strict=False)
    ]
    assert [round(wait) for wait in waits[:6]] == [1, 2, 5, 10, 30, 60]


@pytest.mark.parametrize("fault", [NO_LOGIN, QUOTA])
@pytest.mark.parametrize("connections", [1, 4])
def test_one_that_somebody_must_mend_is_tried_again_after_a_quarter_of_an_hour(
    fault: Outcome, connections: int
) -> None:
    """By one message: a login that is refused again and again locks the account."""
    broken = Relay(connections=connections)
    sent = _several(400, broken, size=200, watchful=False)
    for number in range(1, 401):
        sent.meets(number, Act(seconds=2.5))
    if fault is NO_LOGIN:
        broken.away = fault
    else:
        broken.always = fault
    result = sent.run()
    assert (result.end, _parts(sent)) == (End.DONE, [400, 0])
    tries = broken.asked if fault is NO_LOGIN else broken.refused
    first = [time for time in tries if time < tries[0] + HALT_S - 1]
    assert len(first) <= connections
    after = [time for time in tries if time >= tries[0] + HALT_S - 1]
    lasted = sent.relay.times[-1] - tries[0]
    assert len(after) == lasted // HALT_S
    assert _heard(sent) == [("b", fault)]


def test_it_is_mended_and_works_again() -> None:
    broken = Relay(away=NO_LOGIN)
    sent = _several(600, broken, size=500, watchful=False)
    for number in range(1, 601):
        sent.meets(number, Act(seconds=2.5))
    sent.meets(120, Act(meanwhile=lambda: setattr(broken, "away", None)))
    assert sent.run().end is End.DONE
    assert _heard(sent) == [("b", NO_LOGIN), ("b", None)]
    assert broken.arrived.total() > 100


def test_when_every_one_must_be_mended_the_campaign_pauses() -> None:
    sent = _several(60, Relay(away=NO_LOGIN))
    for number in range(20, 61):
        sent.meets(number, QUOTA)
    result = sent.run()
    assert (result.end, result.reason, result.outcome, result.lane) == (End.PAUSED, "policy", QUOTA, "a")
    assert result.tally == Tally(audience=60, sent=19, pending=41)


@pytest.mark.parametrize("reason", ["spam", "size"])
def test_what_no_relay_would_carry_pauses_the_campaign(reason: str) -> None:
    """The message itself is at fault: another relay is no cure."""
    sent = _several(40, Relay(connections=2), acts={9: [replace(QUOTA, reason=reason)]})
    result = sent.run()
    assert (result.end, result.reason) == (End.PAUSED, reason)
    assert result.tally.left >= 20


def test_when_none_works_patience_ends() -> None:
    """One must be mended, the other does not answer."""
    sent = _several(30, Relay(away=NO_LOGIN), connections=2)
    sent.relay.away = AWAY
    result = sent.run()
    assert (result.end, result.tally) == (End.LATER, Tally(audience=30, pending=30))
    assert PATIENCE_S < sent.hours.monotonic() - 50_000 < PATIENCE_S + 65


def test_patience_does_not_end_while_another_waits_for_its_limits() -> None:
    sent = _several(6, Relay(away=AWAY), limits=Limits(per_hour=2))
    result = sent.run()
    assert (result.end, _parts(sent)) == (End.DONE, [6, 0])


def test_a_short_trouble_of_one_is_carried_by_the_other() -> None:
    """421 in the middle of a session: nobody is lost, and both go on."""
    sent = _several(300, Relay(connections=2), connections=2)
    for number in range(1, 301):
        sent.meets(number, Act(seconds=0.1))
    for number in (40, 41, 42, 43):
        sent.meets(number, BUSY)
    result = sent.run()
    assert (result.end, result.tally.sent) == (End.DONE, 300)
    assert min(_parts(sent)) > 20


@pytest.mark.parametrize("limit", [1, 7, 30])
def test_a_limit_is_of_all_together(limit: int) -> None:
    sent = _several(40, Relay(connections=3), Relay(away=AWAY), connections=2)
    result = sent.run(limit=limit)
    assert (result.end, sum(_parts(sent))) == (End.LIMIT, limit)


def test_stopped_while_one_is_set_aside_and_one_waits() -> None:
    sent = _several(50, Relay(away=replace(NO_LOGIN)), limits=Limits(per_hour=5))
    sent.meets(5, Act(meanwhile=sent.stop))
    result = sent.run()
    assert result.end is End.STOPPED
    assert sent.hours.monotonic() - 50_000 < 5
