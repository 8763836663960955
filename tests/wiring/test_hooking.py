"""What relays post to the site: acted on by proof, once; without the secret nothing is told or logged."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from mailer.compose.message import MessageWriter
from mailer.errors import UsageError
from mailer.model import Recipient
from mailer.store.clerk import Clerk
from mailer.store.editions import dump, load
from mailer.store.store import Store
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.mails import message_id
from mailer.web.app import site
from mailer.wiring.boxes import answers_of
from mailer.wiring.certificates import Fetch
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
from tests.wiring.signers import certificate, envelope

SITE = "https://lettre.example.org"
SECRET = "a1b2c3d4e5f6g7h8i9j0k1"
PASSWORD = "k1j2h3g4f5d6s7q8w9x0c1"
HOOKS = "".join(f'\n[hooks.{name}]\nsecret_file = "hook"\n' for name in ("brevo", "ses", "mailjet"))
HOOKS += 'password_file = "password"\n'
TOPIC = "arn:aws:sns:eu-west-3:123456789012:retours"
HOOKS = HOOKS.replace("[hooks.ses]\n", f'[hooks.ses]\ntopic = "{TOPIC}"\n')
HOST = "https://sns.eu-west-3.amazonaws.com"
SIGNER = f"{HOST}/SimpleNotificationService-1.pem"


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
    (b'{"Type": "SubscriptionConfirmation", "SubscribeURL": "https://evil.example/"}', 200),
]


def there(folder: Path, secret: str = SECRET, hooks: str = HOOKS) -> Workspace:
    (folder / "hook").write_text(f"{secret}\n", encoding="utf-8")
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    return workspace(folder, hooks, MAILER_SITE_URL=SITE, MAILER_ALERTS_TO="chef@example.org")


def closed(_: str) -> tuple[int, str]:
    return 0, "Network is unreachable"


def amazon(address: str) -> tuple[int, str]:
    """Has one certificate."""
    day = timedelta(days=1)
    return (200, certificate("amazon", now() - day, now() + day)) if address == SIGNER else (404, "")


@asynccontextmanager
async def visited(place: Workspace, log: list[str], fetch: Fetch = closed) -> AsyncIterator[AsyncClient]:
    """The site over its store; `fetch` is its way out."""
    keys, settings = keys_of(place), place.settings
    store = store_of(place, patience=0.1)
    writer, reader = Clerk(store, Store.together), Clerk(store_of(place, patience=0.1), Store.glance)
    welcome = partial(sign_up, settings, keys)
    answers = answers_of(place)
    desk = StoreDesk(writer, reader, answers, settings.lists, "Europe/Paris", now, store.exits.keep, welcome)
    counter = StoreCounter(writer, reader, settings, answers, lambda _: None)
    office = HookOffice(place, writer, fetch=fetch)
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
    [logo] = edition.images
    assert load(dump(edition), lambda _: logo).envelope == edition.envelope
    assert f"X-MJ-CustomID: {message.message_id}\r\n".encode() in message.header
    assert f"X-Mailin-custom: {message.message_id}\r\n".encode() in message.header
    assert b"X-PM-" not in message.header
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
    async with visited(place, [], amazon) as visitor:
        body = signed(told)
        for _ in range(2):
            assert (await visitor.post(f"/hooks/ses/{SECRET}", json=body)).status_code == 200
    assert standing(place) == {ANA: "complained"}
    with opened(place) as store:
        assert store.returns.counts(public_id) == {"complaint": 1}


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
    with opened(place) as store:
        assert not store.notices.claim()
    assert not [line for line in log if SECRET[:-1] in line or "@" in line]


def signed(said: dict[str, Any], at: datetime | None = None, signer: str = "amazon", **more: Any) -> Any:
    return envelope("ses", TOPIC, SIGNER, said, at or now(), signer, **more)


def complaint(place: Workspace) -> tuple[dict[str, Any], str]:
    """What Amazon would say of Zoé's message, and its Message-ID."""
    public_id, numbers = written(place)
    made = message_id(keys_of(place), public_id, numbers[ZOE], "lettre.example.org")
    mail = {"source": "", "headers": [{"name": "Message-ID", "value": made}]}
    told = {"complainedRecipients": [{"emailAddress": ZOE}]}
    return {"notificationType": "Complaint", "mail": mail, "complaint": told}, made


