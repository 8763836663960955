"""Doors: a workspace's keys, store, ways out and signer, opened from its settings."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.addresses import split_mailbox
from mailer.deliver.pace import Limits
from mailer.errors import LaterError, UsageError, why
from mailer.settings import Settings
from mailer.settings.checks import is_loopback
from mailer.settings.model import Transport
from mailer.store.leases import LEASE
from mailer.store.opening import open_store
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.words import Text
from mailer.workspace.folder import Workspace
from mailer.workspace.keys import private_folder, read_or_make_keys

if TYPE_CHECKING:  # asyncio is half of what a command that sends nothing would wait for
    from mailer.deliver.ports import Sign, Way
    from mailer.signing.signer import Signer

OBJECTIONS = "subscribers/objections.log"
_SQLITE, _POSTGRES = "sqlite:", "postgresql://"


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def is_shared(workspace: Workspace) -> bool:
    """Whether the database is one that several machines may share: PostgreSQL."""
    return workspace.settings.database.url.startswith(_POSTGRES)


def place_of(workspace: Workspace) -> Path | str:
    """The SQLite file, or the url of a PostgreSQL database."""
    return place_at(workspace, workspace.settings.database.url)


def place_at(workspace: Workspace, url: str) -> Path | str:
    """The same of any url."""
    return url if url.startswith(_POSTGRES) else workspace.root / url.removeprefix(_SQLITE)


def has_store(workspace: Workspace) -> bool:
    """Whether anything was ever stored here: its file is there, or the log tells of it.

    A database of PostgreSQL was made by somebody on purpose: it is there, or they are told that it is not.
    """
    place = place_of(workspace)
    return isinstance(place, str) or place.exists() or (workspace.root / OBJECTIONS).exists()


def keys_of(workspace: Workspace) -> Keys:
    """The workspace's keys, made if it has never had any."""
    return read_or_make_keys(workspace.root)[0]


def store_of(
    workspace: Workspace,
    *,
    clock: Callable[[], datetime] = now,
    patience: float = 30.0,
    durability: str = "",
    lease: timedelta = LEASE,
) -> Store:
    """The workspace's store, made if need be; see `open_store` for what it raises.

    `durability`: that of the settings, unless it says otherwise of a file.
    """
    place = place_of(workspace)
    private_folder(workspace.root / "subscribers")
    if isinstance(place, Path):
        _make_folder(place.parent)
    return open_store(
        place,
        keys_of(workspace),
        workspace.root / OBJECTIONS,
        now=clock,
        durability=(isinstance(place, Path) and durability) or workspace.settings.database.durability,
        patience=patience,
        lease=lease,
    )


@contextmanager
def store_if_any(
    workspace: Workspace, *, away: Callable[[LaterError], None] | None = None
) -> Iterator[Store | None]:
    """The store when there is one: looking at a tract makes no database.

    `away` is told of one that cannot be reached now, and it goes on without; else that is raised.
    """
    try:
        store = store_of(workspace) if has_store(workspace) else None
    except LaterError as fault:
        if away is None:
            raise
        away(fault)
        store = None
    if store is None:
        yield None
        return
    try:
        yield store
    finally:
        store.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        reason = why(fault)
        raise UsageError(
            Text("{folder} cannot be written ({reason})", folder=str(folder), reason=reason)
        ) from None


def ways_out(settings: Settings) -> tuple[Transport, ...]:
    """The relays, or [transport] alone."""
    return settings.transport.relays or (settings.transport,)


def is_real(settings: Settings) -> bool:
    """Whether mail leaves this machine: gates then close, instead of warning."""
    return any(one.kind == "smtp" and not is_loopback(one.host) for one in ways_out(settings))


def limits_of(way: Transport) -> Limits:
    """How fast a way out may be used."""
    return Limits(per_second=way.per_second, per_hour=way.per_hour, per_day=way.per_day)


def way_of(
    workspace: Workspace, environ: Mapping[str, str] | None = None, transport: Transport | None = None
) -> "Way":
    """The way out of `transport`, else the first one; its password is read now: UsageError before anything
    begins."""
    settings = workspace.settings
    transport = transport or ways_out(settings)[0]
    if transport.kind == "folder":
        from mailer.transport.folder import Folder  # noqa: PLC0415

        return Folder(workspace.root / transport.path)
    from mailer.transport.smtp import Server, Smtp  # noqa: PLC0415  aiosmtplib: 60 ms
    from mailer.wiring.passwords import password_of  # noqa: PLC0415  shells and pipes: a folder needs none

    variables = os.environ if environ is None else environ
    password = password_of(workspace.root, transport, variables) if transport.username else ""
    server = Server(
        host=transport.host,
        port=transport.port,
        security=transport.security,
        username=transport.username,
        password=lambda: password,
        sender=envelope_sender(settings),
        verp=not settings.sender.envelope,
        connections=transport.connections,
    )
    return Smtp(server)


def sign_of(workspace: Workspace) -> "Sign | None":
    """Signs with the keys of [[dkim]]; None without any: the relay signs. Raises as `signer_of` does."""
    signer = signer_of(workspace)
    return signer.sign if signer is not None else None


def signer_of(workspace: Workspace) -> "Signer | None":
    """The signer itself, for who signs many.

    Raises UsageError, with the cure, for a key that cannot be used: before anything begins.
    """
    if not workspace.settings.dkim:
        return None
    from mailer.signing.signer import Signer  # noqa: PLC0415  cryptography: 60 ms
    from mailer.wiring.signing import identities  # noqa: PLC0415

    return Signer(identities(workspace), now)


def envelope_sender(settings: Settings) -> str:
    """MAIL FROM of a message that has none of its own: where refusals that come later return to."""
    sender, bounces = settings.sender, settings.bounces
    return sender.envelope or bounces.address or split_mailbox(sender.mailbox)[1]
