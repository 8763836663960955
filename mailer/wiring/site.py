"""The site of a workspace, with its desk, its clerks and its sender."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from mailer.errors import LaterError
from mailer.settings.model import Settings
from mailer.store.answers import Answers
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.web.app import site
from mailer.web.serving import serve
from mailer.wiring.boxes import answers_of
from mailer.wiring.closing import close_one, due
from mailer.wiring.counter import StoreCounter
from mailer.wiring.desk import StoreDesk
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.embedded import carry_for_ever
from mailer.wiring.erasing import erase, write_anew_if_due
from mailer.wiring.hooking import HookOffice
from mailer.wiring.notices import Postman
from mailer.wiring.signups import sign_up
from mailer.wiring.watching import Watching
from mailer.words import Text
from mailer.workspace.folder import Workspace

_CLOSING_S = 60.0  # between two looks at what is to be closed
_PATIENCE_S = 5.0  # for a lock, while a member waits for a page


async def run_site(
    workspace: Workspace,
    host: str,
    port: int,
    *,
    log: Callable[[str], None],
    tell: Callable[[Text], None],
    started: Callable[[str], None],
    sends: bool = True,
    watching: Watching | None = None,
) -> None:
    """Serve until told to stop. `sends`: whether it carries campaigns too, where workers do not."""
    watching = watching or Watching()
    settings: Settings = workspace.settings
    # Departures are on disk in their log before they are committed: a power cut takes no more than clicks.
    store = store_of(workspace, patience=_PATIENCE_S, durability="process")
    writer = Clerk(store, Store.together, persistence=_PATIENCE_S)
    reader = Clerk(store_of(workspace, patience=_PATIENCE_S), Store.glance, persistence=_PATIENCE_S)
    answers = answers_of(workspace, patience=_PATIENCE_S, lasting=True)
    keys = keys_of(workspace)
    desk = StoreDesk(
        writer,
        reader,
        answers,
        settings.lists,
        settings.organisation.timezone,
        now,
        store.exits.keep,
        partial(sign_up, settings, keys),
    )
    erasing = partial(erase, workspace, source="site", search=False)
    counter = StoreCounter(writer, reader, settings, answers, erasing)
    office = HookOffice(workspace, writer)
    app = site(desk, settings, keys, now, counter=counter, log=log, office=office)

    async def sender() -> None:
        await carry_for_ever(workspace, writer, tell, watching)

    async def postman() -> None:
        await Postman(workspace, writer.ask, tell).for_ever(
            lambda: reader.ask(lambda store: store.notices.waiting())
        )

    async def watcher() -> None:
        await watching.look_for_ever(reader)

    async def closer() -> None:
        await _close_for_ever(reader, answers, workspace, tell)

    background = [
        desk.flush_for_ever,
        watcher,
        closer,
        *([sender, postman] if sends and not store.remote else []),
    ]
    try:
        await serve(
            app,
            host,
            port,
            background=background,
            started=started,
            trusted_proxies=settings.site.trusted_proxies,
        )
    finally:
        await writer.close()
        await reader.close()
        answers.release()


async def _close_for_ever(
    reader: Clerk, answers: Answers, workspace: Workspace, tell: Callable[[Text], None]
) -> None:
    """Questionnaires whose day has come lose their key, and the file what an erasure left on its pages.

    Whatever is locked or away, or has to wait for a send, waits a minute.
    """
    settings = workspace.settings
    while True:
        with suppress(LaterError):
            asked = await reader.ask(lambda store: store.visits.questionnaires())
            for one in due(asked, settings, now()):
                if await asyncio.to_thread(close_one, answers, one, settings, now()):
                    tell(Text("The questionnaire of {slug} is closed.", slug=one.slug))
            if await reader.ask(lambda store: store.erasing.unscrubbed()):
                await asyncio.to_thread(write_anew_if_due, workspace)
        await asyncio.sleep(_CLOSING_S)
