"""What relays post to the site: verified where it is signed, taken into the store as returned mail is."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from mailer.bounces.model import Reading
from mailer.errors import LaterError, UsageError
from mailer.letters import UNSAFE
from mailer.listen.hooks import TOPICS
from mailer.listen.hooks.envelopes import FORGED, NOT_SIGNED, fault_of, region_of, sealed
from mailer.listen.hooks.posted import Fields
from mailer.settings import Settings
from mailer.settings.model import Hook
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.web.hooks import Belief, Door
from mailer.wiring import watchful
from mailer.wiring.alerts import alert
from mailer.wiring.asking import ask
from mailer.wiring.certificates import Certificates, Fetch
from mailer.wiring.doors import keys_of, now
from mailer.wiring.passwords import secret_in
from mailer.wiring.returning import Receiver
from mailer.words import Text
from mailer.workspace.folder import Workspace

LEAST = 20  # characters of a secret
_SHOWN = 1000  # characters of an address to confirm
_NAMES = {"ses": "Amazon SES", "scaleway": "Scaleway"}  # of those that sign, as people call them


class HookOffice:
    """`mailer.web.hooks.Office` over the site's writer. Raises UsageError for a secret that is none."""

    def __init__(
        self, workspace: Workspace, writer: Clerk, clock: Callable[[], datetime] = now, fetch: Fetch = ask
    ) -> None:
        self._settings = workspace.settings
        self._keys = keys_of(workspace)
        self._writer = writer
        self._clock = clock
        self._certificates = Certificates(clock, fetch)
        self.doors = {name: _door(workspace, hook) for name, hook in workspace.settings.hooks.items()}

    async def believe(self, relay: str, events: Sequence[Fields]) -> Belief:
        if relay not in TOPICS:
            return Belief.YES
        try:
            fault = await self._fault(self._settings.hooks[relay], events)
        except LaterError as away:
            told = partial(_tell_away, settings=self._settings, relay=relay, away=away.message)
            await self._writer.ask(told)
            return Belief.LATER
        if fault is None:
            return Belief.YES
        await self._writer.ask(partial(_tell_doubt, settings=self._settings, relay=relay, fault=fault))
        return Belief.NO

    async def _fault(self, hook: Hook, events: Sequence[Fields]) -> Text | None:
        """Why a post is not the relay's own; None: it is. `LaterError` while nobody can say."""
        topics = TOPICS[hook.name](region_of(hook.topic))
        if len(events) != 1:
            return NOT_SIGNED
        [said] = events
        if not hook.check_signature:
            # Without its envelope, an event names no topic: "raw message delivery".
            return fault_of(said, topics, hook.topic) if "Type" in said else None
        found = sealed(said, topics, hook.topic, self._clock())
        if isinstance(found, Text):
            return found
        return None if await self._certificates.vouch(found) else FORGED

    async def returned(self, readings: Sequence[Reading]) -> None:
        await self._writer.ask(partial(_take, keys=self._keys, settings=self._settings, readings=readings))

    async def to_confirm(self, relay: str, address: str, *, stopped: bool) -> None:
        told = partial(_tell, settings=self._settings, relay=relay, address=address, stopped=stopped)
        await self._writer.ask(told)


def _take(store: Store, *, keys: Keys, settings: Settings, readings: Sequence[Reading]) -> None:
    receiver = Receiver(store, keys, settings.lists)
    for reading in readings:
        receiver.told(reading)
    watchful.look(store, settings, receiver.summary)


def _tell(store: Store, *, settings: Settings, relay: str, address: str, stopped: bool) -> None:
    name = _NAMES[relay]
    subject = Text("{relay} asks to be confirmed", relay=name)
    asks = Text(
        "A topic of {relay} wants to post what comes back to this site. If you have just asked it "
        "to, open this address; otherwise do not:",
        relay=name,
    )
    if stopped:
        subject = Text("{relay} has been told to post no more", relay=name)
        asks = Text(
            "The topic of {relay} says that somebody unsubscribed this site: what comes back is not told any "
            "more. If that is a mistake, open this address, and it posts again:",
            relay=name,
        )
    cause = f"hook {relay} stopped" if stopped else f"hook {relay}"
    shown = Text("{address}", address=UNSAFE.sub("", address)[:_SHOWN])
    alert(store, settings, cause, subject, [asks, shown])


def _tell_doubt(store: Store, *, settings: Settings, relay: str, fault: Text) -> None:
    count = store.returns.doubted(relay)
    alert(
        store,
        settings,
        f"doubted {relay}",
        Text("A post in the name of {relay} was refused", relay=_NAMES[relay]),
        [
            Text(
                "Somebody who knows the secret address of {relay} on this site posts what is not believed: "
                "{reason}. {count} today. Nothing was changed.",
                relay=_NAMES[relay],
                reason=fault,
                count=count,
            ),
            Text(
                "If it is your own topic, look at [hooks.{relay}] in mailer.toml, and that messages are not "
                "delivered raw. If not, draw a new secret.",
                relay=relay,
            ),
        ],
    )


def _tell_away(store: Store, *, settings: Settings, relay: str, away: Text) -> None:
    alert(
        store,
        settings,
        f"away {relay}",
        Text("What {relay} posts cannot be verified", relay=_NAMES[relay]),
        [
            Text(
                "The certificate that its topic signs with could not be fetched: {reason}. It posts again "
                "for an hour; nothing was changed.",
                reason=away,
            ),
            Text(
                "If this machine has no way out to the internet, open it for that host (HTTPS_PROXY is "
                "obeyed), or write check_signature = false under [hooks.{relay}]: the secret in the address "
                "then protects alone.",
                relay=relay,
            ),
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
