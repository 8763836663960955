"""People go once nothing was heard of them for long; that they left is remembered, and figures add up."""

from datetime import timedelta
from pathlib import Path

from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    LIST,
    LUC,
    NOON,
    ZOE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    mark,
    number,
    opened,
    settle,
    tally,
)
from tests.store.test_erasing import telling

DATABASES = ["sqlite", "postgres"]  # see conftest.py

YEARS = {"days": 3 * 365}


def members(store: Store, slug: str = LIST) -> list[str]:
    return [email for email, _ in store.people.members(slug)]


def test_contacts_without_an_act(tmp_path: Path) -> None:
    """Who has agreed to something since stays; so does whoever came later, and every other list."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA, LUC)
        bring(store, ZOE, slug="other")
        clock.later(days=400)
        with store.together():
            store.consents.record(number(store, ANA), "tracking", text="Oui", channel="page", proof="p")
        bring(store, "new@example.org")
        limit = clock.now - timedelta(days=1)
        with store.sketch():
            assert len(store.idle.forget_contacts(LIST, limit)) == 2
        assert members(store) == [ANA, LUC, "new@example.org", ZOE]
        with store.together():
            assert len(store.idle.forget_contacts(LIST, limit, most=1)) == 1
            assert len(store.idle.forget_contacts(LIST, limit)) == 1
            assert len(store.idle.forget_contacts(LIST, limit)) == 0
        assert (members(store), members(store, "other")) == ([ANA, "new@example.org"], [ZOE])
        with store.together():
            assert len(store.idle.forget_departed(limit)) == 1
        assert telling(store, LUC) == {}
        bring(store, LUC)  # they had not left: nothing keeps them out
        assert LUC in members(store)


def test_who_is_on_no_list_any_more(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA, LUC)
        zoe = number(store, ZOE)
        launch(store)
        turns = {turn.subscriber: turn for turn in claimed(store)}
        mark(store, turns[zoe])
        settle(store, turns[zoe], ACCEPTED)
        with store.together():
            store.exits.leave(zoe, (LIST,), "site")
            store.exits.object(number(store, ANA), "site")
        clock.later(days=365)
        with store.together():
            assert len(store.idle.forget_departed(NOON)) == 0
            assert len(store.idle.forget_departed(clock.now, most=1)) == 1
            assert len(store.idle.forget_departed(clock.now)) == 1
            assert len(store.idle.forget_departed(clock.now)) == 0
        assert telling(store, ZOE, ANA) == {}
        assert (tally(store).audience, tally(store).sent) == (3, 1)
        bring(store, ZOE, ANA)
        assert members(store) == [LUC]
        assert telling(store, "delivery", zoe)["membership"] == 1


def test_their_first_address_was_another(tmp_path: Path) -> None:
    """Their departure is found by the address they had last: an import gives it another number."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        zoe = number(store, ZOE)
        new = "zoe.renard@example.org"
        with store.together():
            inside(store).execute(
                "UPDATE subscriber SET email = ?, address_hash = ? WHERE email = ?",
                [new, store.people.hash_of(new), ZOE],
            )
            store.exits.leave(zoe, (LIST,), "site")
        clock.later(days=365)
        with store.together():
            store.idle.forget_departed(clock.now)
        assert telling(store, zoe) == {}
        bring(store, new)
        assert members(store) == [ANA]


def test_who_never_confirmed(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        with store.together():
            inside(store).execute(
                "UPDATE membership SET state = 'pending' WHERE subscriber = ?", [number(store, ZOE)]
            )
        clock.later(days=30)
        with store.together():
            assert store.idle.forget_pending(NOON) == 0
            assert store.idle.forget_pending(clock.now) == 1
            assert len(store.idle.forget_departed(clock.now)) == 1
        assert telling(store, ZOE) == {}
        assert members(store) == [ANA]
