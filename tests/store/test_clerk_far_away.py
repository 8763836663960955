"""The clerk of a database far away: the loop goes on, what was broken off is asked again in its place."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from mailer.delivery import Tally, Turn
from mailer.errors import LaterError
from mailer.store.clerk import PERSISTENCE_S, Clerk
from mailer.store.driver import BrokenOffError
from mailer.store.opening import open_store
from mailer.store.store import Store
from mailer.wiring.ledger import CampaignLedger, Reader
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    KEYS,
    LIST,
    PLACES,
    ZOE,
    Clock,
    bring,
    inside,
    launch,
    number,
    opened,
    tally,
)
from tests.store.proxy import Proxy, before
from tests.store.server import Server
from tests.wiring.house import in_a_loop

DATABASES = ["postgres"]


def there(folder: Path, server: Server, proxy: Proxy, patience: float) -> Store:
    return open_store(
        str(PLACES.of(folder)).replace(f":{server.port}/", f":{proxy.port}/"),
        KEYS,
        folder / "objections.log",
        now=Clock(),
        patience=patience,
    )


@asynccontextmanager
async def clerk(
    folder: Path, server: Server, *, patience: float = 5.0, persistence: float = PERSISTENCE_S
) -> AsyncIterator[tuple[Clerk, Proxy]]:
    with before(server.port) as proxy:
        made = Clerk(there(folder, server, proxy, patience), Store.together, persistence=persistence)
        try:
            yield made, proxy
        finally:
            proxy.go_on()
            await made.close()


@asynccontextmanager
async def sending(folder: Path, server: Server) -> AsyncIterator[tuple[CampaignLedger, Proxy]]:
    """The ledger of a campaign of two people, behind a proxy; what it reads comes another way."""
    with opened(folder) as store:
        bring(store, ZOE, ANA)
        launch(store)
    async with clerk(folder, server) as (writer, proxy):
        reader = Reader(open_store(str(PLACES.of(folder)), KEYS, folder / "objections.log", now=Clock()))
        yield CampaignLedger(writer, reader, CAMPAIGN, "test"), proxy
        await reader.close()


def note(text: str) -> Callable[[Store], None]:
    return lambda store: store.campaigns.tried("note", text)


def figures(folder: Path) -> Tally:
    with opened(folder) as store:
        return tally(store)


async def the_turns(ledger: CampaignLedger) -> list[tuple[Turn, str]]:
    turns = await ledger.claim() or ()
    looked = zip(turns, await ledger.look(turns), strict=True)
    return [(turn, found.email) for turn, found in looked if not isinstance(found, str)]


@in_a_loop
async def test_the_loop_goes_on_while_nothing_passes(tmp_path: Path, server: Server) -> None:
    async with clerk(tmp_path, server) as (at, proxy):
        await at.ask(note("a"))
        proxy.pause()
        waiting: list[asyncio.Future[Any]] = [at.ask(note("b")), at.ask_with(_size, None)]
        for _ in range(30):
            await asyncio.sleep(0.01)
        assert not any(one.done() for one in waiting)
        proxy.go_on()
        assert await asyncio.gather(*waiting) == [None, 0]


def _size(store: Store, items: list[None]) -> list[int]:
    return [store.people.size_of(LIST) for _ in items]


@in_a_loop
async def test_a_group_that_was_surely_undone_is_done_again(tmp_path: Path, server: Server) -> None:
    async with clerk(tmp_path, server) as (at, proxy):

        def cuts(store: Store) -> int:
            tries.append(len(tries))
            if len(tries) == 1:
                proxy.cut()
            store.visits.add_clicks({("c", 1, "2026-11-25"): 1})
            return len(tries)

        tries: list[int] = []
        assert await at.ask(cuts) == 2
        assert await at.ask(lambda store: list(store._driver.rows("clicks", campaign="c"))) == [(1, 1)]


@in_a_loop
async def test_what_may_be_done_twice_is_asked_again_and_the_rest_is_told(
    tmp_path: Path, server: Server
) -> None:
    def counts(store: Store) -> None:
        store.visits.add_clicks({("c", 1, "2026-11-25"): 1})

    async with clerk(tmp_path, server) as (at, proxy):
        proxy.eats = 1
        asked: list[asyncio.Future[Any]] = [
            at.ask(counts),
            at.ask(note("a"), again=note("a")),
            at.ask(lambda _: 1, again=lambda _: 2),
        ]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(answers[0], BrokenOffError)
        assert answers[1:] == [None, 2]
        assert proxy.eaten == 1
        assert await at.ask(lambda store: list(store._driver.rows("clicks", campaign="c"))) == [(1, 1)]


@in_a_loop
async def test_it_persists_for_a_while_and_then_tells(tmp_path: Path, server: Server) -> None:
    async with clerk(tmp_path, server, patience=0.1, persistence=0.5) as (at, proxy):
        proxy.close()
        with pytest.raises(LaterError, match="cannot be reached"):
            await at.ask(note("a"), again=note("a"))


@in_a_loop
async def test_a_mark_whose_commit_was_not_answered_is_known_before_anything_leaves(
    tmp_path: Path, server: Server
) -> None:
    async with sending(tmp_path, server) as (ledger, proxy):
        (zoe, email), _ = await the_turns(ledger)
        proxy.eats = 1
        assert await ledger.mark(zoe, email) == ""
        assert proxy.eaten == 1
        assert figures(tmp_path).in_flight == 1
        assert await ledger.mark(zoe, email) == "stopped"  # a second body is another matter
        await ledger.settle(zoe, ACCEPTED, None)
        assert figures(tmp_path) == Tally(audience=2, sent=1, pending=1)


@in_a_loop
async def test_a_mark_that_the_lease_did_not_outlive_must_not_leave(tmp_path: Path, server: Server) -> None:
    """The network is cut at the commit, and somebody else takes the slice back meanwhile."""
    async with sending(tmp_path, server) as (ledger, proxy):
        (zoe, email), (ana, other_email) = await the_turns(ledger)
        proxy.eats, proxy.then_pauses = 1, True
        marking = asyncio.ensure_future(ledger.mark(zoe, email))
        while not proxy.eaten:
            await asyncio.sleep(0.001)
        await asyncio.to_thread(_reaps, tmp_path)
        proxy.go_on()
        assert await marking == "stopped"
        assert figures(tmp_path) == Tally(audience=2, unknown=1, pending=1)
        assert await ledger.mark(ana, other_email) == "stopped"


def _reaps(folder: Path) -> None:
    """As if a minute had passed."""
    with opened(folder) as other:
        inside(other).execute("UPDATE slice SET lease_until = '2000' WHERE lease_until <> ''")
        with other.together():
            assert other.ledger.reap() == 1


@in_a_loop
async def test_an_outcome_whose_commit_was_not_answered_is_kept_once_and_before_later_marks(
    tmp_path: Path, server: Server
) -> None:
    async with sending(tmp_path, server) as (ledger, proxy):
        (zoe, email), (ana, other_email) = await the_turns(ledger)
        assert await ledger.mark(zoe, email) == ""
        proxy.eats = 1
        settling = ledger.settle(zoe, ACCEPTED, None)
        while not proxy.eaten:
            await asyncio.sleep(0.001)
        assert await ledger.mark(ana, other_email) == ""
        assert settling.done()
        assert settling.result() is None
        assert figures(tmp_path) == Tally(audience=2, sent=1, in_flight=1)


@in_a_loop
async def test_outcomes_wait_for_the_database_to_come_back(tmp_path: Path, server: Server) -> None:
    async with sending(tmp_path, server) as (ledger, _proxy):
        (zoe, email), _ = await the_turns(ledger)
        assert await ledger.mark(zoe, email) == ""
        await asyncio.to_thread(server.stop)
        settling = ledger.settle(zoe, ACCEPTED, None)
        await asyncio.sleep(0.3)
        assert not settling.done()
        await asyncio.to_thread(server.start)
        await settling
        assert figures(tmp_path) == Tally(audience=2, sent=1, pending=1)
        assert await ledger.status() == "running"


@in_a_loop
async def test_leases_are_kept_while_a_dialogue_lasts(tmp_path: Path, server: Server) -> None:
    async with sending(tmp_path, server) as (ledger, _proxy):
        turns = await the_turns(ledger)
        assert len(turns) == 2
        living = asyncio.create_task(ledger.keep_leases(0.05))
        with opened(tmp_path) as other:
            [before_it] = inside(other).query("SELECT lease_until, owner FROM slice")
            await asyncio.sleep(0.5)
            [after] = inside(other).query("SELECT lease_until, owner FROM slice")
            assert str(after["lease_until"]) > str(before_it["lease_until"])
            zoe = number(other, ZOE)
            assert zoe in {turn.subscriber for turn, _ in turns}
        living.cancel()
