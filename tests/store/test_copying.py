"""A database copied to another: every table, compared, taken up again, never into anything else."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.errors import LaterError, MailerError, UsageError
from mailer.listen.returns import Class, Event
from mailer.store import tables
from mailer.store.copying import Copied, copy_store
from mailer.store.driver import Driver
from mailer.store.opening import COPYING, open_driver, tables_of
from mailer.store.store import Store
from mailer.store.tables import Tables
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LATER,
    LIST,
    LUC,
    NOON,
    PLACES,
    ZOE,
    bring,
    claimed,
    inside,
    launch,
    mark,
    number,
    opened,
    person,
    settle,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # of the source


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where to."""
    if request.param == "sqlite":
        return tmp_path / "copy.db"
    return str(request.getfixturevalue("server").make())


class FullError(Exception):
    """Of a disk, say."""


def lived_in(store: Store) -> None:
    """Something in each table."""
    bring(store, ZOE, ANA, LUC, *(f"m{at}@example.org" for at in range(40)))
    launch(store)
    zoe, ana, luc, *_ = claimed(store)
    mark(store, zoe, ana)
    settle(store, zoe, ACCEPTED)
    settle(store, ana, LATER, NOON)
    with store.together():
        store.exits.object(luc.subscriber, "site")
        store.visits.add_clicks({(CAMPAIGN, 1, "2026-11-25"): 3})
        store.exits.explain("members", "2026-11", "often")
        store.own.ask(ana.subscriber, "token")
        store.own.ask_address(ana.subscriber, "new@example.org", "token")
        store.campaigns.tried("tract", "digest", "chef@example.org")
        store.consents.record(zoe.subscriber, "tracking", text="Oui.", channel="page", proof="")
        store.signups.ask(ZOE, "sample", "fr")
        store.visits.add_own_clicks({(CAMPAIGN, 1, "2026-11-25", zoe.subscriber): 1})
        store.exports.record("list", LIST, people=1, path="f", digest="d")
        store.notices.add(ZOE, "fr", "Confirmez", "Bonjour", lasts=timedelta(days=1))
        which = store.imports.begin()
        done = store.people.bring(
            LIST, [person(one, first_name="Anaïs") for one in (ZOE, ANA)], source="s", number=which
        )
        store.imports.record(which, LIST, done, file="f", digest="d", source="s")
        store._driver.run(
            "add_asset",
            name="a.png",
            title="à",
            digest="a",
            suffix="png",
            media_type="image/png",
            width=1,
            height=2,
            content=bytes(range(256)),
        )
        store.ledger.close(CAMPAIGN, zoe.slice, zoe.fence)
        store.returns.take(
            Event(digest="d", kind=Class.SOFT, campaign=CAMPAIGN, subscriber=zoe.subscriber, status="4.2.2")
        )
    inside(store).execute(
        "INSERT INTO closed_count (campaign, wave, edition, state, reason, people) "
        "VALUES (?, 1, 1, 'sent', '', 0)",
        [CAMPAIGN],
    )
    inside(store).execute("INSERT INTO bucket (name, ticks, seen) VALUES ('way', 1, 2)")
    inside(store).execute("INSERT INTO cell (bucket, period, number, used) VALUES ('way', 1000, 1, 1)")


@contextmanager
def both(folder: Path, place: Path | str) -> Iterator[tuple[Store, Driver]]:
    with ExitStack() as stack:
        store = stack.enter_context(opened(folder))
        lived_in(store)
        yield store, stack.enter_context(closing(open_driver(place)))


def content(driver: Driver) -> dict[str, list[tuple[object, ...]]]:
    of = tables_of(driver)
    return {shape.name: [row for page in of.pages(shape) for row in page] for shape in of.shapes()}


