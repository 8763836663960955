"""Mails to one person: written into the database, and carried from there to the first way out.

`queue` within a transaction of one's own, so that a mail leaves if, and only if, what it tells of was done.
`mailer serve` carries them (on PostgreSQL, `mailer worker`); a command may carry what waits at once, with
`post_once`. What a relay does not take now is tried again until it is of no use any more. A mail whose reply
was lost is sent again, under the same Message-ID: twice the same link harms nobody, none at all does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar
from zoneinfo import ZoneInfo

from mailer.compose.notice import Letterhead, laid_out, write_notice
from mailer.delivery import Kind, Outcome
from mailer.errors import LaterError, MailerError, RenderError
from mailer.model import unmarked
from mailer.settings import Settings
from mailer.store.notices import Waiting
from mailer.store.store import Store
from mailer.wiring.doors import now, sign_of
from mailer.wiring.lanes import WayOut, first_way
from mailer.words import Text
from mailer.workspace.folder import Workspace

if TYPE_CHECKING:
    from mailer.deliver.ports import Connection, Sign

T = TypeVar("T")
_EVERY_S = 1.0  # who asked for a link waits for it
_REST_S = 60.0  # after a fault that somebody must mend
_WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
_THEN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One mail, in the language of whoever reads it; of no use to anybody once `lasts` is over."""

    email: str  # a checked address
    language: str
    subject: Text
    paragraphs: Sequence[Text | str]  # a text as it is: a link
    lasts: timedelta


class Ask(Protocol):
    """How a store is asked, in a transaction: `Clerk.ask`, or at once."""

    def __call__(self, act: Callable[[Store], T]) -> Awaitable[T]: ...


def queue(store: Store, settings: Settings, notice: Notice) -> None:
    """Have it sent, within the caller's transaction. Who writes stands at its end."""
    house = settings.organisation
    said = [one if isinstance(one, str) else one.say(notice.language) for one in notice.paragraphs]
    content = laid_out([*said, "\n".join(filter(None, (house.name, house.address, house.contact)))])
    subject = notice.subject.say(notice.language)
    store.notices.add(notice.email, notice.language, subject, content, lasts=notice.lasts)


async def post_once(workspace: Workspace, store: Store, tell: Callable[[Text], None]) -> int:
    """For a command: carry what waits now; how many left. Those that did not are for `mailer serve`."""
    return await Postman(workspace, at_once(store), tell).round()


def at_once(store: Store) -> Ask:
    """Of a store that is asked by one alone."""

    async def ask(act: Callable[[Store], T]) -> T:
        with store.together():
            return act(store)

    return ask


class Postman:
    """Carries notices. `tell` is for the log: no address is ever told."""

    def __init__(self, workspace: Workspace, ask: Ask, tell: Callable[[Text], None]) -> None:
        self._workspace = workspace
        self._ask = ask
        self._tell = tell
        self._zone = ZoneInfo(workspace.settings.organisation.timezone)
        sender = workspace.settings.sender
        self._head = Letterhead(sender=sender.mailbox, reply_to=sender.reply_to)
        self._way: WayOut | None = None
        self._sign: Sign | None = None
        self._told = ""

    async def for_ever(self, waiting: Callable[[], Awaitable[int]] | None = None) -> None:
        """Until cancelled. `waiting` says without a lock whether there is any."""
        while True:
            rest = _EVERY_S
            try:
                if waiting is None or await waiting():
                    await self.round()
            except LaterError:
                pass  # locked, away: it passes
            except MailerError as fault:  # no password, a key that cannot be read: somebody must mend it
                self._once(fault.message)
                rest = _REST_S
            await asyncio.sleep(rest)

    async def round(self) -> int:
        """Try each whose turn has come, once; how many a server has taken."""
        due = await self._ask(lambda store: store.notices.claim())
        if not due:
            return 0
        if self._way is None:
            self._way = first_way(self._workspace, self._head.sender)
            self._sign = sign_of(self._workspace)
        opened = await self._way.way.open()
        if isinstance(opened, Outcome):
            self._once(
                Text("mails to one person cannot leave now ({reason}): trying again.", reason=opened.reason)
            )
            await self._put_off(due)
            return 0
        self._told = ""
        try:
            return await self._carry(opened, due)
        finally:
            await opened.close()

    async def _carry(self, connection: "Connection", due: Sequence[Waiting]) -> int:
        taken = 0
        assert self._way is not None
        pause = 1 / limit if (limit := self._way.transport.per_second) else 0.0
        for at, one in enumerate(due):
            outcome = await self._send(connection, one)
            if outcome is None or outcome.kind in (Kind.SENT, Kind.REFUSED):
                await self._forget(one)
            else:
                await self._put_off([one])
            if outcome is not None and outcome.kind is Kind.SENT:
                taken += 1
            elif outcome is not None and outcome.kind is Kind.REFUSED:
                self._tell(Text("A mail to one person was refused ({reason}).", reason=outcome.reason))
            if outcome is not None and outcome.lost:
                await self._put_off(due[at + 1 :])
                break
            await asyncio.sleep(pause)
        return taken

    async def _send(self, connection: "Connection", one: Waiting) -> Outcome | None:
        """None of what cannot be written at all: nobody would ever take it."""
        try:
            message = write_notice(
                self._head,
                id=one.id,
                to=one.email,
                language=one.language,
                subject=one.subject,
                content=one.content,
                date=now().astimezone(self._zone),
            )
        except RenderError:
            return None
        if self._sign is not None:
            message = await self._sign(message)
        return await connection.send(message, unmarked(message))

    async def _forget(self, one: Waiting) -> None:
        await self._ask(lambda store: store.notices.forget(one.id))

    async def _put_off(self, those: Sequence[Waiting]) -> None:
        def postpone(store: Store) -> None:
            for one in those:
                wait = _WAITS[one.attempts - 1] if one.attempts <= len(_WAITS) else _THEN
                store.notices.postpone(one.id, wait)

        await self._ask(postpone)

    def _once(self, message: Text) -> None:
        """The same trouble is told once, until it is over."""
        if str(message) != self._told:
            self._told = str(message)
            self._tell(message)
