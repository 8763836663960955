"""What relays post to the site: acted on by proof, once; without the secret nothing is told or logged."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from mailer.compose.message import MessageWriter
from mailer.errors import UsageError
from mailer.model import Recipient
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.mails import message_id
from mailer.web.app import site
from mailer.wiring.boxes import answers_of
from mailer.wiring.counter import StoreCounter
from mailer.wiring.desk import StoreDesk
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.freezing import launch
from mailer.wiring.hooking import HookOffice
from mailer.wiring.planning import plan
from mailer.wiring.signups import sign_up
from mailer.wiring.trying import by_itself
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace

SITE = "https://lettre.example.org"
SECRET = "a1b2c3d4e5f6g7h8i9j0k1"
PASSWORD = "k1j2h3g4f5d6s7q8w9x0c1"
HOOKS = "".join(f'\n[hooks.{name}]\nsecret_file = "hook"\n' for name in ("brevo", "ses", "mailjet"))
HOOKS += 'password_file = "password"\n'


HOSTILE = [
    (b"{", 400),
    (b"[]", 400),
    (b"[" * 900_000, 400),
    (b'{"event": ' * 90_000, 400),
    (b"[" + b"1," * 100_000 + b"1]", 400),
    (b"[" + b"{}," * 100_000 + b"{}]", 413),
    (b"[" + b"{}," * 4_999 + b"{}]", 200),
    (b'{"event": "' + b"spam" * 200_000 + b'"}', 200),
    (b"x" * 2_000_000, 413),
]


def there(folder: Path, secret: str = SECRET) -> Workspace:
    (folder / "hook").write_text(f"{secret}\n", encoding="utf-8")
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    return workspace(folder, HOOKS, MAILER_SITE_URL=SITE, MAILER_ALERTS_TO="chef@example.org")


@asynccontextmanager
async def visited(place: Workspace, log: list[str]) -> AsyncIterator[AsyncClient]:
    """The site over its store."""
    keys, settings = keys_of(place), place.settings
    store = store_of(place, patience=0.1)
    writer, reader = Clerk(store, Store.together), Clerk(store_of(place, patience=0.1), Store.glance)
    welcome = partial(sign_up, settings, keys)
    answers = answers_of(place)
    desk = StoreDesk(writer, reader, answers, settings.lists, "Europe/Paris", now, store.exits.keep, welcome)
    counter = StoreCounter(writer, reader, settings, answers, lambda _: None)
    office = HookOffice(place, writer)
    app = site(desk, settings, keys, now, counter=counter, log=log.append, office=office)
    try:
        async with AsyncClient(transport=ASGITransport(app=app), base_url=SITE) as visitor:
            yield visitor
    finally:
        await writer.close()
        await reader.close()


def written(place: Workspace) -> tuple[str, dict[str, int]]:
    """A campaign that left for Zoé and Ana: its public id, and their numbers."""
    with opened(place, ZOE, ANA) as store:
        found = plan(place, store, keys_of(place), draft(place, store), now=now(), at=None)
        public_id = launch(place, store, keys_of(place), found, hold=False, now=now()).public_id
        with store.together():
            turns = store.ledger.claim(public_id, "test")
            assert turns is not None
            looked = zip(turns, store.ledger.look(turns), strict=True)
            hashes = [
                (turn, store.people.hash_of(one.email)) for turn, one in looked if not isinstance(one, str)
            ]
            assert store.ledger.mark(hashes) == [True, True]
        return public_id, {email: store.people.number_of(email) or 0 for email in (ZOE, ANA)}


def standing(place: Workspace) -> dict[str, str]:
    with opened(place) as store:
        found = {email: store.people.dossier(email).suppression for email in (ZOE, ANA)}
        return {email: one[0] for email, one in found.items() if one is not None}


def brevo(made: str, email: str = ZOE, event: str = "spam") -> dict[str, Any]:
    return {"event": event, "email": email, "message-id": made}


@in_a_loop
async def test_by_message_id_and_address_together_and_once(tmp_path: Path) -> None:
    place = there(tmp_path)
    public_id, numbers = written(place)
    made = message_id(keys_of(place), public_id, numbers[ZOE], "lettre.example.org")
    log: list[str] = []
    async with visited(place, log) as visitor:
        for said in (
            brevo(made, ANA),
            brevo("<other@example.org>"),
            brevo(made, "x\r\n"),
            {"event": "opened"},
        ):
            assert (await visitor.post(f"/hooks/brevo/{SECRET}", json=said)).status_code == 200
        assert standing(place) == {}  # another's message, and none of ours
        for _ in range(2):
            assert (await visitor.post(f"/hooks/brevo/{SECRET}", json=brevo(made))).status_code == 200
        assert standing(place) == {ZOE: "complained"}
    with opened(place) as store:
        assert store.returns.counts(public_id) == {"complaint": 1}
        assert store.returns.unproven_today() == 3
    assert not [line for line in log if "hooks" in line or SECRET in line or "@" in line]


def mailjet(made: str, email: str = ZOE, event: str = "spam", **told: Any) -> dict[str, Any]:
    return {"event": event, "email": email, "CustomID": made, "MessageID": 1, "Payload": "", **told}


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@in_a_loop
async def test_mailjet_posts_many_at_once_and_brings_a_password(tmp_path: Path) -> None:
    place = there(tmp_path)
    public_id, numbers = written(place)
    domain = "lettre.example.org"
    zoe, ana = (message_id(keys_of(place), public_id, numbers[one], domain) for one in (ZOE, ANA))
    told = [{"event": "sent"}, mailjet(zoe), mailjet(ana, ANA, "unsub"), mailjet("", ANA, "unsub")]
    address = f"/hooks/mailjet/{SECRET}"
    async with visited(place, []) as visitor:
        wrong = ["", "Basic", "Basic é", "Basic !!!!", f"Bearer {PASSWORD}x", f"Digest {PASSWORD}"]
        wrong += [basic("mailer", ""), basic("mailer", PASSWORD[:-1]), basic(PASSWORD, "")]
        for said in wrong:
            answer = await visitor.post(address, json=told, headers={b"Authorization": said.encode()})
            assert (answer.status_code, answer.content) == (403, b"")
        assert (await visitor.post(address, json=told)).status_code == 403
        assert standing(place) == {}
        for _ in range(2):
            assert (await visitor.post(address, json=told, auth=("any", PASSWORD))).status_code == 200
        header = {"Authorization": f"Bearer {PASSWORD}"}
        assert (await visitor.post(address, json=told[0], headers=header)).status_code == 200
        assert (await visitor.post(f"{address}x", json=told, headers=header)).status_code == 403
    assert standing(place) == {ZOE: "complained"}
    with opened(place) as store:
        assert store.returns.counts(public_id) == {"complaint": 1}
        assert store.returns.unproven_today() == 1  # who left, and nobody knows who says so
        [(slug, state)] = [(one.list, one.state) for one in store.people.dossier(ANA).memberships]
        assert (slug, state) == ("sample", "unsubscribed")


def test_what_mailjet_hands_back_is_in_the_mail_and_ours(tmp_path: Path) -> None:
    place = there(tmp_path)
    with opened(place, ZOE) as store:
        edition = draft(place, store).edition
        assert edition is not None
    zoe = Recipient(subscriber=7, email=ZOE, list="sample", fields={"first_name": "Zoé"})
    message = MessageWriter(edition, keys_of(place)).write(zoe, now())
    assert f"X-MJ-CustomID: {message.message_id}\r\n".encode() in message.header
    # A test's is its own, as its Message-ID is: it comes back for nobody.
    assert message.message_id.encode() not in by_itself(message).header


@in_a_loop
async def test_by_the_token_in_the_header_that_comes_along(tmp_path: Path) -> None:
    place = there(tmp_path)
    public_id, numbers = written(place)
    keys = keys_of(place)
    header = [
        {"name": "Message-ID", "value": message_id(keys, public_id, numbers[ANA], "lettre.example.org")},
        {
            "name": "List-Unsubscribe",
            "value": f"<{SITE}/u/{unsubscribe_token(keys, numbers[ANA], 'sample')}>",
        },
    ]
    told = {
        "notificationType": "Complaint",
        "mail": {"source": "relay@amazonses.com", "headers": header},
        "complaint": {"complainedRecipients": [{"emailAddress": "redacted"}]},
    }
    async with visited(place, []) as visitor:
        body = {"Type": "Notification", "Message": json.dumps(told)}
        assert (await visitor.post(f"/hooks/ses/{SECRET}", json=body)).status_code == 200
    assert standing(place) == {ANA: "complained"}


@in_a_loop
async def test_who_has_not_the_secret_is_told_nothing(tmp_path: Path) -> None:
    place = there(tmp_path)
    public_id, numbers = written(place)
    made = message_id(keys_of(place), public_id, numbers[ZOE], "lettre.example.org")
    log: list[str] = []
    async with visited(place, log) as visitor:
        answers = [
            await visitor.post(path, json=brevo(made))
            for path in (
                f"/hooks/brevo/{SECRET[:-1]}",
                f"/hooks/brevo/{SECRET}x",
                "/hooks/brevo/é",
                f"/hooks/postmark/{SECRET}",  # known, and not configured
                f"/hooks/nobody/{SECRET}",
            )
        ]
        assert {(one.status_code, one.content) for one in answers} == {(403, b"")}
        assert (await visitor.get(f"/hooks/brevo/{SECRET}")).status_code == 405
        for body, status in HOSTILE:
            assert (await visitor.post(f"/hooks/brevo/{SECRET}", content=body)).status_code == status
    assert standing(place) == {}
    assert not [line for line in log if SECRET[:-1] in line or "@" in line]


@in_a_loop
async def test_a_topic_is_never_confirmed_by_itself(tmp_path: Path) -> None:
    place = there(tmp_path)
    asked = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example/?Token=1\r\nBcc: x@y"}
    async with visited(place, []) as visitor:
        for _ in range(3):
            assert (await visitor.post(f"/hooks/ses/{SECRET}", json=asked)).status_code == 200
    with opened(place) as store:
        [notice] = store.notices.claim()
    assert "https://sns.example/?Token=1Bcc: x@y" in notice.content
    assert notice.email == "chef@example.org"


@pytest.mark.parametrize("secret", ["", "short", "with a space and more", "é" * 30, "../../../../etc/passwd"])
def test_a_secret_that_is_none_stops_the_site(tmp_path: Path, secret: str) -> None:
    place = there(tmp_path, secret)
    store = store_of(place)
    try:
        with pytest.raises(UsageError) as caught:
            HookOffice(place, None)  # type: ignore[arg-type]
        assert "hook" in str(caught.value.message)
        assert not secret or secret not in str(caught.value.message)
    finally:
        store.close()


def test_a_relay_that_we_do_not_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        workspace(tmp_path, '\n[hooks.sendgrid]\nsecret_file = "hook"\n')
