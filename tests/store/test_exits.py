"""Departures: each tells what it changed, twice is once, an undo gives back no more than was taken."""

from pathlib import Path

from mailer.store.exits import Departure
from mailer.store.store import Store
from tests.store.house import ANA, LIST, LUC, ZOE, bring, number, opened

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