def test_every_row_of_every_table(tmp_path: Path, place: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PAGE", 7)
    told: list[Copied] = []
    with both(tmp_path, place) as (store, target):
        done = copy_store(store, target, told.append)
        assert done == told
        there = content(target)
        assert there == content(store._driver)
        assert {one.name: one.rows for one in done} == {name: len(rows) for name, rows in there.items()}
        assert [name for name, rows in there.items() if not rows] == []
        before = tally(store)
        proof = store.prove("x")
    PLACES.put(tmp_path, place)
    with opened(tmp_path) as copy:  # with the same log, and the same keys
        assert copy.prove("x") == proof
        assert tally(copy) == before
        assert len(claimed(copy)) > 0


def test_interrupted_at_any_page_it_goes_on(
    tmp_path: Path, place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PAGE", 10)
    there = tmp_path / "there"
    there.mkdir()
    PLACES.put(there, place)
    with both(tmp_path, place) as (store, target):
        pours = 0

        kind = type(tables_of(target))
        pour = kind.pour

        def pours_twice(self: Tables, shape: tables.Shape, rows: list[tuple[object, ...]]) -> None:
            nonlocal pours
            pours += 1
            if pours % 3 == 0:
                raise FullError
            pour(self, shape, rows)

        monkeypatch.setattr(kind, "pour", pours_twice)
        tries = 0
        while True:
            tries += 1
            try:
                copy_store(store, target, lambda _: None)
                break
            except FullError:
                with pytest.raises(UsageError, match="is a copy that is not finished"), opened(there):
                    pass
        assert tries > 5
        assert content(target) == content(store._driver)


def test_what_has_changed_since_is_copied_anew(tmp_path: Path, place: Path | str) -> None:
    with both(tmp_path, place) as (store, target):
        _leave_half(store, target, "slice")
        assert target.row("read_meta", name=COPYING)
        bring(store, ZOE)
        with store.together():
            store.exits.leave(number(store, "m1@example.org"), (LIST,), "site")
            assert store.campaigns.change(CAMPAIGN, "running", "paused", "asked")
        copy_store(store, target, lambda _: None)
        assert content(target) == content(store._driver)


def _leave_half(store: Store, target: Driver, upto: str) -> None:
    def stops(one: Copied) -> None:
        if one.name == upto:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(store, target, stops)


def test_what_differs_in_the_end_is_no_copy(
    tmp_path: Path, place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with both(tmp_path, place) as (store, target):
        kind = type(tables_of(target))
        pour = kind.pour

        def spoils(self: Tables, shape: tables.Shape, rows: list[tuple[object, ...]]) -> None:
            pour(self, shape, rows[1:])

        monkeypatch.setattr(kind, "pour", spoils)
        with pytest.raises(MailerError, match="is not the same in"):
            copy_store(store, target, lambda _: None)
        assert target.row("read_meta", name=COPYING)


def test_only_into_an_empty_one(tmp_path: Path, place: Path | str) -> None:
    with both(tmp_path, place) as (store, target):
        copy_store(store, target, lambda _: None)
        with pytest.raises(UsageError, match="is not empty"):
            copy_store(store, target, lambda _: None)


def test_another_copy_s_beginning_is_left_alone(tmp_path: Path, place: Path | str) -> None:
    with both(tmp_path, place) as (store, target):
        _leave_half(store, target, "edition")
        (tmp_path / "another").mkdir()
        with opened(tmp_path / "another") as another:
            bring(another, ZOE)
            with pytest.raises(UsageError, match="is not empty"):
                copy_store(another, target, lambda _: None)


def test_a_text_with_a_nul_is_copied_as_it_can_be(tmp_path: Path, place: Path | str) -> None:
    with both(tmp_path, place) as (store, target):
        with store.together():
            named = {"first_name": "a\0b", "last_name": "", "language": "", "fields": "{}"}
            store._driver.run("update_subscriber", id=number(store, ZOE), at="", **named)
        copy_store(store, target, lambda _: None)
        assert "a\ufffdb" in {row[4] for row in content(target)["subscriber"]}


def test_not_while_somebody_sends(tmp_path: Path, place: Path | str, database: str) -> None:
    with both(tmp_path, place) as (store, target):
        inside(store).execute("UPDATE slice SET lease_until = '2099'")
        if database == "sqlite":  # there the lock is the proof, and the caller's: tests/cli/test_db.py
            assert copy_store(store, target, lambda _: None)
        else:
            with pytest.raises(LaterError, match="somebody is sending"):
                copy_store(store, target, lambda _: None)


def test_departures_meanwhile_reach_the_copy_through_the_log(tmp_path: Path, place: Path | str) -> None:
    with both(tmp_path, place) as (store, target):
        copy_store(store, target, lambda _: None)
        zoe = number(store, ZOE)
        store.exits.keep(zoe, (LIST,), "site", objected=False)
    PLACES.put(tmp_path, place)
    with opened(tmp_path) as copy:
        assert copy.exits.standing(zoe, LIST) == (False, False)


def test_tables_that_others_refer_to_come_first(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        names = [shape.name for shape in tables_of(store._driver).shapes()]
        assert (names[0], names[-1]) == ("campaign", "meta")
        assert all(shape.key for shape in tables_of(store._driver).shapes())
