"""Mails to one person leave by the workspace's way out, or wait; no address is told to a log."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from mailer.delivery import Kind, Outcome, Phase
from mailer.model import Mark, Message
from mailer.settings.model import Transport
from mailer.store.store import Store
from mailer.wiring import notices
from mailer.wiring.lanes import WayOut
from mailer.wiring.notices import Notice, Postman, at_once, post_once, queue
from mailer.words import Text
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, in_a_loop, opened, workspace


class Door:
    """A way out that answers what it is told to."""

    connections = 1

    def __init__(self, *outcomes: Outcome, shut: bool = False) -> None:
        self.outcomes = list(outcomes)
        self.shut = shut
        self.sent: list[Message] = []

    async def open(self) -> "Door | Outcome":
        if self.shut:
            return Outcome(kind=Kind.UNTRIED, phase=Phase.CONNECT, reason="network", text=ZOE, lost=True)
        return self

    async def send(self, message: Message, mark: Mark) -> Outcome:
        leaving = await mark()
        assert leaving is not None
        self.sent.append(leaving)
        return self.outcomes.pop(0)

    async def close(self) -> None:
        pass


def notice(email: str = ZOE, language: str = "fr") -> Notice:
    return Notice(
        email=email,
        language=language,
        subject=Text("Unsubscribe"),
        paragraphs=(Text("It is done"), Text("{reason}", reason="https://lettre.example.org/c/x")),
        lasts=timedelta(days=1),
    )


def queued(there: Workspace, store: Store, *emails: str) -> None:
    with store.together():
        for email in emails:
            queue(store, there.settings, notice(email))


def carried_by(
    door: Door, there: Workspace, store: Store, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> Postman:
    transport: Transport = there.settings.transport
    monkeypatch.setattr(notices, "first_way", lambda *_: WayOut(name="door", transport=transport, way=door))
    return Postman(there, at_once(store), lambda text: told.append(text.say("en")))


@in_a_loop
async def test_it_leaves_by_the_folder_in_its_language_with_who_writes_at_its_end(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    told: list[Text] = []
    with opened(there) as store:
        queued(there, store, ZOE)
        assert await post_once(there, store, told.append) == 1
        assert store.notices.waiting() == 0
        assert await post_once(there, store, told.append) == 0
    [path] = (tmp_path / "subscribers/outbox").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    assert (mail["To"], mail["Subject"]) == (ZOE, "Se désinscrire")
    assert mail["Auto-Submitted"] == "auto-generated"
    house = there.settings.organisation
    said = mail.get_content().replace("\r\n", "\n")
    lines = [*filter(None, (house.name, *house.address.split("\n"), house.contact))]
    assert said.split("\n\n")[-1].splitlines() == lines
    assert told == []


@in_a_loop
async def test_it_is_signed_where_keys_are_set(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store, pytest.MonkeyPatch.context() as patched:
        queued(there, store, ZOE)
        door = Door(Outcome(kind=Kind.SENT, phase=Phase.DOT))

        async def sign(message: Message) -> Message:
            return Message(
                recipient=message.recipient,
                message_id=message.message_id,
                header=b"DKIM-Signature: x\r\n" + message.header,
                pieces=message.pieces,
            )

        patched.setattr(notices, "sign_of", lambda _: sign)
        assert await carried_by(door, there, store, [], patched).round() == 1
        assert door.sent[0].header.startswith(b"DKIM-Signature: x\r\nDate: ")


@in_a_loop
async def test_what_a_server_does_not_take_waits_and_what_it_refuses_is_gone(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    told: list[str] = []
    with opened(there) as store, pytest.MonkeyPatch.context() as patched:
        queued(there, store, ZOE, ANA, "luc@example.org")
        door = Door(
            Outcome(kind=Kind.DEFERRED, phase=Phase.RCPT, reason="greylisted", code=450),
            Outcome(kind=Kind.REFUSED, phase=Phase.RCPT, reason="mailbox", code=550),
            Outcome(kind=Kind.UNKNOWN, phase=Phase.DOT, reason="network", lost=True),
        )
        postman = carried_by(door, there, store, told, patched)
        assert await postman.round() == 0
        assert store.notices.waiting() == 2
        assert await postman.round() == 0  # nobody's turn has come
        assert told == ["A mail to one person was refused (mailbox)."]
        assert len(door.sent) == 3


@in_a_loop
async def test_a_relay_that_is_down_is_told_once_without_any_address(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    told: list[str] = []
    with opened(there) as store, pytest.MonkeyPatch.context() as patched:
        door = Door(Outcome(kind=Kind.SENT, phase=Phase.DOT), shut=True)
        postman = carried_by(door, there, store, told, patched)
        for email in (ZOE, ANA):
            queued(there, store, email)
            assert await postman.round() == 0
        assert told == ["mails to one person cannot leave now (network): trying again."]
        assert store.notices.waiting() == 2


@in_a_loop
async def test_what_nobody_could_write_to_is_forgotten(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store:
        queued(there, store, "no address")
        assert await post_once(there, store, lambda _: None) == 0
        assert store.notices.waiting() == 0


@in_a_loop
async def test_what_was_rolled_back_is_not_sent(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store:
        with store.sketch():
            queue(store, there.settings, notice())
        assert await post_once(there, store, lambda _: None) == 0
