"""The site's desk over a real store: clicks without a trace of who, departures whatever the database does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from mailer.ballots.reading import read_questionnaire
from mailer.listen.desk import Left
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.tokens.links import list_mark
from mailer.wiring.boxes import answers_of
from mailer.wiring.desk import StoreDesk
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.wiring.signups import sign_up
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, locked, opened, workspace

NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # the 27th in Paris
MARK = list_mark("sample")


@asynccontextmanager
async def desk(there: Workspace) -> AsyncIterator[StoreDesk]:
    """A desk with its clerks."""
    store = store_of(there, patience=0.1)
    writer, reader = Clerk(store, Store.together), Clerk(store_of(there, patience=0.1), Store.glance)
    answers = answers_of(there)
    try:
        welcome = partial(sign_up, there.settings, keys_of(there))
        lists = there.settings.lists
        yield StoreDesk(
            writer, reader, answers, lists, "Europe/Paris", lambda: NOW, store.exits.keep, welcome
        )
    finally:
        await writer.close()
        await reader.close()


def launched(there: Workspace) -> str:
    """The public id of a campaign with one counted link, to two people."""
    with opened(there, ZOE, ANA) as store:
        made = draft(there, store, body="[Ici](https://www.example.org/)")
        found = plan(there, store, keys_of(there), made, now=NOW, at=None)
        return launch(there, store, keys_of(there), found, hold=False, now=NOW).public_id


def number(there: Workspace, email: str) -> int:
    with opened(there) as store:
        found = store.people.number_of(email)
        assert found is not None
        return found


@in_a_loop
async def test_what_was_launched_and_nothing_else(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    public_id = launched(there)
    async with desk(there) as at:
        found = await at.published(public_id)
        assert found is not None
        assert (found.slug, found.edition.public_id, found.questionnaire) == ("tract", public_id, "")
        asset = found.edition.images[0]
        same = await at.file(f"{asset.digest}.{asset.suffix}")
        assert same is not None
        assert same.content == asset.content
        for nobody in ("aaaaaaaaaa", "", "tract", "' OR 1=1 --"):
            assert await at.published(nobody) is None
            assert await at.file(nobody) is None


@in_a_loop
async def test_clicks_wait_for_a_locked_database_and_are_counted_by_the_local_day(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    public_id = launched(there)
    async with desk(there) as at:
        for _ in range(3):
            at.clicked(public_id, 1, machine=False)
        at.clicked(public_id, 1, machine=True)
        with locked(there):
            await at.flush()
        at.clicked(public_id, 1, machine=False)
        flushing = asyncio.create_task(at.flush_for_ever())
        await asyncio.sleep(0)
        flushing.cancel()
        await asyncio.gather(flushing, return_exceptions=True)
    with opened(there) as store:
        assert [link.clicks for link in store.campaigns.links(public_id)] == [4]
        rows = store._driver.rows("click_days", campaign=public_id)
        assert [tuple(row) for row in rows] == [(1, "2026-11-27", 4, 1)]


@in_a_loop
async def test_leaving_and_being_given_back(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    launched(there)
    zoe = number(there, ZOE)
    async with desk(there) as at:
        standing = await at.standing(zoe, MARK)
        assert standing is not None
        assert (standing.list_slug, standing.subscribed, standing.objected) == ("sample", True, False)
        left = await at.leave(zoe, MARK, everything=True)
        assert left == Left(lists=("sample",), objected=True)
        done = replace(left, until=now())  # as the button's token says
        assert await at.give_back(zoe, done)
        assert await at.standing(zoe, MARK) == standing
        assert not await at.give_back(zoe, done)  # there is nothing more to give back
        assert await at.leave(zoe, MARK, everything=True)
        assert await at.leave(zoe, MARK, everything=True) == Left()  # twice is once
        assert await at.leave(zoe, b"\0\0\0\0", everything=False) == Left()  # a list that is no more
        assert await at.standing(12345, MARK) is None


@in_a_loop
async def test_a_departure_while_the_database_is_locked_is_in_the_log(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    launched(there)
    zoe, ana = number(there, ZOE), number(there, ANA)
    async with desk(there) as at:
        with locked(there):
            assert await at.leave(zoe, MARK, everything=False)
            assert await at.leave(ana, MARK, everything=True)
        lines = (tmp_path / "subscribers/objections.log").read_text().splitlines()
        assert ['"begun"' in line for line in lines] == [True, False, False]
    with opened(there) as store:
        assert store.people.size_of("sample") == 0
        assert store.people.dossier(ANA).suppression is not None


@in_a_loop
async def test_answers_are_kept_apart(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    public_id = launched(there)
    async with desk(there) as at:
        await at.answer(public_id, [("avis", "oui"), ("avis", "non")], None)
    assert answers_of(there).people(public_id) == 1
    content = (tmp_path / f"subscribers/answers/{public_id}.db").read_bytes()
    assert b"2026-11-27" in content
    assert b"23:30" not in content


@in_a_loop
async def test_the_page_of_results_has_no_free_words(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    public_id, text = launched(there), 'title = "x"\n[[question]]\nid = "mot"\nkind = "text"\ntext = "?"\n'
    asked, _ = read_questionnaire(text, "q.toml")
    assert asked is not None
    answers = answers_of(there)
    for _ in range(6):
        answers.add(public_id, [("mot", "Reconnaissable")], "2026-11-26")
    async with desk(there) as at:
        await at.results(public_id, asked, "fr")
        answers.show_texts(public_id, [one[0] for one in answers.texts(public_id, ["mot"])])
        found = await at.results(public_id, asked, "fr")
        assert (found.people, found.questions[0].words) == (6, ())


@in_a_loop
async def test_the_proof_is_this_databases(tmp_path: Path) -> None:
    there = workspace(tmp_path / "one")
    other = workspace(tmp_path / "other")
    async with desk(there) as at, desk(other) as elsewhere:
        proof = await at.prove("challenge")
        assert proof == await at.prove("challenge") != await at.prove("another")
        assert proof != await elsewhere.prove("challenge")
