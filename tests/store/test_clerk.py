"""The clerk: what many ask becomes few transactions, in order; a fault is told to whom it belongs."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from mailer.errors import LaterError
from mailer.store.clerk import Clerk
from mailer.store.driver import RuleError
from mailer.store.opening import open_store
from mailer.store.sqlite import Sqlite
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    CAMPAIGN,
    KEYS,
    LIST,
    ZOE,
    Clock,
    bring,
    claimed,
    launch,
    number,
    opened,
    tally,
)
from tests.wiring.house import in_a_loop


@asynccontextmanager
async def clerk(folder: Path, patience: float = 0.1) -> AsyncIterator[Clerk]:
    store = open_store(folder / "mailer.db", KEYS, folder / "objections.log", now=Clock(), patience=patience)
    made = Clerk(store, Store.together)
    try:
        yield made
    finally:
        await made.close()


def note(text: str) -> Callable[[Store], str]:
    """An act that writes something down, in the order it is done."""

    def act(store: Store) -> str:
        store.campaigns.tried("note", text)
        return text

    return act


def notes(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "mailer.db")) as connection:
        return [row[0] for row in connection.execute("SELECT digest FROM trial ORDER BY rowid")]


@in_a_loop
async def test_all_that_is_asked_at_once_is_done_in_order_in_few_transactions(tmp_path: Path) -> None:
    async with clerk(tmp_path) as at:
        texts = [f"{place:03}" for place in range(600)]
        futures = [at.ask(note(text)) for text in texts]
        assert await asyncio.gather(*futures) == texts
        commits = _commits(tmp_path)
    assert notes(tmp_path) == texts
    assert commits < 10


def _commits(folder: Path) -> int:
    """A commit frame of the write-ahead log has a size (sqlite.org/fileformat2.html, 4.1)."""
    raw = (folder / "mailer.db-wal").read_bytes()
    page = int.from_bytes(raw[8:12])
    frames = range(32, len(raw), page + 24)
    return sum(int.from_bytes(raw[at + 4 : at + 8]) > 0 for at in frames)


@in_a_loop
async def test_a_verb_is_called_once_for_all_who_ask_it(tmp_path: Path) -> None:
    calls: list[list[int]] = []

    def double(_store: Store, items: list[int]) -> list[int]:
        calls.append(items)
        return [item * 2 for item in items]

    async with clerk(tmp_path) as at:
        futures = [at.ask_with(double, place) for place in range(50)]
        assert await asyncio.gather(*futures) == [place * 2 for place in range(50)]
    assert calls == [list(range(50))]


@in_a_loop
async def test_one_broken_rule_takes_nobody_else_with_it(tmp_path: Path) -> None:
    def breaks(store: Store) -> None:
        store._driver.run("add_wave", campaign="nobody", number=1, edition=1, audience=0, at="")

    def fails(_store: Store) -> None:
        raise ZeroDivisionError

    async with clerk(tmp_path) as at:
        futures = [at.ask(act) for act in (note("a"), breaks, note("b"), fails, note("c"))]
        answers = await asyncio.gather(*futures, return_exceptions=True)
        assert [type(answer) for answer in answers] == [str, RuleError, str, ZeroDivisionError, str]
    assert notes(tmp_path) == ["a", "b", "c"]


@in_a_loop
async def test_a_refused_mark_among_others(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(4)))
        launch(store)
        turns = claimed(store)
        hashes = {turn.subscriber: store.people.hash_of(store.ledger.look([turn])[0].email) for turn in turns}  # type: ignore[union-attr]
        with store.together():
            store.exits.leave(turns[1].subscriber, (LIST,), "site")

    def marks(store: Store, asked: list[Any]) -> list[bool]:
        return store.ledger.mark(asked)

    async with clerk(tmp_path) as at:
        futures = [at.ask_with(marks, (turn, hashes[turn.subscriber])) for turn in turns]
        assert await asyncio.gather(*futures) == [True, False, True, True]
    with opened(tmp_path) as store:
        assert (tally(store).in_flight, tally(store).pending) == (3, 1)


@in_a_loop
async def test_an_outcome_is_on_disk_with_or_before_the_next_mark(tmp_path: Path) -> None:
    """P2: what is asked first is committed first, even when its answer is not waited for."""
    with opened(tmp_path) as store:
        bring(store, ZOE, "ana@example.org")
        launch(store)
        one, two = claimed(store)

    async with clerk(tmp_path) as at:
        hashed = await at.ask(lambda store: store.people.hash_of(store.ledger.look([one])[0].email))  # type: ignore[union-attr]
        other = await at.ask(lambda store: store.people.hash_of(store.ledger.look([two])[0].email))  # type: ignore[union-attr]
        await at.ask_with(_mark, (one, hashed))
        settling = at.ask_with(_sent, (one, ACCEPTED))
        assert await at.ask_with(_mark, (two, other))
        assert settling.done()
        with opened(tmp_path) as reader:
            assert (tally(reader).sent, tally(reader).in_flight) == (1, 1)


def _mark(store: Store, turns: list[Any]) -> list[bool]:
    return store.ledger.mark(turns)


def _sent(store: Store, outcomes: list[Any]) -> list[None]:
    return store.ledger.sent(outcomes)


@in_a_loop
async def test_a_locked_database_is_waited_for_then_told_to_each(tmp_path: Path) -> None:
    async with clerk(tmp_path, patience=0.2) as at:
        await at.ask(note("before"))
        with closing(sqlite3.connect(tmp_path / "mailer.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            soon = at.ask(note("soon"))
            await asyncio.sleep(0.05)
            other.execute("ROLLBACK")
            assert await soon == "soon"
            other.execute("BEGIN IMMEDIATE")
            late = [at.ask(note("late")), at.ask(note("later"))]
            for answer in await asyncio.gather(*late, return_exceptions=True):
                assert isinstance(answer, LaterError)
            other.execute("ROLLBACK")
        assert await at.ask(note("after")) == "after"
    assert notes(tmp_path) == ["before", "soon", "after"]


@in_a_loop
async def test_the_loop_goes_on_while_another_writer_is_at_work(tmp_path: Path) -> None:
    async with clerk(tmp_path, patience=5) as at:
        with closing(sqlite3.connect(tmp_path / "mailer.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = at.ask(note("x"))
            beats = 0
            while beats < 20:
                await asyncio.sleep(0.01)
                beats += 1
            assert not waiting.done()
            other.execute("ROLLBACK")
        assert await waiting == "x"


@in_a_loop
async def test_nothing_asked_is_lost_when_it_closes(tmp_path: Path) -> None:
    async with clerk(tmp_path) as at:
        for place in range(300):
            at.ask(note(f"{place:03}"))
    assert len(notes(tmp_path)) == 300


@in_a_loop
async def test_who_gave_up_waiting_disturbs_nobody(tmp_path: Path) -> None:
    async with clerk(tmp_path) as at:
        first, second = at.ask(note("a")), at.ask(note("b"))
        first.cancel()
        assert await second == "b"
    assert "b" in notes(tmp_path)


@in_a_loop
async def test_departures_reach_the_log_before_the_commit(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
    async with clerk(tmp_path) as at:
        (tmp_path / "objections.log").rename(tmp_path / "kept")
        (tmp_path / "objections.log").mkdir()
        with pytest.raises(LaterError):
            await at.ask(lambda store: store.exits.leave(zoe, (LIST,), "site"))
        (tmp_path / "objections.log").rmdir()
        (tmp_path / "kept").rename(tmp_path / "objections.log")
        assert await at.ask(lambda store: store.people.size_of(LIST)) == 1
        assert (await at.ask(lambda store: store.exits.leave(zoe, (LIST,), "site"))).lists == (LIST,)
    assert CAMPAIGN not in (tmp_path / "objections.log").read_text()
    assert '"left"' in (tmp_path / "objections.log").read_text()


@in_a_loop
async def test_a_quick_disk_is_waited_for_in_the_loop_and_a_slow_one_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stalls once stops the loop once; when it is quick again, it comes back by itself."""
    here, commit = threading.get_ident(), Sqlite.commit
    threads: list[bool] = []
    slow = False

    def timed(driver: Sqlite) -> None:
        threads.append(threading.get_ident() == here)
        if slow:
            time.sleep(0.6)
        commit(driver)

    async def some(at: Clerk, count: int) -> list[bool]:
        threads.clear()
        for _ in range(count):
            await at.ask_with(_nothing, 0)
        return list(threads)

    monkeypatch.setattr(Sqlite, "commit", timed)
    monkeypatch.setattr("mailer.store.clerk._QUICK_S", 0.05)
    async with clerk(tmp_path) as at:
        at._disk = 0.0
        slow = True
        assert await some(at, 2) == [True, False]
        slow = False
        came_back = await some(at, 40)
        assert (came_back[0], came_back[-1]) == (False, True)


