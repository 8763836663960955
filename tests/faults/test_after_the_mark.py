"""Faults once the body has begun to leave: a reply is believed, silence is unknown, nothing is sent again."""

import pytest

from tests.faults.premises import EVERYONE, PEOPLE, sent
from tests.simulation.network import Calm, End
from tests.smtp.script import (
    GARBAGE,
    HALF_LINE,
    Accept,
    Action,
    After,
    Close,
    Hang,
    Raw,
    Reply,
    Reset,
    Rule,
    Slow,
    Stage,
)

LONG = Hang(700.0)  # RFC 5321, 4.5.3.2.6: ten minutes, then it is over


@pytest.mark.parametrize("count", [1, 200, 20_000])
@pytest.mark.parametrize("then", [Close(), Reset()])
def test_cut_in_the_middle_of_the_body(count: int, then: Action) -> None:
    done = sent([Rule(Stage.BODY, After(count, then), times=1)])
    assert done.counts == {"sent": PEOPLE - 1, "unknown": 1}
    assert sum(done.arrived.values()) == PEOPLE - 1


@pytest.mark.parametrize("then", [Close(), Reset()])
def test_a_server_that_leaves_with_its_354(then: Action) -> None:
    """It is seen before the first byte leaves: nobody is unknown, and they are tried again."""
    done = sent([Rule(Stage.BODY, then, times=2)])
    assert done.arrived == EVERYONE


SILENCES = [Close(), Reset(), LONG, GARBAGE, HALF_LINE, Raw(b"x" * 10_000_000), Reply(354, "what")]


@pytest.mark.parametrize("silence", SILENCES)
@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "not accepted"])
def test_no_reply_to_the_dot_is_unknown_and_never_repeated(silence: Action, accepted: bool) -> None:
    done = sent([Rule(Stage.DOT, Accept(silence) if accepted else silence, times=1)])
    assert done.counts == {"sent": PEOPLE - 1, "unknown": 1}
    assert sum(done.arrived.values()) == PEOPLE - 1 + accepted
    assert max(done.arrived.values()) == 1


@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_later_after_the_dot_is_a_definite_answer(code: int) -> None:
    done = sent([Rule(Stage.DOT, Reply(code, "4.3.0 later"), times=2)])
    assert done.arrived == EVERYONE
    assert done.hours > 0.2


@pytest.mark.parametrize("reply", [Reply(552, "5.2.2 full"), Reply(554, "5.6.0 odd"), Reply(550, "5.1.1 no")])
def test_never_after_the_dot_is_a_definite_answer(reply: Reply) -> None:
    done = sent([Rule(Stage.DOT, reply, times=1)])
    assert done.counts == {"sent": PEOPLE - 1, "refused": 1}
    assert sum(done.arrived.values()) == PEOPLE - 1


@pytest.mark.parametrize("seconds", [300.0, 590.0])
def test_a_slow_dot_is_waited_for_ten_minutes(seconds: float) -> None:
    """And nobody else waits with it."""
    done = sent([Rule(Stage.DOT, Hang(seconds), times=1)])
    assert done.counts == {"sent": PEOPLE}
    assert done.hours == pytest.approx(seconds / 3600, abs=0.01)


def test_one_byte_a_second() -> None:
    stages = (Stage.CONNECT, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DOT)
    assert sent([Rule(stage, Slow(1.0)) for stage in stages]).counts == {"sent": PEOPLE}


@pytest.mark.parametrize("action", [Close(), Reset(), Hang(400.0), Reply(500, "what")])
def test_a_drop_at_quit_after_the_250_counts_as_sent(action: Action) -> None:
    assert sent([Rule(Stage.QUIT, action)]).counts == {"sent": PEOPLE}


class Falling(Calm):
    """A network that swallows the connection at its `nth` write, or breaks it."""

    def __init__(self, nth: int, how: str) -> None:
        self._left, self._how = nth, how

    def befalls(self, end: End) -> None:
        self._left -= 1
        if self._left == 0:
            getattr(end, self._how)()


@pytest.mark.parametrize("how", ["swallow", "sever"])
def test_a_network_that_goes_at_any_write(how: str) -> None:
    """At the first, the second…: one is unknown at most, ever."""
    for nth in range(1, 24):
        done = sent(weather=Falling(nth, how), people=2)
        assert done.counts.get("unknown", 0) <= 1, nth
        assert done.counts["sent"] >= 1, nth
