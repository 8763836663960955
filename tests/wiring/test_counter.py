"""The counter over a real store: a link mailed to the address on file, opened once, and one's record."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path

from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring.boxes import answers_of
from mailer.wiring.counter import StoreCounter
from mailer.wiring.doors import store_of
from mailer.wiring.erasing import erase
from mailer.wiring.notices import post_once
from mailer.wiring.record import record
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, in_a_loop, opened, workspace

TOKEN = "a" * 57
NOBODY = 4242


@asynccontextmanager
async def counter(there: Workspace) -> AsyncIterator[StoreCounter]:
    writer = Clerk(store_of(there, patience=0.1), Store.together)
    reader = Clerk(store_of(there, patience=0.1), Store.glance)
    try:
        erasing = partial(erase, there, source="site", search=False)
        yield StoreCounter(writer, reader, there.settings, answers_of(there), erasing)
    finally:
        await writer.close()
        await reader.close()


@in_a_loop
async def test_a_link_goes_to_the_address_on_file_and_to_nobody_else(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        zoe, ana = store.people.number_of(ZOE), store.people.number_of(ANA)
        assert zoe is not None
        assert ana is not None
        with store.together():
            store.exits.object(ana, "site")
        async with counter(there) as at:
            for who in (zoe, zoe, ana, NOBODY):
                await at.send_link(who, TOKEN, "fr")
        assert await post_once(there, store, lambda _: None) == 1
        async with counter(there) as at:
            assert not await at.spend(zoe, TOKEN[1:])
            assert not await at.spend(ana, TOKEN)
            assert await at.spend(zoe, TOKEN)
            assert not await at.spend(zoe, TOKEN)
    [path] = (tmp_path / "subscribers/outbox").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    assert mail["To"] == ZOE
    lines = mail.get_content().splitlines()
    assert f"{there.settings.site.url}/p/{TOKEN}" in lines  # whole, on a line of its own
    assert "Zoé" not in mail.get_content()


@in_a_loop
async def test_a_new_address_says_yes_and_the_old_one_is_told(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        zoe = store.people.number_of(ZOE)
        assert zoe is not None
        async with counter(there) as at:
            await at.send_address(zoe, ANA, TOKEN, "fr")
            assert not await at.move(NOBODY, TOKEN, "fr")
            assert await at.move(zoe, TOKEN, "fr")
            assert not await at.move(zoe, TOKEN, "fr")
        assert await post_once(there, store, lambda _: None) == 2
    mails = {}
    for path in (tmp_path / "subscribers/outbox").glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        mails[mail["To"]] = mail.get_content()
    assert f"{there.settings.site.url}/p/{TOKEN}" in mails[ANA].splitlines()
    assert "Zoé" not in mails[ANA]
    assert ZOE not in mails[ANA]  # whoever reads it may be a stranger
    assert ANA not in mails[ZOE]
    assert "/p/" not in mails[ZOE]


@in_a_loop
async def test_the_record_is_what_show_tells_and_names_are_written_down(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        zoe = store.people.number_of(ZOE)
        assert zoe is not None
        async with counter(there) as at:
            await at.rename(zoe, {"first_name": "Zoë", "last_name": "Lebrun", "language": "en"})
            found = await at.record(zoe)
            assert await at.record(NOBODY) is None
        assert found == record(store.people.dossier(ZOE))
    assert json.loads(json.dumps(found)) == found
    assert found["fields"] == {"first_name": "Zoë", "last_name": "Lebrun", "language": "en"}


@in_a_loop
async def test_who_erases_themselves_leaves_no_link_and_no_address_behind(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        zoe = store.people.number_of(ZOE)
        assert zoe is not None
        async with counter(there) as at:
            await at.send_link(zoe, TOKEN, "fr")
            await at.send_address(zoe, "new@example.org", TOKEN, "fr")
            await at.agree(zoe, "the words")
            assert await at.agrees(zoe)
            await at.erase(zoe)
            assert await at.record(zoe) is None
            assert not await at.spend(zoe, TOKEN)
            assert not await at.move(zoe, TOKEN, "fr")
            assert not await at.agrees(zoe)
            await at.erase(zoe)  # twice is once
        assert store.people.number_of(ZOE) is None
        assert store.people.number_of(ANA) is not None
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("subscribers/mailer.db*"))
    assert ZOE.encode() not in kept
    assert b"new@example.org" not in kept


@in_a_loop
async def test_a_consent_is_kept_with_its_words_and_ended(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        zoe = store.people.number_of(ZOE)
        assert zoe is not None
        async with counter(there) as at:
            await at.agree(zoe, "I agree, in these words.")
            assert await at.agrees(zoe)
            [consent] = store.consents.of(zoe)
            assert (consent.purpose, consent.text, consent.channel) == (
                "tracking",
                "I agree, in these words.",
                "page",
            )
            await at.agree(zoe, None)
            assert not await at.agrees(zoe)
        assert [one.ending for one in store.consents.of(zoe)] == ["withdrawn"]


@in_a_loop
async def test_the_same_is_asked_of_the_disk_whoever_is_known(tmp_path: Path) -> None:
    """Where nobody is written to, as much is written into the database: no time tells who is a member."""
    there = workspace(tmp_path)
    everybody = ("member@example.org", "closed@example.org")
    with opened(there, ZOE, ANA, *everybody) as store:
        zoe, ana, closed = (store.people.number_of(one) for one in (ZOE, ANA, everybody[1]))
        assert zoe is not None
        assert ana is not None
        assert closed is not None
        with store.together():
            store.exits.object(closed, "site")
        seen: set[tuple[str, ...]] = set()
        writer = Clerk(store_of(there, patience=0.1), Store.together)
        asked = overheard(writer)
        at = StoreCounter(writer, writer, there.settings, answers_of(there), lambda _: None)
        try:
            for email in (*everybody, "free@example.net", "free@example.net"):
                asked.clear()
                await at.send_address(zoe, email, TOKEN, "fr")
                seen.add(tuple(asked))
            links: set[tuple[str, ...]] = set()
            for who in (ana, ana, closed, NOBODY):
                asked.clear()
                await at.send_link(who, TOKEN, "fr")
                links.add(tuple(asked))
        finally:
            await writer.close()
        assert (len(seen), len(links)) == (1, 1)
        assert "add_notice" in seen.pop()
        assert await post_once(there, store, lambda _: None) == 1  # to Ana: her link
        assert store.notices.waiting() == 0


def overheard(clerk: Clerk) -> list[str]:
    """What a clerk's store says to its database from now on: the names of its statements."""
    said: list[str] = []
    driver = clerk._store._driver
    for verb in ("run", "row", "rows"):
        real = getattr(driver, verb)

        def told(name: str, /, real: Callable[..., object] = real, **values: object) -> object:
            said.append(name)
            return real(name, **values)

        setattr(driver, verb, told)
    return said
