"""Forms become rows, or nothing at all."""

import asyncio
from datetime import UTC, datetime

import pytest

from mailer.ballots.answering import Form
from mailer.listen.answers import Receipt, take
from tests.ballots.questionnaires import ALL, questionnaire
from tests.web.desk import TwinDesk
from tests.web.premises import settings

ASKED = questionnaire("closes = 2026-12-15\n" + ALL)
BEFORE = datetime(2026, 12, 15, 23, 59, tzinfo=UTC)
AFTER = datetime(2026, 12, 16, tzinfo=UTC)


def taken(
    form: Form, now: datetime = BEFORE, *, confirmed: bool = True
) -> tuple[Receipt, list[tuple[str, tuple[tuple[str, str], ...]]]]:
    desk = TwinDesk(settings())
    receipt = asyncio.run(take(desk, "k7qk2m4x9a", ASKED, form, now, UTC, confirmed=confirmed))
    return receipt, desk.answers


def test_answers_are_stored() -> None:
    receipt, stored = taken([("avis", "1"), ("mot", "oui")])
    assert receipt.stored
    assert stored == [("k7qk2m4x9a", (("avis", "améliorer"), ("mot", "oui")))]


def test_nothing_is_before_it_is_confirmed() -> None:
    receipt, stored = taken([("avis", "1"), ("mot", "oui")], confirmed=False)
    assert (receipt.stored, receipt.closed, receipt.faults, stored) == (False, False, (), [])
    assert receipt.filled.rows == (("avis", "améliorer"), ("mot", "oui"))


def test_with_one_fault_nothing_is() -> None:
    receipt, stored = taken([("avis", "1"), ("mot", "x" * 30)])
    assert [fault.question for fault in receipt.faults] == ["mot"]
    assert (receipt.stored, stored) == (False, [])


def test_an_empty_form_is_told_so() -> None:
    receipt, stored = taken([("avis", ""), ("mot", "")])
    assert [fault.message.say("en") for fault in receipt.faults] == [
        "You have not answered any question yet."
    ]
    assert stored == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_too_late_is_too_late(confirmed: bool) -> None:
    receipt, stored = taken([("avis", "1")], AFTER, confirmed=confirmed)
    assert (receipt.closed, receipt.stored, stored) == (True, False, [])
