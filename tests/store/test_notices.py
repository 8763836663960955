"""Mails to one person wait in the database until a server has taken them, on both databases."""

from datetime import timedelta
from pathlib import Path

from mailer.store.notices import Waiting
from mailer.store.store import Store
from tests.store.house import ANA, ZOE, Clock, inside, opened

DATABASES = ["sqlite", "postgres"]
WEEK = timedelta(days=7)


def add(store: Store, email: str = ZOE, lasts: timedelta = WEEK) -> str:
    with store.together():
        return store.notices.add(email, "fr", "Confirmez", "Bonjour", lasts=lasts)


def claim(store: Store, most: int = 50) -> list[Waiting]:
    with store.together():
        return store.notices.claim(most)


def test_one_is_claimed_by_one_and_forgotten_once_taken(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        made = add(store)
        [one] = claim(store)
        assert (one.id, one.email, one.language, one.subject, one.content, one.attempts) == (
            made,
            ZOE,
            "fr",
            "Confirmez",
            "Bonjour",
            1,
        )
        assert claim(store) == []
        with store.together():
            store.notices.forget(made)
        assert store.notices.waiting() == 0
        assert list(inside(store).query("SELECT * FROM notice")) == []


def test_who_died_with_one_loses_it_to_another(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        add(store)
        claim(store)
        clock.later(minutes=4)
        assert claim(store) == []
        clock.later(minutes=2)
        assert [one.attempts for one in claim(store)] == [2]


def test_put_off_it_comes_when_its_time_has_come_and_never_too_late(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        made = add(store, lasts=timedelta(hours=1))
        claim(store)
        with store.together():
            store.notices.postpone(made, timedelta(minutes=20))
        clock.later(minutes=19)
        assert claim(store) == []
        clock.later(minutes=1)
        assert [one.id for one in claim(store)] == [made]
        clock.later(minutes=40)
        assert (claim(store), store.notices.waiting()) == ([], 0)


def test_a_few_at_a_time_the_oldest_first(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        first = add(store)
        clock.later(seconds=1)
        second = add(store, ANA)
        assert [one.id for one in claim(store, 1)] == [first]
        assert [one.id for one in claim(store, 1)] == [second]


def test_nothing_of_it_shows_in_a_log(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        add(store)
        [one] = claim(store)
        assert ZOE not in repr(one)
