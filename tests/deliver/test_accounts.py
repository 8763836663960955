"""The accounts: each wave adds up, and the run's count is the ledger's."""

import pytest

from mailer.deliver.accounts import Accounts, total
from mailer.delivery import Tally
from mailer.errors import MailerError

FIRST, SECOND = Tally(audience=3, sent=2, pending=1), Tally(audience=2, excluded=1, deferred=1)


def test_the_sum_of_all_waves() -> None:
    assert total({1: FIRST, 2: SECOND}) == Tally(audience=5, sent=2, excluded=1, deferred=1, pending=1)
    assert total({}) == Tally()


def test_somebody_who_is_in_the_wrong_wave() -> None:
    """All together they add up; nobody may be in two places for that (P5)."""
    lost, found = Tally(audience=3, sent=2), Tally(audience=2, sent=1, excluded=1, deferred=1)
    assert (lost + found).balanced
    for waves in ({1: lost, 2: found}, {1: FIRST, 2: found}):
        with pytest.raises(MailerError) as told:
            total(waves)
        assert "nothing more is sent" in told.value.message.say("en")


def test_those_whose_turn_has_come_again() -> None:
    """Some of them had it given back in an earlier run: no figure is ever below nothing."""
    seen: list[Tally] = []
    accounts = Accounts(seen.append)
    accounts.begin({1: SECOND})
    accounts.again(3)
    assert accounts.tally == Tally(audience=2, excluded=1, pending=1)
    assert seen == [accounts.tally]


@pytest.mark.parametrize(
    ("ledger", "right"),
    [
        (Tally(audience=3, sent=2, pending=1), True),
        (Tally(audience=3, sent=2, in_flight=1), True),  # another body is on its way
        (Tally(audience=3, sent=3), True),  # another outcome, judged meanwhile
        (Tally(audience=3, sent=1, pending=2), False),  # this one is lost
        (Tally(audience=3, sent=2, unknown=1), False),  # somebody else's doing
        (Tally(audience=3, sent=2, refused=1), False),
        (Tally(audience=3, sent=2), False),
    ],
)
def test_the_ledger_says_what_the_run_has_counted(ledger: Tally, right: bool) -> None:
    accounts = Accounts(None)
    accounts.begin({1: Tally(audience=3, sent=1, pending=2)})
    accounts.move("pending", "sent")
    asked = accounts.tally
    accounts.move("pending", "sent")
    if right:
        accounts.compare(asked, {1: ledger})
    else:
        with pytest.raises(MailerError):
            accounts.compare(asked, {1: ledger})
