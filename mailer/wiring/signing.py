"""The keys that sign: opened for a send, made, shown."""

import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailer.addresses import AddressError, check_domain, split_mailbox
from mailer.errors import UsageError, why
from mailer.settings.checks import selector as selector_fault
from mailer.settings.model import Dkim
from mailer.signing.keys import Algorithm, SigningKey, new_key, read_key
from mailer.signing.record import Record, record_of
from mailer.signing.seal import Identity
from mailer.words import Text
from mailer.workspace.folder import Workspace
from mailer.workspace.keys import read_or_make_keys, write_private

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Each kind its letter: two keys of one month must not share a DNS record.
_LETTERS = {Algorithm.RSA: "s", Algorithm.ED25519: "e"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A key of the settings and what the DNS should say of it."""

    settings: Dkim
    key: SigningKey
    record: Record


def identities(workspace: Workspace) -> list[Identity]:
    """In whose names messages are signed. Raises UsageError, with the cure, for a key nobody should use."""
    return [
        Identity(domain=one.settings.domain, selector=one.settings.selector, key=one.key)
        for one in published(workspace)
    ]


def published(workspace: Workspace) -> list[Published]:
    """The keys of [[dkim]] in their order. Raises UsageError as `identities` does."""
    return [
        _published(one, read_key(_read(workspace.root / one.key_file, one.key_file), one.key_file))
        for one in workspace.settings.dkim
    ]


def make(
    workspace: Workspace, algorithm: Algorithm, domain: str, selector: str, today: datetime
) -> Published:
    """A new key in `subscribers/keys/`, that its owner alone reads, and its record.

    `domain`: that of [sender].from if empty; `selector`: of the month if empty. Raises UsageError when they
    are none, and when there is such a key already: mails on their way are verified with it.
    """
    settings = Dkim(
        domain=_domain(workspace, domain),
        selector=_selector(selector or f"{_LETTERS[algorithm]}{today:%Y%m}"),
        key_file=f"subscribers/keys/dkim-{algorithm}.pem",
    )
    read_or_make_keys(workspace.root)  # a folder of keys without the others would look like their loss
    pem = new_key(algorithm)
    path = workspace.root / settings.key_file
    try:
        write_private(path, pem)
    except FileExistsError:
        raise UsageError(
            Text(
                "{file} exists already: nothing was changed. To change keys, give the old file another name, "
                "here and in mailer.toml, until the new one's record is in the DNS",
                file=settings.key_file,
            )
        ) from None
    except OSError as fault:
        raise UsageError(
            Text("{file} cannot be written ({reason})", file=settings.key_file, reason=why(fault))
        ) from None
    return _published(settings, read_key(pem, settings.key_file))


def _published(settings: Dkim, key: SigningKey) -> Published:
    return Published(settings=settings, key=key, record=record_of(key, settings.domain, settings.selector))


def _domain(workspace: Workspace, domain: str) -> str:
    try:
        return check_domain(domain or split_mailbox(workspace.settings.sender.mailbox)[1].rpartition("@")[2])
    except AddressError as fault:
        raise UsageError(fault.message) from None


def _selector(selector: str) -> str:
    if fault := selector_fault(selector):
        raise UsageError(Text("the selector '{selector}': {cure}", selector=selector, cure=fault))
    return selector


def _read(path: Path, file: str) -> bytes:
    """The file's content, if nobody else may read it: whoever has the key writes in our name."""
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if os.name == "posix" and mode & _OTHERS:
                raise UsageError(
                    Text("{file} can be read by others on this machine: chmod 600 {file}", file=file)
                )
            return opened.read()
    except FileNotFoundError:
        raise UsageError(
            Text(
                "{file}, the key of [[dkim]], is missing: put it back, or make one with 'mailer dkim new'",
                file=file,
            )
        ) from None
    except OSError as fault:
        raise UsageError(Text("{file} cannot be read ({reason})", file=file, reason=why(fault))) from None
