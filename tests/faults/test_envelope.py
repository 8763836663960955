"""Faults at MAIL, RCPT and DATA: nothing has left, so nobody is unknown; whose fault it is decides."""

import pytest

from mailer.deliver.result import End
from tests.faults.premises import EVERYONE, PEOPLE, sent
from tests.simulation.premises import person
from tests.simulation.world import world
from tests.smtp.conditions import greylist, recipient
from tests.smtp.script import GARBAGE, HALF_LINE, Action, Close, Hang, Raw, Reply, Reset, Rule, Stage, Table

FIRST = recipient(person(0))
DROPS = [Close(), Reset(), Hang(400), GARBAGE, HALF_LINE]


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "one-by-one"])
@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.RCPT, Stage.DATA])
@pytest.mark.parametrize("action", DROPS)
def test_a_connection_that_breaks_before_the_body_is_safe(
    stage: Stage, action: Action, pipelining: bool
) -> None:
    done = sent([Rule(stage, action, times=2)], pipelining=pipelining)
    assert done.arrived == EVERYONE
    assert done.counts == {"sent": PEOPLE}


@pytest.mark.parametrize("code", [421, 450, 451, 452, 454])
def test_mail_that_is_put_off_is_nobodys_refusal(code: int) -> None:
    done = sent([Rule(Stage.MAIL, Reply(code, "4.3.2 later"), times=4)])
    assert done.arrived == EVERYONE
    assert done.hours < 0.25  # the way out rests; no recipient was deferred


@pytest.mark.parametrize("code", [501, 530, 550, 552, 553])
def test_mail_that_is_refused_pauses_and_refuses_nobody(code: int) -> None:
    done = sent([Rule(Stage.MAIL, Reply(code, "5.7.1 not from you"))])
    assert done.result.end is End.PAUSED
    assert done.counts == {"pending": PEOPLE}


def test_greylisted_then_accepted_once_from_the_same_sender() -> None:
    with world(PEOPLE, keep=True) as there:
        grey = greylist(60, there.machine.monotonic)
        there.server.script = Table([Rule(Stage.RCPT, Reply(450, "4.2.0 greylisted"), when=grey)])
        there.play(lambda there: there.through())
        assert there.arrived() == EVERYONE
        assert len({row.sender for row in there.server.ledger.accepted}) == 1
        assert there.machine.monotonic() > 15 * 60


@pytest.mark.parametrize(
    "reply", [Reply(550, "5.1.1 no such user"), Reply(552, "5.2.2 full"), Reply(550, "5.1.1", "no", "é")]
)
@pytest.mark.parametrize("answer", [503, 554, 354])
def test_a_refused_recipient_is_refused_alone(reply: Reply, answer: int) -> None:
    done = sent([Rule(Stage.RCPT, reply, when=FIRST)], connections=1, data_without_recipient=answer)
    assert done.states == {email: "refused" if email == person(0) else "sent" for email in EVERYONE}
    assert done.connections == 1  # RSET, and on
    assert done.arrived == {email: 1 for email in EVERYONE if email != person(0)}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(550, "5.4.5 daily sending quota exceeded"),
        Reply(550, "5.7.1 blocked"),
        Reply(554, "relay access denied"),
        Reply(550, "sending rate limit"),
        Reply(530, "5.7.0 authentication required"),
    ],
)
@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA, Stage.DOT])
def test_the_senders_own_fault_burns_nobody(reply: Reply, stage: Stage) -> None:
    done = sent([Rule(stage, reply)])
    assert done.result.end is End.PAUSED
    assert done.counts == {"pending": PEOPLE}
    assert done.connections <= 4


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA, Stage.DOT, Stage.RSET])
def test_421_in_the_middle_of_a_session(stage: Stage) -> None:
    refused = Rule(Stage.RCPT, Reply(550, "5.1.1 no"), when=FIRST)
    rules = [Rule(stage, Reply(421, "4.3.2 closing"), times=2)] + [refused] * (stage is Stage.RSET)
    done = sent(rules)
    assert done.counts.get("unknown", 0) == 0
    assert done.counts["sent"] == PEOPLE - (stage is Stage.RSET)


def test_data_that_is_put_off() -> None:
    done = sent([Rule(Stage.DATA, Reply(451, "4.3.0 later"), times=2)])
    assert done.arrived == EVERYONE
    assert done.hours > 0.2  # deferred, and tried again


def test_content_that_is_refused_again_and_again_pauses() -> None:
    done = sent([Rule(Stage.DATA, Reply(554, "5.6.0 not this"))], people=12, connections=1)
    assert (done.result.end, done.result.reason) == (End.PAUSED, "content")
    assert done.counts["refused"] < 12
    assert done.counts["pending"] > 0


@pytest.mark.parametrize("code, fits", [(251, True), (252, True), (354, False), (220, True)])
def test_odd_replies_to_rcpt(code: int, fits: bool) -> None:
    done = sent([Rule(Stage.RCPT, Reply(code, "hm"), times=2)])
    assert done.arrived == EVERYONE
    assert (done.connections <= 2) is fits


def test_ten_megabytes_for_a_reply() -> None:
    done = sent([Rule(Stage.RCPT, Raw(b"250-" + b"x" * 10_000_000, code=250), times=1)])
    assert done.arrived == EVERYONE