@in_a_loop
async def test_a_topic_is_never_confirmed_by_itself(tmp_path: Path) -> None:
    place = there(tmp_path)
    address = f"{HOST}/?Action=ConfirmSubscription&Token=1"
    asks = signed({}, Type="SubscriptionConfirmation", Token="1", SubscribeURL=f"{address}\r\nBcc: x@y")
    async with visited(place, [], amazon) as visitor:
        for _ in range(3):
            assert (await visitor.post(f"/hooks/ses/{SECRET}", json=asks)).status_code == 200
        ends = signed({}, Type="UnsubscribeConfirmation", Token="2", SubscribeURL=f"{address}2")
        assert (await visitor.post(f"/hooks/ses/{SECRET}", json=ends)).status_code == 200
    with opened(place) as store:
        notices = sorted((one.email, one.content) for one in store.notices.claim())
    assert [email for email, _ in notices] == ["chef@example.org"] * 2
    assert sum(f"{address}Bcc:\nx@y\n" in content for _, content in notices) == 1
    assert sum(f"{address}2\n" in content for _, content in notices) == 1


@in_a_loop
async def test_what_amazon_has_not_signed_changes_nothing_and_is_counted(tmp_path: Path) -> None:
    place = there(tmp_path)
    told, made = complaint(place)
    good = signed(told)
    asks = signed({}, Type="SubscriptionConfirmation", Token="1", SubscribeURL=f"{HOST}/?x")
    wrong: list[Any] = [
        told,  # raw
        {"Type": "Notification", "Message": json.dumps(told)},
        signed(told, signer="somebody"),
        {**good, "Message": good["Message"] + " "},
        {**good, "TopicArn": TOPIC + "x"},
        {**good, "SigningCertURL": "https://evil.example/x.pem"},
        {**good, "SigningCertURL": f"{HOST}/other.pem"},
        signed(told, now() - timedelta(minutes=61)),
        {**asks, "SubscribeURL": "https://evil.example/?x"},
        {**asks, "SubscribeURL": f"{HOST}/?y"},
        [good, good],
        {**good, "Signature": ["x"], "Type": {}},
    ]
    log: list[str] = []
    async with visited(place, log, amazon) as visitor:
        answers = [await visitor.post(f"/hooks/ses/{SECRET}", json=one) for one in wrong]
        assert {(one.status_code, one.content) for one in answers} == {(403, b"")}
        assert standing(place) == {}
        assert (await visitor.post(f"/hooks/ses/{SECRET}", json=good)).status_code == 200
        assert standing(place) == {ZOE: "complained"}
    with opened(place) as store:
        [notice] = store.notices.claim()  # one an hour
        with store.together():
            assert store.returns.doubted("ses") == len(wrong) + 1
    assert notice.email == "chef@example.org"
    assert not any(word in notice.content for word in (SECRET, ZOE, made, "evil"))
    assert not [line for line in log if "evil" in line or SECRET in line or "@" in line]


@in_a_loop
async def test_without_a_way_out_it_is_to_be_posted_again(tmp_path: Path) -> None:
    place = there(tmp_path)
    async with visited(place, []) as visitor:
        answer = await visitor.post(f"/hooks/ses/{SECRET}", json=signed({}))
        assert (answer.status_code, answer.content) == (503, b"")
    with opened(place) as store:
        [notice] = store.notices.claim()
    assert "sns.eu-west-3.amazonaws.com" in notice.content
    assert "check_signature = false" in " ".join(notice.content.split())


@in_a_loop
async def test_told_not_to_check_it_goes_by_secret_and_topic(tmp_path: Path) -> None:
    hooks = HOOKS.replace("[hooks.ses]\n", "[hooks.ses]\ncheck_signature = false\n")
    place = there(tmp_path, hooks=hooks)
    told, _ = complaint(place)
    body = {"Type": "Notification", "TopicArn": TOPIC, "Message": json.dumps(told)}
    asks = {"Type": "SubscriptionConfirmation", "TopicArn": TOPIC, "SubscribeURL": "https://evil.example/"}
    async with visited(place, []) as visitor:
        for one in ({**body, "TopicArn": TOPIC + "x"}, asks):
            assert (await visitor.post(f"/hooks/ses/{SECRET}", json=one)).status_code == 403
        assert standing(place) == {}
        assert (await visitor.post(f"/hooks/ses/{SECRET}", json=body)).status_code == 200
    assert standing(place) == {ZOE: "complained"}


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
