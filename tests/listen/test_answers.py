"""Forms become rows, or nothing at all."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailer.ballots.answering import Form
from mailer.ballots.casting import Ballot, Taken, ballot, named_ballot, read_ballot
from mailer.listen.answers import Receipt, take
from mailer.listen.ballots import Shut, admit
from mailer.listen.desk import Box
from tests.ballots.questionnaires import ALL, questionnaire
from tests.web.desk import TwinDesk
from tests.web.premises import CAMPAIGN, KEYS, settings

ASKED = questionnaire("closes = 2026-12-15\n" + ALL)
BEFORE = datetime(2026, 12, 15, 23, 59, tzinfo=UTC)
KEY = bytes(range(32))
AFTER = datetime(2026, 12, 16, tzinfo=UTC)


def taken(
    form: Form, *, desk: TwinDesk | None = None, ballot: Ballot | None = None, confirmed: bool = True
) -> tuple[Receipt, list[tuple[str, tuple[tuple[str, str], ...]]]]:
    desk = desk or TwinDesk(settings())
    receipt = asyncio.run(take(desk, CAMPAIGN, ASKED, form, ballot, confirmed=confirmed))
    return receipt, desk.answers


def test_answers_are_stored() -> None:
    receipt, stored = taken([("avis", "1"), ("mot", "oui")])
    assert receipt.taken is Taken.STORED
    assert stored == [(CAMPAIGN, (("avis", "améliorer"), ("mot", "oui")))]


def test_nothing_is_before_it_is_confirmed() -> None:
    receipt, stored = taken([("avis", "1"), ("mot", "oui")], confirmed=False)
    assert (receipt.taken, receipt.faults, stored) == (None, (), [])
    assert receipt.filled.rows == (("avis", "améliorer"), ("mot", "oui"))


def test_with_one_fault_nothing_is() -> None:
    receipt, stored = taken([("avis", "1"), ("mot", "x" * 30)])
    assert [fault.question for fault in receipt.faults] == ["mot"]
    assert (receipt.taken, stored) == (None, [])


def test_an_empty_form_is_told_so() -> None:
    receipt, stored = taken([("avis", ""), ("mot", "")])
    assert [fault.message.say("en") for fault in receipt.faults] == [
        "You have not answered any question yet."
    ]
    assert stored == []


def test_a_ballot_is_cast_once() -> None:
    desk, ballot = TwinDesk(settings()), Ballot(spending=bytes(32))
    for confirmed, expected in (
        (False, None),
        (True, Taken.STORED),
        (True, Taken.SPENT),
        (False, Taken.SPENT),
    ):
        receipt, stored = taken([("avis", "1")], desk=desk, ballot=ballot, confirmed=confirmed)
        assert receipt.taken is expected
    assert len(stored) == 1
    assert taken([("avis", "1")], desk=desk, ballot=Ballot(spending=b"1" * 32))[0].taken is Taken.STORED


@pytest.mark.parametrize(
    "mode, text, box, now, expected",
    [
        ("open", None, Box(), BEFORE, None),
        ("open", None, Box(), AFTER, Shut.CLOSED),
        ("open", None, Box(closed=True), BEFORE, Shut.CLOSED),
        ("open", ballot(KEY, 7), Box(), BEFORE, Shut.FOREIGN),
        ("ballot", None, Box(key=KEY), BEFORE, Shut.NO_BALLOT),
        ("ballot", ballot(KEY, 7), Box(key=KEY), BEFORE, read_ballot(KEY, ballot(KEY, 7))),
        ("ballot", ballot(KEY, 0), Box(key=KEY), BEFORE, Shut.TEST),
        ("ballot", ballot(bytes(32), 7), Box(key=KEY), BEFORE, Shut.FOREIGN),
        ("ballot", ballot(KEY, 7), Box(key=KEY), AFTER, Shut.CLOSED),
        ("ballot", ballot(KEY, 7), Box(), BEFORE, Shut.CLOSED),
        ("ballot", named_ballot(KEYS, CAMPAIGN, 7), Box(key=KEY), BEFORE, Shut.FOREIGN),
        ("named", named_ballot(KEYS, CAMPAIGN, 0), Box(key=KEY), BEFORE, Shut.TEST),
        ("named", named_ballot(KEYS, "aaaaaaaaaa", 7), Box(key=KEY), BEFORE, Shut.FOREIGN),
        ("named", ballot(KEY, 7), Box(key=KEY), BEFORE, Shut.FOREIGN),
        ("named", None, Box(key=KEY, closed=True), BEFORE, Shut.CLOSED),
    ],
)
def test_who_may_answer(
    mode: str, text: str | None, box: Box, now: datetime, expected: Ballot | Shut | None
) -> None:
    assert admit(replace(ASKED, mode=mode), box, CAMPAIGN, text, KEYS, now, UTC) == expected


def test_a_named_ballot_says_who() -> None:
    found = admit(
        replace(ASKED, mode="named"),
        Box(key=KEY),
        CAMPAIGN,
        named_ballot(KEYS, CAMPAIGN, 7),
        KEYS,
        BEFORE,
        UTC,
    )
    assert isinstance(found, Ballot)
    assert found.member == 7
