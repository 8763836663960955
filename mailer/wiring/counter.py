"""The counter where members see to their own data, over the store and the queue of mails to one person."""

from collections.abc import Mapping

from mailer.listen.own import LINK_FOR
from mailer.settings import Settings
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring.notices import Notice, queue
from mailer.wiring.record import record, stored
from mailer.words import Text


class StoreCounter:
    """`mailer.listen.own.Counter` over a store."""

    def __init__(self, writer: Clerk, reader: Clerk, settings: Settings) -> None:
        self._writer = writer
        self._reader = reader
        self._settings = settings

    async def send_link(self, subscriber: int, token: str, language: str) -> None:
        link = f"{self._settings.site.url}/p/{token}"

        def ask(store: Store) -> None:
            email = store.own.ask(subscriber, token)
            if email is not None:
                queue(store, self._settings, _link_notice(email, language, link, self._settings))

        await self._writer.ask(ask)

    async def spend(self, subscriber: int, token: str) -> bool:
        return await self._writer.ask(lambda store: store.own.spend(subscriber, token))

    async def record(self, subscriber: int) -> Mapping[str, object] | None:
        def look(store: Store) -> Mapping[str, object] | None:
            email = store.people.email_of(subscriber)
            return None if email is None else record(*stored(store, email))

        return await self._reader.ask(look)

    async def rename(self, subscriber: int, names: Mapping[str, str]) -> None:
        await self._writer.ask(lambda store: store.own.rename(subscriber, names))


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
