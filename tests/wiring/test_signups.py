"""Signing up from the form to the list, on a real store: the mail, its link, and what an objection stops."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path

from httpx import ASGITransport, AsyncClient

from mailer.model import Person
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.web.app import site
from mailer.wiring.boxes import answers_of
from mailer.wiring.counter import StoreCounter
from mailer.wiring.desk import StoreDesk
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.notices import post_once
from mailer.wiring.signups import sign_up
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, in_a_loop, opened, workspace

SITE = "https://lettre.example.org"
OPEN = "".join(
    f'\n[lists.{slug}]\ntitle = "{title}"\nlegal_basis = "consent"\nopen = true\n'
    for slug, title in (("news", "Les nouvelles"), ("walks", "Les balades"))
)


def there(folder: Path) -> Workspace:
    made = workspace(folder, OPEN, MAILER_SITE_URL=SITE)
    assert made.settings.lists["news"].open
    return made


@asynccontextmanager
async def visited(place: Workspace) -> AsyncIterator[AsyncClient]:
    """The site over its store."""
    keys, settings = keys_of(place), place.settings
    store = store_of(place, patience=0.1)
    writer, reader = Clerk(store, Store.together), Clerk(store_of(place, patience=0.1), Store.glance)
    welcome = partial(sign_up, settings, keys)
    desk = StoreDesk(
        writer, reader, answers_of(place), settings.lists, "Europe/Paris", now, store.exits.keep, welcome
    )
    counter = StoreCounter(writer, reader, settings, answers_of(place), lambda _: None)
    app = site(desk, settings, keys, now, counter=counter)
    try:
        async with AsyncClient(transport=ASGITransport(app=app), base_url=SITE) as visitor:
            yield visitor
    finally:
        await writer.close()
        await reader.close()


async def ask(visitor: AsyncClient, email: str, slug: str = "news") -> bytes:
    page = (await visitor.get(f"/s/{slug}")).text
    form = re.search(r'name="form" value="([^"]+)"', page)
    assert form is not None
    answer = await visitor.post(f"/s/{slug}", data={"email": email, "form": form[1]})
    assert answer.status_code == 200
    return answer.content


async def mails(place: Workspace) -> list[EmailMessage]:
    """What leaves now."""
    with opened(place) as store:
        await post_once(place, store, lambda _: None)
        assert store.notices.waiting() == 0
    found = []
    for path in sorted((place.root / "subscribers/outbox").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        found.append(mail)
        path.unlink()
    return found


def links(mail: EmailMessage) -> list[str]:
    return re.findall(rf"{SITE}(/[cu]/\S+)", mail.get_content())


async def press(visitor: AsyncClient, link: str) -> int:
    shown = re.search(r'name="shown" value="([^"]+)"', (await visitor.get(link)).text)
    return (await visitor.post(link, data={"shown": shown[1] if shown else ""})).status_code


@in_a_loop
async def test_from_the_form_to_the_list(tmp_path: Path) -> None:
    place = there(tmp_path)
    async with visited(place) as visitor:
        await ask(visitor, ZOE)
        [mail] = await mails(place)
        assert mail["To"] == ZOE
        assert "Les nouvelles" in mail["Subject"]
        confirm, leave = links(mail)
        assert confirm.startswith("/c/")
        assert leave.startswith("/u/")
        with opened(place) as store:
            assert store.people.number_of(ZOE) is None
        assert await press(visitor, confirm) == 200
        assert await press(visitor, confirm) == 200
    with opened(place) as store:
        assert [email for email, _ in store.people.members("news")] == [ZOE]
        number = store.people.number_of(ZOE)
        assert number is not None
        [consent] = store.consents.of(number)
        assert (consent.channel, consent.list, len(consent.proof)) == ("page", "news", 64)
        assert "« Les nouvelles »" in consent.text.replace("\u00a0", " ")


@in_a_loop
async def test_two_lists_of_one_day_are_one_mail_whose_page_confirms_both(tmp_path: Path) -> None:
    place = there(tmp_path)
    async with visited(place) as visitor:
        first = await ask(visitor, ZOE)
        [mail] = await mails(place)
        confirm, _ = links(mail)
        assert await press(visitor, confirm) == 200
        assert (await ask(visitor, ZOE, "walks")).replace(b"Les balades", b"Les nouvelles") == first
        assert await mails(place) == []
        with opened(place) as store:
            assert list(store.people.members("walks")) == []
        assert await press(visitor, confirm) == 200
    with opened(place) as store:
        assert [email for email, _ in store.people.members("walks")] == [ZOE]
        number = store.people.number_of(ZOE)
        assert number is not None
        assert [one.list for one in store.consents.of(number)] == ["news", "walks"]


@in_a_loop
async def test_every_address_is_answered_alike_and_only_some_are_written_to(tmp_path: Path) -> None:
    place = there(tmp_path)
    members = [f"{name}@example.org" for name in ("member", "gone", "objects")]
    with opened(place) as store, store.together():
        store.people.bring("news", [Person(email=one, fields={}) for one in members], source="test")
        numbers = [store.people.number_of(one) or 0 for one in members]
        store.exits.leave(numbers[1], ["news"], "test")
        store.exits.object(numbers[2], "test")
    async with visited(place) as visitor:
        answers = {await ask(visitor, one) for one in (*members, ANA, ANA)}
        assert len(answers) == 1
        assert sorted(mail["To"] for mail in await mails(place)) == [ANA, "gone@example.org", members[0]]


@in_a_loop
async def test_who_never_asked_is_left_alone_for_good_by_one_link(tmp_path: Path) -> None:
    place = there(tmp_path)
    async with visited(place) as visitor:
        await ask(visitor, ZOE)
        [mail] = await mails(place)
        confirm, leave = links(mail)
        assert (await visitor.post(leave, data={"action": "all"})).status_code == 200
        assert await press(visitor, confirm) == 409
    with opened(place) as store:
        assert list(store.people.members("news")) == []
        with store.together():
            assert not store.signups.ask(ZOE, "news", "fr").welcome
