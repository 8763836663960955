"""When an address is given up: in a row, on days of ours, never for our own faults."""

from datetime import date, timedelta

import pytest

from mailer.listen.returns import Answered, Class, given_up

H, S, OURS, IN = Class.HARD, Class.SOFT, Class.SENDER, None


def sent(day: int, came: Class | None, campaign: str = "") -> Answered:
    """A message that left on the nth day, and came back so."""
    when = (date(2026, 11, 1) + timedelta(days=day)).isoformat()
    return Answered(campaign=campaign or f"c{day}", state="sent", reason="", enhanced="", day=when, came=came)


def refused(day: int, reason: str, enhanced: str) -> Answered:
    when = (date(2026, 11, 1) + timedelta(days=day)).isoformat()
    return Answered(
        campaign=f"c{day}", state="refused", reason=reason, enhanced=enhanced, day=when, came=None
    )


@pytest.mark.parametrize(
    ("course", "over"),
    [
        ([], False),
        ([sent(0, IN)], False),
        ([sent(0, H)], False),  # once may be the provider's bad day
        ([sent(0, H, "a"), sent(0, H, "b")], False),  # two campaigns of one day are one bad day
        ([sent(0, H), sent(1, H)], True),
        ([sent(0, H), sent(1, IN), sent(2, H)], False),  # one arrived: it begins anew
        ([sent(0, H), sent(1, IN), sent(2, H), sent(3, H)], True),
        ([sent(0, H), sent(1, OURS), sent(2, H)], True),  # our fault says nothing of them
        ([sent(0, OURS), sent(1, OURS), sent(20, OURS)], False),
        ([sent(0, H), sent(1, H), sent(2, IN)], True),  # the last one has not had its time
        ([sent(0, S), sent(7, S), sent(14, S)], False),  # three campaigns, but fourteen days
        ([sent(0, S), sent(7, S), sent(15, S)], True),
        ([sent(0, S), sent(15, S)], False),
        ([sent(0, S), sent(7, IN), sent(15, S), sent(20, S)], False),
        ([sent(0, S), sent(7, H), sent(15, S)], True),  # a hard one fails too
        ([refused(0, "mailbox", "5.1.1")], True),  # said to our face
        ([refused(0, "mailbox", "5.2.1")], True),
        ([refused(0, "mailbox", "5.7.1")], False),  # some refusal at RCPT: guessed
        ([refused(0, "mailbox", ""), refused(1, "mailbox", "")], True),
        ([refused(0, "full", "5.2.2"), refused(8, "full", "5.2.2"), refused(16, "full", "5.2.2")], True),
        ([refused(0, "content", "5.6.0"), refused(8, "content", ""), refused(16, "content", "")], False),
        ([refused(0, "expired", ""), refused(8, "expired", ""), refused(16, "expired", "")], False),
        ([refused(0, "mailbox", "5.1.1"), sent(1, IN), sent(2, S)], False),  # it was mended since
    ],
)
def test_what_gives_an_address_up(course: list[Answered], over: bool) -> None:
    assert given_up(course) is over


def test_a_lost_reply_counts_only_when_its_message_came_back() -> None:
    lost = Answered(campaign="b", state="unknown", reason="network", enhanced="", day="2026-11-02", came=None)
    assert not given_up([sent(0, H), lost])
    assert not given_up([sent(0, H), lost, sent(5, IN)])
    came = Answered(campaign="b", state="unknown", reason="", enhanced="", day="2026-11-02", came=H)
    assert given_up([sent(0, H), came])
