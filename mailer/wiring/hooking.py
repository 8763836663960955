"""What relays post to the site, taken into the store as returned mail is."""

from collections.abc import Sequence
from functools import partial

from mailer.bounces.model import Reading
from mailer.errors import UsageError
from mailer.letters import UNSAFE
from mailer.settings import Settings
from mailer.settings.model import Hook
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.web.hooks import Door
from mailer.wiring import watchful
from mailer.wiring.alerts import alert
from mailer.wiring.doors import keys_of, secret_in
from mailer.wiring.returning import Receiver
from mailer.words import Text
from mailer.workspace.folder import Workspace

LEAST = 20  # characters of a secret
_SHOWN = 1000  # characters of an address to confirm


class HookOffice:
    """`mailer.web.hooks.Office` over the site's writer. Raises UsageError for a secret that is none."""

    def __init__(self, workspace: Workspace, writer: Clerk) -> None:
        self._settings = workspace.settings
        self._keys = keys_of(workspace)
        self._writer = writer
        self.doors = {name: _door(workspace, hook) for name, hook in workspace.settings.hooks.items()}

    async def returned(self, readings: Sequence[Reading]) -> None:
        await self._writer.ask(partial(_take, keys=self._keys, settings=self._settings, readings=readings))

    async def to_confirm(self, relay: str, address: str) -> None:
        await self._writer.ask(partial(_tell, settings=self._settings, relay=relay, address=address))


def _take(store: Store, *, keys: Keys, settings: Settings, readings: Sequence[Reading]) -> None:
    receiver = Receiver(store, keys, settings.lists)
    for reading in readings:
        receiver.told(reading)
    watchful.look(store, settings, receiver.summary)


def _tell(store: Store, *, settings: Settings, relay: str, address: str) -> None:
    alert(
        store,
        settings,
        f"hook {relay}",
        Text("{relay} asks to be confirmed", relay=relay),
        [
            Text(
                "A topic of {relay} wants to post what comes back to this site. If you have just asked it "
                "to, open this address; otherwise do not:",
                relay=relay,
            ),
            Text("{address}", address=UNSAFE.sub("", address)[:_SHOWN]),
        ],
    )


def _door(workspace: Workspace, hook: Hook) -> Door:
    return Door(
        secret=_secret(workspace, hook.secret_file),
        password=_secret(workspace, hook.password_file) if hook.password_file else "",
    )


def _secret(workspace: Workspace, file: str) -> str:
    secret = secret_in(workspace.root, file).strip()
    if len(secret) < LEAST or not secret.isascii() or not secret.isalnum():
        raise UsageError(
            Text(
                "{file} holds no secret: write at least {least} letters and digits, drawn at random, into it",
                file=file,
                least=LEAST,
            )
        )
    return secret