def _nothing(_store: Store, items: list[int]) -> list[None]:
    return [None] * len(items)


@in_a_loop
async def test_the_log_is_copied_into_the_file_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, tidy = threading.get_ident(), Sqlite.tidy
    threads: list[bool] = []

    def watched(driver: Sqlite) -> None:
        threads.append(threading.get_ident() == here)
        tidy(driver)

    def many(store: Store, items: list[int]) -> list[None]:
        for item in items:
            for row in range(500):
                store.campaigns.tried(f"{item}", f"{row}")
        return [None] * len(items)

    async with clerk(tmp_path) as at:
        monkeypatch.setattr(Sqlite, "tidy", watched)
        at._disk = 0.0
        for item in range(20):
            await at.ask_with(many, item)
        assert threads == [False] * 2
        log = tmp_path / "mailer.db-wal"
        size = log.stat().st_size
        for item in range(20, 40):
            await at.ask_with(many, item)
        assert log.stat().st_size <= size  # begun anew, once all of it was in the file


def leave(store: Store, people: list[int]) -> list[object]:
    return [*store.exits.leave_each([(who, (LIST,)) for who in people], "t")]


@in_a_loop
async def test_what_the_log_holds_waits_for_the_disk_once(tmp_path: Path) -> None:
    """Departures alone are committed without a second wait; among other work, as everything is."""
    with opened(tmp_path) as store:
        bring(store, "a@example.org", "b@example.org", "c@example.org")
        people = [number(store, f"{one}@example.org") for one in "abc"]
    said: list[str] = []
    async with clerk(tmp_path) as made:
        base = made._store._driver._connection  # type: ignore[attr-defined]
        base.set_trace_callback(said.append)
        await asyncio.gather(*(made.ask_with(leave, who, logged=True) for who in people[:2]))
        assert [one for one in said if "synchronous" in one] == [
            "PRAGMA synchronous = NORMAL",
            "PRAGMA synchronous = FULL",
        ]
        assert said.index("PRAGMA synchronous = NORMAL") < said.index("BEGIN IMMEDIATE")
        assert said.index("COMMIT") < said.index("PRAGMA synchronous = FULL")
        said.clear()
        await asyncio.gather(made.ask_with(leave, people[2], logged=True), made.ask(note("x")))
        assert not [one for one in said if "synchronous" in one]
        assert base.execute("PRAGMA synchronous").fetchone() == (2,)
    with opened(tmp_path) as store:
        assert store.people.size_of(LIST) == 0


@in_a_loop
async def test_a_departure_that_has_to_wait_for_another_writer_waits_for_the_disk_too(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, "a@example.org")
        who = number(store, "a@example.org")
        async with clerk(tmp_path, patience=5) as made:
            store.begin()
            waiting = made.ask_with(leave, who, logged=True)
            await asyncio.sleep(0.05)
            store.abandon()
            await waiting
            base = made._store._driver._connection  # type: ignore[attr-defined]
            assert base.execute("PRAGMA synchronous").fetchone() == (2,)
        assert store.people.size_of(LIST) == 0
