"""Links to one's own data: one an hour, the last one opens once; names as they are given."""

from datetime import timedelta
from pathlib import Path

from mailer.store.store import Store
from tests.store.house import ANA, ZOE, Clock, bring, inside, number, opened

DATABASES = ["sqlite", "postgres"]  # see conftest.py
HOUR = timedelta(hours=1)


def ask(store: Store, subscriber: int, token: str) -> str | None:
    with store.together():
        return store.own.ask(subscriber, token)


def spend(store: Store, subscriber: int, token: str) -> bool:
    with store.together():
        return store.own.spend(subscriber, token)


def test_one_an_hour_opened_once_and_only_the_last(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        zoe, ana = number(store, ZOE), number(store, ANA)
        assert ask(store, zoe, "one") == ZOE
        assert ask(store, zoe, "two") is None
        assert ask(store, ana, "two") == ANA  # each has their own hour
        assert not spend(store, ana, "one")
        assert not spend(store, zoe, "two")
        assert spend(store, zoe, "one")
        assert not spend(store, zoe, "one")
        clock.now += HOUR
        assert ask(store, zoe, "three") == ZOE
        assert not spend(store, zoe, "one")
        assert not spend(store, ana, "two")  # forgotten with the hour
        assert spend(store, zoe, "three")


def test_nothing_for_nobody_nor_where_nothing_is_sent(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        assert ask(store, 4242, "x") is None
        with store.together():
            store.exits.object(zoe, "site")
        assert ask(store, zoe, "x") is None
        assert not spend(store, zoe, "x")


def test_the_database_holds_nothing_that_opens(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        ask(store, number(store, ZOE), "a-secret-token")
        [row] = inside(store).query("SELECT * FROM own_link")
        assert "a-secret-token" not in str(row)


def test_names_as_they_are_given(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        names = {"first_name": "Zoë", "last_name": "", "language": "en"}
        with store.together():
            store.own.rename(number(store, ZOE), names)
        found = store.people.dossier(ZOE).fields
        assert {name: found[name] for name in names} == names
        assert store.people.dossier(ANA).fields["first_name"] != "Zoë"
