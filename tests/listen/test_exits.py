"""Departures and the button that takes one back."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from mailer.listen.desk import Left
from mailer.listen.exits import UNDO_FOR, Exit, leave, mint_undo, read_exit, read_undo
from mailer.tokens.links import list_mark, unsubscribe_token
from tests.web.desk import Member, TwinDesk
from tests.web.premises import KEYS, settings

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DOOR = Exit(subscriber=7, mark=list_mark("adherents"))
LISTS = ("adherents", "contacts")


@pytest.fixture
def desk() -> TwinDesk:
    desk = TwinDesk(settings())
    desk.members[7] = Member({"adherents": True, "contacts": True})
    return desk


def test_a_token_opens_its_door() -> None:
    assert read_exit(KEYS, unsubscribe_token(KEYS, 7, "adherents")) == DOOR
    assert read_exit(KEYS, "x") is None


def test_leaving_says_what_changed_once(desk: TwinDesk) -> None:
    assert asyncio.run(leave(desk, DOOR, everything=False)) == Left(lists=("adherents",))
    assert not asyncio.run(leave(desk, DOOR, everything=False))
    assert asyncio.run(leave(desk, DOOR, everything=True)) == Left(lists=("contacts",), objected=True)
    assert not asyncio.run(leave(desk, DOOR, everything=True))


def test_the_fictitious_person_leaves_nothing(desk: TwinDesk) -> None:
    desk.members[0] = Member({"adherents": True})
    door = Exit(subscriber=0, mark=list_mark("adherents"))
    assert door.is_test
    assert not asyncio.run(leave(desk, door, everything=True))
    assert desk.members[0].state() == ((("adherents", True),), False)


def test_to_leave_a_list_that_is_no_more_is_to_leave_everything(desk: TwinDesk) -> None:
    door = Exit(subscriber=7, mark=list_mark("removed"))
    assert asyncio.run(leave(desk, door, everything=False)).objected
    assert desk.members[7].objected


def test_nobody_leaves_quietly(desk: TwinDesk) -> None:
    assert not asyncio.run(leave(desk, Exit(subscriber=99, mark=DOOR.mark), everything=False))


def test_an_undo_gives_back_what_was_left_for_half_an_hour() -> None:
    left = Left(lists=("contacts", "adherents"), objected=True)
    token = mint_undo(KEYS, DOOR, left, NOW)
    back = read_undo(KEYS, token, DOOR, LISTS, NOW)
    assert back == Left(lists=("adherents", "contacts"), objected=True)
    almost = NOW + UNDO_FOR - timedelta(seconds=1)
    assert read_undo(KEYS, token, DOOR, LISTS, almost) == back
    assert read_undo(KEYS, token, DOOR, LISTS, NOW + UNDO_FOR) is None


def test_nothing_changed_nothing_to_undo() -> None:
    assert mint_undo(KEYS, DOOR, Left(), NOW) == ""
    assert read_undo(KEYS, "", DOOR, LISTS, NOW) is None


def test_an_undo_is_one_person_s() -> None:
    token = mint_undo(KEYS, DOOR, Left(objected=True), NOW)
    assert read_undo(KEYS, token, Exit(subscriber=8, mark=DOOR.mark), LISTS, NOW) is None
    assert read_undo(KEYS, unsubscribe_token(KEYS, 7, "adherents"), DOOR, LISTS, NOW) is None


def test_an_undo_whose_lists_are_no_more_gives_nothing_back() -> None:
    token = mint_undo(KEYS, DOOR, Left(lists=("adherents",)), NOW)
    assert read_undo(KEYS, token, DOOR, ("other",), NOW) is None
