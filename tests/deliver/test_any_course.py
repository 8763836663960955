"""Whatever the relay does, to whomever, in whatever order: nobody twice, nobody forgotten."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.deliver.result import End, Result
from mailer.delivery import Kind, Outcome, Phase, State
from mailer.errors import LaterError
from tests.deliver.house import Campaign, campaign
from tests.deliver.relay import (
    AWAY,
    BUSY,
    CONTENT,
    FULL,
    GONE,
    GREYLISTED,
    HANGS_UP,
    NO_LOGIN,
    NO_MAILBOX,
    PUT_OFF,
    QUOTA,
    SENT,
    SILENCE,
    Act,
    Relay,
)

_MOST = 40
_LAST = replace(SENT, lost=True)
_AFTER_MARK = replace(HANGS_UP, phase=Phase.DOT)
_OUTCOMES = [SENT, _LAST, GREYLISTED, FULL, PUT_OFF, NO_MAILBOX, CONTENT, SILENCE]
_SLOW = Outcome(kind=Kind.UNTRIED, phase=Phase.RCPT, reason="slow-down", code=451, slow=True)
_SLOWS = [_SLOW, replace(_SLOW, lost=True), replace(_SLOW, phase=Phase.DOT), replace(_SLOW, reason="blocked")]
_TROUBLES = [HANGS_UP, _AFTER_MARK, GONE, BUSY, QUOTA, *_SLOWS]
_ACTS = st.builds(
    Act, st.sampled_from(_OUTCOMES + _TROUBLES), st.sampled_from([0.0, 0.001, 0.01, 0.2, 3.0, 25.0])
)
_FINAL = {State.SENT, State.REFUSED, State.EXCLUDED, State.UNKNOWN}
_REASONS = st.sampled_from(["unsubscribed", "suppressed", "erased"])


@st.composite
def _campaigns(draw: st.DrawFn) -> Campaign:
    people = draw(st.integers(1, _MOST))
    numbers = st.integers(1, people)
    made = campaign(
        people,
        connections=draw(st.integers(1, 4)),
        size=draw(st.integers(1, 12)),
        opens=draw(st.lists(st.sampled_from([None, None, AWAY, BUSY, NO_LOGIN]), max_size=12)),
        unable=draw(st.lists(numbers, max_size=3)),
        others=[Relay(connections=most) for most in draw(st.lists(st.integers(1, 3), max_size=2))],
        weights=draw(st.tuples(*[st.integers(1, 3)] * 3)),
    )
    for number in draw(st.sets(numbers)):
        made.ledger.emails[number] = f"p{number}@wide.example"
    for at, relay in enumerate(made.others):
        relay.opens = made.relay.opens[at::2]
    for number, acts in draw(st.dictionaries(numbers, st.lists(_ACTS, max_size=4), max_size=20)).items():
        made.relay.acts[made.ledger.emails[number]] = list(acts)
    made.ledger.gone |= draw(st.dictionaries(numbers, _REASONS, max_size=3))
    return made


def _to_the_end(made: Campaign) -> Result:
    """Somebody mends what must be mended, and gives the same command again."""
    for _ in range(200):  # each of these stops uses up an act or an opening
        result = made.run_through()
        if result.end is End.DONE:
            return result
        assert result.end in (End.PAUSED, End.LATER)
    raise AssertionError("it does not end")


@given(_campaigns())
def test_everyone_is_in_one_final_state_and_was_written_to_once_at_most(made: Campaign) -> None:
    result = _to_the_end(made)
    assert result.tally.balanced
    assert (result.tally.left, result.tally.in_flight) == (0, 0)
    assert result.tally.done == len(made.ledger.emails)
    assert {row.state for row in made.ledger.rows.values()} <= _FINAL
    assert all(relay.most_open <= relay.connections for relay in (made.relay, *made.others))
    assert all(tally.balanced for tally in made.told)


@settings(max_examples=settings().max_examples // 2)
@given(_campaigns(), st.data())
def test_stopped_and_begun_again_at_any_moment(made: Campaign, data: st.DataObject) -> None:
    """Ctrl-C while the message of any person is on its way; what another command or a reader does, too."""
    people = len(made.ledger.emails)
    for number in data.draw(st.sets(st.integers(1, people), min_size=1, max_size=5)):
        leaver = data.draw(st.integers(1, people))

        def happens(leaver: int = leaver) -> None:
            made.stop()
            made.ledger.gone[leaver] = "unsubscribed"

        made.meets(number, Act(seconds=0.05, meanwhile=happens))
    for _ in range(200):
        result = made.run_through()
        if result.end is End.DONE:
            break
    assert (result.end, result.tally.done) == (End.DONE, people)


@settings(max_examples=settings().max_examples // 2)
@given(
    _campaigns(),
    st.integers(1, 30),
    st.sampled_from(["mark", "settle", "claim", "close", "exclude", "postpone"]),
)
def test_a_ledger_that_fails_once(made: Campaign, at: int, verb: str) -> None:
    """At any call, or never: what was not written is unknown at worst."""
    made.ledger.faults[verb] = {at}
    silences = sum(act.outcome is SILENCE for acts in made.relay.acts.values() for act in acts)
    for _ in range(200):
        made.ledger.take_over()
        try:
            if made.run_through().end is End.DONE:
                break
        except LaterError:
            made.judge()
    tally = made.hours.run(made.ledger.tally())
    assert (tally.done, tally.balanced) == (len(made.ledger.emails), True)
    # Of each connection, the body whose outcome is lost and the one whose mark was in vain.
    connections = sum(relay.connections for relay in (made.relay, *made.others))
    assert tally.unknown <= silences + connections


@settings(max_examples=settings().max_examples // 2)
@given(_campaigns(), st.integers(0, 8))
def test_a_campaign_that_ends_at_any_moment(made: Campaign, hours: int) -> None:
    """Attempts are never put off beyond its end; whom it ends for is still in the ledger."""
    made.expires = timedelta(hours=hours, minutes=1)
    for _ in range(200):
        result = made.run_through()
        dues = [row.due for row in made.ledger.rows.values() if row.due is not None]
        if result.end in (End.DONE, End.EXPIRED):
            break
    assert result.end in (End.DONE, End.EXPIRED)
    assert result.tally.balanced
    assert all(due is not None for due in dues)
