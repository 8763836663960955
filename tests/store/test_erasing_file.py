"""Erased from a file: an old copy put back forgets them again; no page of it tells; all adds up, whoever."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.store.opening import open_driver
from tests.store.house import (
    ANA,
    CAMPAIGN,
    LIST,
    LUC,
    PLACES,
    ZOE,
    bring,
    launch,
    number,
    opened,
    person,
    tally,
)
from tests.store.test_erasing import NAME, erase, known, telling


def test_an_old_copy_that_is_put_back_forgets_them_again(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe, _ = known(store)
    shutil.copy(tmp_path / "mailer.db", tmp_path / "copy.db")
    with opened(tmp_path) as store:
        erase(store)
    (tmp_path / "mailer.db").unlink()
    shutil.move(tmp_path / "copy.db", tmp_path / "mailer.db")
    with opened(tmp_path) as store:
        assert telling(store, ZOE, zoe, NAME) == {}
        bring(store, ZOE)
        assert [email for email, _ in store.people.members(LIST)] == [ANA, LUC]


@settings(max_examples=8, deadline=None)
@given(
    who=st.lists(st.integers(0, 39), min_size=1, max_size=12, unique=True), opened_slices=st.integers(0, 2)
)
def test_whoever_is_erased_whenever_all_adds_up(
    tmp_path_factory: pytest.TempPathFactory, who: list[int], opened_slices: int
) -> None:
    """No number of theirs is left, nobody else is touched."""
    with opened(tmp_path_factory.mktemp("any")) as store:
        people = [f"m{at}@example.org" for at in range(40)]
        bring(store, *people)
        launch(store, first=[number(store, people[at]) for at in range(5)])
        numbers = {at: number(store, people[at]) for at in range(40)}
        for _ in range(opened_slices):
            with store.together():
                store.ledger.claim(CAMPAIGN, "test:1")
        for at in who:
            erase(store, people[at])
            assert tally(store).excluded == who.index(at) + 1
        assert telling(store, *(numbers[at] for at in who)) == {}
        left = [email for email, _ in store.people.members(LIST)]
        assert left == sorted(email for at, email in enumerate(people) if at not in who)


def test_the_file_itself_tells_nothing(tmp_path: Path) -> None:
    """Neither the pages, with what was split and moved before, nor the log beside them."""
    with opened(tmp_path) as store:
        people = [person(f"someone{at:05d}@example.org", site="x" * (at % 60)) for at in range(3000)]
        with store.together():
            store.people.bring(LIST, people, source="test")
        with store.together():
            store.people.bring(
                LIST,
                [person(one.email, site="y" * (at % 200)) for at, one in enumerate(people)],
                source="again",
            )
        gone = [one.email for one in people[::300]]
        for email in gone:
            erase(store, email)
        assert store.scrub()
        held = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("mailer.db*")))
    assert [email for email in gone if email.encode() in held] == []
    assert people[1].email.encode() in held


def test_a_file_that_is_being_read_is_written_anew_later(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        known(store)
        erase(store)
        other = open_driver(PLACES.of(tmp_path))
        try:
            with other.reading():
                other.row("read_meta", name="made")
                assert not store.scrub()
            assert store.scrub()
        finally:
            other.close()
