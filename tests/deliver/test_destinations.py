"""A provider that wants fewer messages rests; its people lose no attempt, and the others do not wait."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mailer.deliver.destinations import FIRST_PAUSE_S, MOST_WAITING, Group
from mailer.deliver.pace import Limits
from mailer.deliver.result import End
from mailer.delivery import Kind, Outcome, Phase, Tally
from mailer.model import Message, Recipient
from tests.deliver.hours import NOON
from tests.deliver.house import Campaign, campaign
from tests.deliver.relay import GREYLISTED, NO_MAILBOX, Act, Pen

SLOW = Outcome(kind=Kind.UNTRIED, phase=Phase.RCPT, reason="slow-down", code=451, slow=True)
SLOW_421 = replace(SLOW, code=421, lost=True)
SLOW_AT_DOT = replace(SLOW, phase=Phase.DOT)
WIDE = "wide.example"


def _mixed(people: int, every: int, **options: object) -> Campaign:
    """One of `every` is at wide.example, from the first one on."""
    made = campaign(people, **options)  # type: ignore[arg-type]
    for number in _wide(people, every):
        made.ledger.emails[number] = f"p{number}@{WIDE}"
    return made


def _wide(people: int, every: int) -> range:
    return range(1, people + 1, every)


def _meet(made: Campaign, number: int, *acts: Outcome | Act) -> None:
    made.relay.acts[made.ledger.emails[number]] = [act if isinstance(act, Act) else Act(act) for act in acts]


def _begun(made: Campaign, of: Callable[[str], bool]) -> list[float]:
    return sorted(time for email, time in made.relay.begun.items() if of(email))


def _is_wide(email: str) -> bool:
    return email.endswith(WIDE)


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("outcome", [SLOW, SLOW_421, SLOW_AT_DOT])
def test_it_rests_and_the_others_go_on(outcome: Outcome, connections: int) -> None:
    made = _mixed(60, 3, connections=connections)
    _meet(made, 1, outcome)
    result = made.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=60, sent=60))
    others = _begun(made, lambda email: not _is_wide(email))
    assert others[-1] - others[0] < 5
    wide = _begun(made, _is_wide)
    rested = [time for time in wide if time > others[0] + 5]
    assert rested[0] - others[0] == pytest.approx(FIRST_PAUSE_S, abs=1.5)
    assert all(row.attempts == 1 for row in made.ledger.rows.values())
    assert made.heard == []  # nobody's fault: no relay was set aside


def test_its_pauses_grow_and_a_success_ends_that() -> None:
    made = _mixed(1, 1)
    _meet(made, 1, *[SLOW] * 8)
    result = made.run_through()
    assert (result.end, made.ledger.rows[1].attempts) == (End.DONE, 1)
    pauses = [30, 60, 120, 240, 480, 900, 900, 900]
    assert made.relay.times[0] - 50_000 == pytest.approx(sum(pauses), abs=sum(pauses) * 0.1)
    again = _mixed(2, 1)
    _meet(again, 1, SLOW, SLOW, Act(seconds=1))
    _meet(again, 2, Act(seconds=1), SLOW)
    assert again.run_through().end is End.DONE
    assert again.relay.times[-1] - again.relay.times[0] < 2 * FIRST_PAUSE_S


def test_long_pauses_are_spent_in_the_ledger() -> None:
    """The terminal is given back meanwhile, or another sender goes on; no attempt is used up."""
    made = _mixed(12, 12, connections=2)
    _meet(made, 1, *[SLOW] * 3)
    result = made.run()
    assert (result.end, result.tally) == (End.LATER, Tally(audience=12, sent=11, deferred=1))
    assert made.states() == {"sent": 11, "deferred slow-down": 1}
    assert made.ledger.rows[1].attempts == 0
    assert result.until is not None
    assert timedelta(seconds=60) < result.until - made.hours.now() <= timedelta(seconds=150)
    assert made.run_through().tally == Tally(audience=12, sent=12)
    assert made.ledger.rows[1].attempts == 1


def test_a_provider_that_does_not_want_our_mail_is_asked_again_seldom() -> None:
    """After a quarter of an hour, half an hour…: its people are in the ledger meanwhile."""
    blocked = replace(SLOW, reason="blocked", code=550)
    made = _mixed(12, 3, connections=2)
    for number in _wide(12, 3):
        _meet(made, number, *[blocked] * 3)
    result = made.run_through()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=12, sent=12))
    wide = [time for time in made.relay.times if time > 50_000 + 60]
    assert len(wide) == 4
    assert wide[0] - 50_000 > 900 + 1800 + 3600
    assert all(row.attempts == 1 for row in made.ledger.rows.values())


def test_memory_is_bounded() -> None:
    made = _mixed(3 * MOST_WAITING, 1, connections=3, size=100, watchful=False)
    _meet(made, 1, SLOW)
    result = made.run()
    waited = 3 * MOST_WAITING - made.count("postpone")
    assert made.count("postpone") > MOST_WAITING
    assert waited <= MOST_WAITING + 200
    assert made.ledger.most_held <= 3 + 5
    assert result.tally.done >= MOST_WAITING
    assert made.run_through().tally == Tally(audience=3 * MOST_WAITING, sent=3 * MOST_WAITING)
    assert made.count("postpone") < 6 * MOST_WAITING  # they do not come back in vain again and again


class _Counting(Pen):
    """Knows how many are on their way, each time a message is written."""

    def __init__(self, made: Campaign) -> None:
        super().__init__()
        self.made = made
        self.busy = 0
        self.counts: list[tuple[float, int]] = []

    def write(self, recipient: Recipient, date: datetime) -> Message:
        self.busy += 1
        self.counts.append((self.made.hours.monotonic(), self.busy))
        return super().write(recipient, date)

    def ends(self) -> None:
        self.busy -= 1


def test_its_connections_are_halved_and_grow_again() -> None:
    made = _mixed(400, 1, connections=8, size=400, watchful=False)
    pen = made.pen = _Counting(made)
    for number in _wide(400, 1):
        _meet(made, number, Act(seconds=0.2, meanwhile=pen.ends))
    _meet(made, 50, Act(SLOW, 0.2, pen.ends), Act(seconds=0.2, meanwhile=pen.ends))
    result = made.run_through()
    assert (result.end, result.tally.sent) == (End.DONE, 400)
    before = [count for time, count in pen.counts if time < 50_000 + 20]
    after = [count for time, count in pen.counts if time > 50_000 + 20]
    assert max(before) == 8
    assert max(after[:15]) == 4
    assert [max(after[at : at + 20]) for at in (0, 40, 80)] == sorted(
        max(after[at : at + 20]) for at in (0, 40, 80)
    )
    assert max(after) == 8


def test_said_by_several_at_the_same_time_it_is_once() -> None:
    made = _mixed(40, 2, connections=8)
    for number in list(_wide(40, 2))[:4]:
        _meet(made, number, SLOW)
    result = made.run()
    assert (result.end, result.tally.sent) == (End.DONE, 40)
    assert made.hours.now() - NOON < timedelta(seconds=FIRST_PAUSE_S + 10)


def test_domains_of_one_provider_rest_together() -> None:
    made = _mixed(40, 2, connections=2)
    for number in range(1, 41, 4):
        made.ledger.emails[number] = f"p{number}@autre.example"
    made.alike = {WIDE: "wide", "autre.example": "wide"}
    _meet(made, 1, SLOW)
    assert made.run().tally.sent == 40
    wide = _begun(made, lambda email: not email.endswith("example.org"))
    assert sum(time - 50_000 < FIRST_PAUSE_S for time in wide) <= 2


def test_what_its_people_are_answered_is_theirs() -> None:
    made = _mixed(6, 1, connections=2)
    _meet(made, 1, SLOW, NO_MAILBOX)
    _meet(made, 2, SLOW, GREYLISTED)
    result = made.run_through()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=6, sent=5, refused=1))
    assert made.ledger.rows[2].attempts == 2


def test_who_leaves_while_their_provider_rests_is_not_written_to() -> None:
    made = _mixed(6, 1)
    _meet(made, 1, Act(SLOW, meanwhile=lambda: made.ledger.gone.update({1: "unsubscribed", 4: "suppressed"})))
    result = made.run_through()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=6, sent=4, excluded=2))


@pytest.mark.parametrize("connections", [1, 4])
def test_stopped_while_a_provider_rests(connections: int) -> None:
    made = _mixed(30, 1, connections=connections)
    _meet(made, 1, Act(SLOW, 0.5))
    _meet(made, 2, Act(seconds=0.6, meanwhile=made.stop))
    result = made.run()
    assert result.end in (End.STOPPED, End.DONE)
    made.ledger.take_over()
    made.relay.acts.clear()
    assert made.run_through().tally.sent == 30


@pytest.mark.parametrize("connections", [1, 3])
def test_a_slow_group_whose_campaign_ends(connections: int) -> None:
    """Nobody is forgotten: who was never tried is left to expire."""
    made = _mixed(8, 2, connections=connections, expires=timedelta(hours=1))
    for number in _wide(8, 2):
        _meet(made, number, *[SLOW] * 60)
    result = made.run_through()
    assert result.end is End.EXPIRED
    assert (result.tally.sent, result.tally.left) == (4, 4)


# --- groups with limits of their own ---------------------------------------------------------


def test_a_group_has_so_many_connections() -> None:
    made = _mixed(60, 2, connections=6)
    made.groups = {WIDE: Group(most=2, configured=2)}
    for number in range(1, 61):
        _meet(made, number, Act(seconds=0.5))
    result = made.run()
    assert (result.end, result.tally.sent) == (End.DONE, 60)
    wide = _begun(made, _is_wide)
    assert all(later - first >= 0.9 for first, later in zip(wide, wide[2:], strict=False))
    others = _begun(made, lambda email: not _is_wide(email))
    assert others[-1] - others[0] < 10


@pytest.mark.parametrize(
    "limits", [Limits(per_second=2), Limits(per_hour=10), Limits(per_second=3, per_hour=12)]
)
@pytest.mark.parametrize("connections", [1, 4])
def test_a_group_has_limits_of_its_own(limits: Limits, connections: int) -> None:
    made = _mixed(60, 2, connections=connections)
    made.groups = {WIDE: Group(permits=made.permits(limits))}
    result = made.run_through()
    assert (result.end, result.tally.sent) == (End.DONE, 60)
    wide = _begun(made, _is_wide)
    for period, most in limits.windows():
        assert all(later - first >= period - 0.05 for first, later in zip(wide, wide[most:], strict=False))
    others = _begun(made, lambda email: not _is_wide(email))
    assert others[-1] - others[0] < 20
    least = 15 if limits.per_second == 2 else 2 * 3600  # thirty of them
    assert wide[-1] - wide[0] < 1.35 * least + 900


def test_a_group_with_limits_never_has_more_connections_than_it_may() -> None:
    made = _mixed(200, 1, connections=6, size=200, watchful=False)
    made.groups = {WIDE: Group(most=2, configured=2)}
    _meet(made, 10, SLOW)
    for number in range(11, 201):
        _meet(made, number, Act(seconds=0.5))
    assert made.run_through().tally.sent == 200
    wide = _begun(made, _is_wide)[12:]
    assert all(later - first >= 0.9 for first, later in zip(wide, wide[2:], strict=False))
