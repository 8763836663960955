"""Departures: each tells what it changed, twice is once, an undo gives back no more than was taken."""

from dataclasses import replace
from pathlib import Path

import pytest

from mailer.store.exits import Departure
from mailer.store.log_entries import Entry
from mailer.store.store import Store
from tests.store.house import ANA, LIST, LUC, ZOE, Clock, bring, number, opened

DATABASES = ["sqlite", "postgres"]  # see conftest.py

OTHER = "contacts"


def leave(store: Store, subscriber: int, *lists: str) -> Departure:
    with store.together():
        return store.exits.leave(subscriber, lists, "site")


def object_to(store: Store, subscriber: int) -> Departure:
    with store.together():
        return store.exits.object(subscriber, "site")


def come_back(store: Store, subscriber: int, *lists: str, objected: bool = False) -> None:
    with store.together():
        store.exits.come_back(subscriber, lists, "site", objected=objected)


def lists(store: Store) -> dict[str, list[str]]:
    return {slug: [email for email, _ in store.people.members(slug)] for slug in (LIST, OTHER)}


def test_one_list_then_the_same_again(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        bring(store, ZOE, slug=OTHER)
        zoe = number(store, ZOE)
        assert store.exits.standing(zoe, LIST) == (True, False)
        assert leave(store, zoe, LIST, "never on it") == Departure(lists=(LIST,))
        assert leave(store, zoe, LIST) == Departure()
        assert store.exits.standing(zoe, LIST) == (False, False)
        assert lists(store) == {LIST: [ANA], OTHER: [ZOE]}
        come_back(store, zoe, LIST)
        assert lists(store) == {LIST: [ANA, ZOE], OTHER: [ZOE]}


def test_everything_then_what_was_taken_and_no_more(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        bring(store, ZOE, slug=OTHER)
        zoe = number(store, ZOE)
        leave(store, zoe, OTHER)
        assert object_to(store, zoe) == Departure(lists=(LIST,), objected=True)
        assert object_to(store, zoe) == Departure()
        assert store.exits.standing(zoe, LIST) == (False, True)
        come_back(store, zoe, LIST, objected=True)
        assert lists(store) == {LIST: [ZOE], OTHER: []}
        assert store.exits.standing(zoe, OTHER) == (False, False)


def test_a_bounce_is_not_undone_by_coming_back(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        with store.together():
            store._driver.run(
                "suppress", address_hash=store.people.hash_of(ZOE), reason="bounced", source="relay", at="x"
            )
        assert object_to(store, zoe) == Departure(lists=(LIST,))
        come_back(store, zoe, LIST, objected=True)
        suppression = store.people.dossier(ZOE).suppression
        assert suppression is not None
        assert suppression[0] == "bounced"
        assert lists(store)[LIST] == []


def test_somebody_we_do_not_know_leaves_all_the_same(tmp_path: Path) -> None:
    """An old link, after the database was lost: who is imported later turns out to be them."""
    with opened(tmp_path) as store:
        zoe, ana, luc = (store.people.number_for(email) for email in (ZOE, ANA, LUC))
        assert store.exits.standing(zoe, LIST) is None
        assert leave(store, zoe, LIST) == Departure(lists=(LIST,))
        assert leave(store, zoe, LIST) == Departure()
        assert store.exits.standing(zoe, LIST) == (False, False)
        with store.together():
            assert store.exits.object(ana, "site", lists=(LIST,)) == Departure(lists=(LIST,), objected=True)
            assert store.exits.object(ana, "site", lists=(LIST,)) == Departure()
        assert store.exits.standing(ana, OTHER) == (False, True)
        leave(store, luc, LIST)
        come_back(store, luc, LIST)
        for slug in (LIST, OTHER):
            bring(store, ZOE, ANA, LUC, slug=slug)
        assert lists(store) == {LIST: [LUC], OTHER: [LUC, ZOE]}
        suppression = store.people.dossier(ANA).suppression
        assert suppression is not None
        assert suppression[0] == "objection"
        assert [one.list for one in store.people.dossier(ANA).memberships] == [LIST]


def test_an_objection_of_nobody_we_know_is_undone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        ana = store.people.number_for(ANA)
        with store.together():
            store.exits.object(ana, "site", lists=(LIST,))
        come_back(store, ana, LIST, objected=True)
        assert store.exits.standing(ana, LIST) is None
        bring(store, ANA)
        assert lists(store)[LIST] == [ANA]


def test_reasons_are_counted_by_list_and_month(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        with store.together():
            for slug, month, reason in [
                (LIST, "2026-10", "often"),
                (LIST, "2026-11", "often"),
                (LIST, "2026-11", "often"),
                (LIST, "2026-11", "gone"),
                (OTHER, "2026-11", "often"),
                ("", "2025-01", "often"),
            ]:
                store.exits.explain(slug, month, reason)
        assert store.exits.reasons("2026-10") == {LIST: {"often": 3, "gone": 1}, OTHER: {"often": 1}}
        assert store.exits.reasons("2026-11") == {LIST: {"often": 2, "gone": 1}, OTHER: {"often": 1}}
        assert store.exits.reasons("2024-01")[""] == {"often": 1}


def undo(store: Store, subscriber: int, left: Departure, clock: Clock) -> bool:
    """As whoever got the button when the request was over."""
    with store.together():
        return store.exits.undo(subscriber, left, clock.now, "site")


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("known", [False, True])
def test_nobody_undoes_what_the_person_asked_for_after_them(
    tmp_path: Path, known: bool, everything: bool
) -> None:
    """Whoever holds a forwarded mail leaves for them, and has the button; then they leave themselves."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        if known:
            bring(store, ZOE)
        zoe = store.people.number_for(ZOE)

        def go() -> Departure:
            if not everything:
                return leave(store, zoe, LIST)
            with store.together():
                return store.exits.object(zoe, "site", lists=(LIST,))

        taken, button = go(), Clock()
        assert taken
        clock.later(minutes=5)
        assert go() == Departure()  # what they see: it is done already
        assert not undo(store, zoe, taken, button)
        bring(store, ZOE)
        assert lists(store)[LIST] == []


@pytest.mark.parametrize("everything", [False, True])
def test_an_undo_gives_back_what_nobody_asked_for_since(tmp_path: Path, everything: bool) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        taken = object_to(store, zoe) if everything else leave(store, zoe, LIST)
        assert undo(store, zoe, taken, clock)
        assert lists(store)[LIST] == [ZOE]
        assert not undo(store, zoe, taken, clock)  # twice: there is nothing to give back
        assert lists(store)[LIST] == [ZOE]


def test_an_undo_after_they_came_back_or_are_erased_changes_nothing(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        zoe, ana = number(store, ZOE), number(store, ANA)
        taken, all_of_it = leave(store, zoe, LIST), object_to(store, ana)
        with store.together():
            store.exits.come_back(zoe, [LIST], "page", objected=False, proof="their own wish")
            store.erasing.erase(ANA, "site")
        assert not undo(store, zoe, taken, clock)
        assert not undo(store, ana, all_of_it, clock)
        [membership] = store.people.dossier(ZOE).memberships
        assert (membership.state, membership.proof) == ("subscribed", "their own wish")
        bring(store, ANA)
        assert lists(store)[LIST] == [ZOE]


def test_an_objection_is_not_undone_with_the_list_that_was_left_before(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        taken = leave(store, number(store, ZOE), LIST)
        object_to(store, number(store, ZOE))
        assert not undo(store, number(store, ZOE), taken, clock)
        assert store.exits.standing(number(store, ZOE), LIST) == (False, True)


def test_long_after_a_departure_says_when_it_was(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        leave(store, number(store, ZOE), LIST)
        [before] = store.people.dossier(ZOE).memberships
        clock.later(days=1)
        leave(store, number(store, ZOE), LIST)
        assert store.people.dossier(ZOE).memberships == (before,)


def test_an_address_that_was_given_up_is_reached_again_on_their_word(tmp_path: Path) -> None:
    """Two forwarded mails are enough to forge it, and a mailbox may be mended; an old copy hears of it."""
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        with store.together():
            for who, what in ((ZOE, "bounced"), (ANA, "complained")):
                entry = Entry(at="2026-11-25T12:00:00.000Z", what=what, subscriber=number(store, who))
                store._objections.add(
                    store._driver,
                    [replace(entry, address_hash=store.people.hash_of(who), source="returned mail")],
                )
        with store.together():
            for who in (ZOE, ANA):
                hashed = store.people.hash_of(who)
                store.exits.reached(number(store, who), hashed, "operator", proof="a call")
        assert store.people.dossier(ZOE).suppression is None
        assert store.people.dossier(ANA).suppression is not None  # a complaint is an objection
        assert lists(store)[LIST] == [ZOE]
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mailer.db").touch()  # begun anew: it hears of it from the log alone
    with opened(tmp_path / "new", log=tmp_path / "objections.log") as store:
        bring(store, ZOE, ANA)
        assert lists(store)[LIST] == [ZOE]
