"""From replies to outcomes: whose fault it is comes before the digit."""

import pytest

from mailer.delivery import Kind, Phase
from mailer.transport.replies import Reply, judge, silence


@pytest.mark.parametrize(
    "phase, code, text, kind, reason",
    [
        (Phase.DOT, 250, "2.0.0 queued", Kind.SENT, ""),
        (Phase.DOT, 200, "", Kind.SENT, ""),
        (Phase.RCPT, 550, "5.1.1 unknown", Kind.REFUSED, "mailbox"),
        (Phase.RCPT, 552, "5.2.2 mailbox over quota", Kind.REFUSED, "mailbox"),
        (Phase.RCPT, 550, "5.2.1 rate of this user exceeded", Kind.REFUSED, "mailbox"),
        (Phase.RCPT, 550, "5.4.5 Daily user sending limit exceeded", Kind.UNTRIED, "policy"),
        (Phase.RCPT, 550, "5.7.26 unauthenticated", Kind.UNTRIED, "policy"),
        (Phase.RCPT, 554, "relaying denied", Kind.UNTRIED, "policy"),
        (Phase.RCPT, 450, "4.2.0 greylisted", Kind.DEFERRED, "deferred"),
        (Phase.RCPT, 421, "closing", Kind.UNTRIED, "server-busy"),
        (Phase.DATA, 554, "no valid recipients", Kind.REFUSED, "content"),
        (Phase.DOT, 554, "5.6.0 bad content", Kind.REFUSED, "content"),
        (Phase.DOT, 550, "5.1.1 unknown after all", Kind.REFUSED, "mailbox"),
        (Phase.DOT, 421, "closing", Kind.DEFERRED, "deferred"),
        (Phase.MAIL, 451, "later", Kind.UNTRIED, "server-busy"),
        (Phase.MAIL, 553, "5.1.8 sender", Kind.UNTRIED, "sender"),
        (Phase.CONNECT, 554, "no", Kind.UNTRIED, "sender"),
        (Phase.AUTH, 535, "5.7.8", Kind.UNTRIED, "sender"),
        (Phase.MAIL, 354, "what?", Kind.UNTRIED, "garbage"),
        (Phase.DOT, 354, "what?", Kind.UNKNOWN, "garbage"),
        (Phase.DOT, 999, "what?", Kind.UNKNOWN, "garbage"),
    ],
)
def test_each_reply(phase: Phase, code: int, text: str, kind: Kind, reason: str) -> None:
    outcome = judge(phase, Reply(code, text))
    assert (outcome.kind, outcome.reason, outcome.code) == (kind, reason, code)
    assert outcome.halt == (reason in ("sender", "policy"))


def test_what_is_kept_of_a_reply() -> None:
    outcome = judge(Phase.RCPT, Reply(550, "5.1.1 " + "x" * 10_000))
    assert outcome.enhanced == "5.1.1"
    assert len(outcome.text) == 500


@pytest.mark.parametrize("begun, kind", [(False, Kind.UNTRIED), (True, Kind.UNKNOWN)])
def test_silence(begun: bool, kind: Kind) -> None:
    outcome = silence(Phase.DOT, "gone", begun=begun)
    assert (outcome.kind, outcome.lost, outcome.halt) == (kind, True, False)
