"""The counter where members see to their own data, over the store and the queue of mails to one person."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from mailer.listen.own import CONFIRM_FOR, LINK_FOR
from mailer.settings import Settings
from mailer.store.answers import Answers
from mailer.store.clerk import Clerk
from mailer.store.consents import TRACKING
from mailer.store.store import Store
from mailer.wiring.notices import Notice, queue
from mailer.wiring.record import answers_under, record
from mailer.words import LANGUAGES, Text


class StoreCounter:
    """`mailer.listen.own.Counter` over a store."""

    def __init__(
        self,
        writer: Clerk,
        reader: Clerk,
        settings: Settings,
        answers: Answers,
        erase: Callable[[str], object],
    ) -> None:
        """`erase` erases who has an address, from any thread (see `wiring.erasing`)."""
        self._answers = answers
        self._writer = writer
        self._reader = reader
        self._settings = settings
        self._erase = erase

    async def send_link(self, subscriber: int, token: str, language: str) -> None:
        link = f"{self._settings.site.url}/p/{token}"

        def ask(store: Store) -> None:
            email = store.own.ask(subscriber, token)
            _post(store, self._settings, _link_notice(email or "", language, link, self._settings), email)

        await self._writer.ask(ask)

    async def spend(self, subscriber: int, token: str) -> bool:
        return await self._writer.ask(lambda store: store.own.spend(subscriber, token))

    async def record(self, subscriber: int) -> Mapping[str, object] | None:
        def look(store: Store) -> Mapping[str, object] | None:
            email = store.people.email_of(subscriber)
            if email is None:
                return None
            return record(store.people.dossier(email), answers_under(store, self._answers, subscriber))

        return await self._reader.ask(look)

    async def send_address(self, subscriber: int, email: str, token: str, language: str) -> None:
        link = f"{self._settings.site.url}/p/{token}"

        def ask(store: Store) -> None:
            welcome = store.own.ask_address(subscriber, email, token)
            to = email if welcome else ""
            _post(store, self._settings, _address_notice(to, language, link, self._settings), to)

        await self._writer.ask(ask)

    async def move(self, subscriber: int, token: str, language: str) -> bool:
        def act(store: Store) -> bool:
            moved = store.own.move(subscriber, token)
            if moved is not None:
                said = moved.language if moved.language in LANGUAGES else language
                queue(store, self._settings, _moved_notice(moved.before, said, self._settings))
            return moved is not None

        return await self._writer.ask(act)

    async def agrees(self, subscriber: int) -> bool:
        return await self._reader.ask(lambda store: store.consents.agrees(subscriber, TRACKING))

    async def agree(self, subscriber: int, words: str | None) -> None:
        def act(store: Store) -> None:
            if words is None:
                store.consents.withdraw(subscriber, TRACKING)
            else:  # behind a link that only their mailbox has
                store.consents.record(subscriber, TRACKING, text=words, channel="page", proof="/p/")

        await self._writer.ask(act)

    async def erase(self, subscriber: int) -> None:
        email = await self._reader.ask(lambda store: store.people.email_of(subscriber))
        if email is not None:
            await asyncio.to_thread(self._erase, email)

    async def rename(self, subscriber: int, names: Mapping[str, str]) -> None:
        await self._writer.ask(lambda store: store.own.rename(subscriber, names))


def _post(store: Store, settings: Settings, notice: Notice, email: str | None) -> None:
    """To nobody it is of no use from the beginning, and gone at the next look at what waits: the same work
    for the disk, whoever is known (security.md: the same bytes and timing)."""
    queue(store, settings, notice if email else replace(notice, lasts=timedelta()))


def _link_notice(email: str, language: str, link: str, settings: Settings) -> Notice:
    """Nothing of the person: whoever else reads the mailbox learns that it receives our messages, no more."""
    return Notice(
        email=email,
        language=language,
        subject=Text("Your own data: the link you asked for"),
        paragraphs=[
            Text(
                "Somebody, most likely you, asked for the link to what {organisation} holds about you:",
                organisation=settings.organisation.name,
            ),
            Text("{link}", link=link),
            Text("It opens once, within 30 minutes. Pass this mail on to nobody."),
            Text("You did not ask for it? Then do nothing: nobody but you has this link."),
        ],
        lasts=LINK_FOR,
    )


def _address_notice(email: str, language: str, link: str, settings: Settings) -> Notice:
    """Whoever reads it may be a stranger, if the address was mistyped: nothing of the person."""
    return Notice(
        email=email,
        language=language,
        subject=Text("Is this your new address?"),
        paragraphs=[
            Text(
                "Somebody who receives messages from {organisation} wants them at this address. If that is "
                "you, open this link and say yes:",
                organisation=settings.organisation.name,
            ),
            Text("{link}", link=link),
            Text("It works once, for 24 hours. If it was not you, do nothing: nothing will be sent here."),
        ],
        lasts=CONFIRM_FOR,
    )


def _moved_notice(email: str, language: str, settings: Settings) -> Notice:
    """To the old address, which alone can tell that somebody else did it. The new one is not in it."""
    contact = settings.organisation.contact
    return Notice(
        email=email,
        language=language,
        subject=Text("Your address was changed"),
        paragraphs=[
            Text(
                "From now on {organisation} writes to the new address that you gave and confirmed, and no "
                "more to this one.",
                organisation=settings.organisation.name,
            ),
            Text("It was not you? Write to {contact} at once.", contact=contact),
        ],
        lasts=timedelta(days=2),
    )
