"""The site of a workspace, with its desk, its clerks and its sender."""

from collections.abc import Callable

from mailer.settings.model import Settings
from mailer.store.answers import Answers
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.web.app import site
from mailer.web.serving import serve
from mailer.wiring.desk import StoreDesk
from mailer.wiring.doors import ANSWERS, keys_of, now, store_of
from mailer.wiring.embedded import carry_for_ever
from mailer.wiring.watching import Watching
from mailer.words import Text
from mailer.workspace.folder import Workspace

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
    answers = Answers(workspace.root / ANSWERS)
    desk = StoreDesk(
        writer, reader, answers, settings.lists, settings.organisation.timezone, now, store.exits.keep
    )
    app = site(desk, settings, keys_of(workspace), now, log=log)

    async def sender() -> None:
        await carry_for_ever(workspace, writer, tell, watching)

    async def watcher() -> None:
        await watching.look_for_ever(reader)

    background = [desk.flush_for_ever, watcher, *([sender] if sends and not store.remote else [])]
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
