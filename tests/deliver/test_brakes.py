"""The brakes: what stops a campaign, after how many, and what a person's "go on" is worth."""

from dataclasses import replace

import pytest

from mailer.deliver.brakes import FEWEST, MOST_CONTENT, MOST_REFUSED, MOST_UNKNOWN, Brakes, Streak
from mailer.delivery import Finished, Outcome
from tests.deliver.relay import CONTENT, GREYLISTED, NO_MAILBOX, SENT, SILENCE

EXPIRED = replace(NO_MAILBOX, reason="expired")


def _after(outcomes: list[Outcome], finished: Finished | None = None) -> tuple[int, str]:
    """After how many outcomes, all of one relay, the campaign pauses, and why; 0 if it does not."""
    brakes, streak = Brakes(finished), Streak()
    for at, outcome in enumerate(outcomes, 1):
        if reason := brakes.judged(outcome, streak):
            return at, reason
    return 0, ""


def _some(bad: Outcome, every: int, people: int) -> list[Outcome]:
    return [SENT if at % every else bad for at in range(1, people + 1)]


@pytest.mark.parametrize(
    ("outcomes", "after"),
    [
        ([SENT] * 500, (0, "")),
        (_some(NO_MAILBOX, 20, 500), (0, "")),  # five in a hundred are not more than five
        (_some(NO_MAILBOX, 17, 500), (51, "mailboxes")),
        (_some(NO_MAILBOX, 10, 500), (FEWEST, "mailboxes")),
        ([NO_MAILBOX] * 3 + [SENT] * 46, (0, "")),  # fewer than fifty mean nothing
        ([NO_MAILBOX] * 3 + [SENT] * 47, (FEWEST, "mailboxes")),
        ([NO_MAILBOX] * 100, (MOST_REFUSED, "everybody")),
        (
            [SENT] * 1000 + [NO_MAILBOX] * 100,
            (1000 + MOST_REFUSED, "everybody"),
        ),  # it begins to refuse everybody
        ([CONTENT] * 9, (MOST_CONTENT, "content")),
        ([CONTENT, SENT] * 60, (0, "")),
        ([CONTENT, NO_MAILBOX] * 60, (2 * MOST_CONTENT - 1, "content")),
        ([SILENCE] * 100, (MOST_UNKNOWN, "unknown")),
        (_some(SILENCE, 10, 500), (10 * MOST_UNKNOWN, "unknown")),
        ([GREYLISTED] * 500, (0, "")),  # later is no refusal
        ([EXPIRED] * 500, (0, "")),  # neither is the campaign's end
        ([NO_MAILBOX, GREYLISTED] * 30, (2 * MOST_REFUSED - 1, "everybody")),
    ],
)
def test_when_it_pauses(outcomes: list[Outcome], after: tuple[int, str]) -> None:
    assert _after(outcomes) == after


def test_what_the_ledger_held_counts() -> None:
    """A sender that is killed, or a job that lasts a minute, does not make the list clean."""
    assert _after([NO_MAILBOX], Finished(people=60, mailboxes=3)) == (1, "mailboxes")
    assert _after([NO_MAILBOX], Finished(people=100, mailboxes=3)) == (0, "")
    assert _after([SILENCE], Finished(people=300, unknown=MOST_UNKNOWN - 1)) == (1, "unknown")
    assert _after([SENT], Finished(people=300, unknown=MOST_UNKNOWN)) == (0, "")


def test_who_says_go_on_is_not_stopped_at_once() -> None:
    """But after as many people again: an old list costs a few answers, not one for each fifty."""
    people, pauses = 0, 0
    while people < 20_000:
        after, reason = _after(_some(NO_MAILBOX, 10, 20_000), Finished(before=people))
        assert reason == "mailboxes"
        assert after >= max(FEWEST, people)
        people, pauses = people + after, pauses + 1
    assert pauses <= 10


@pytest.mark.parametrize(("finished", "faults"), [(0, 0), (49, 0), (50, 2), (99, 2), (100, 3), (1000, 21)])
def test_refusals_that_are_the_sender_s_fault(finished: int, faults: int) -> None:
    """Two in a hundred; 0: there are too few to tell, and the relay alone is set aside."""
    brakes = Brakes(Finished(people=finished))
    said = [brakes.fault() for _ in range(faults or 30)]
    assert said[:-1] == [""] * (len(said) - 1)
    assert said[-1] == ("faults" if faults else "")


def test_each_relay_has_its_own_row_of_refusals() -> None:
    """One that refuses everybody is found though another one works."""
    brakes, good, bad = Brakes(), Streak(), Streak()
    said = [
        brakes.judged(outcome, streak)
        for _ in range(MOST_REFUSED)
        for outcome, streak in ((SENT, good), (NO_MAILBOX, bad))
    ]
    assert said[-1] == "everybody"
    assert "everybody" not in said[:-1]
