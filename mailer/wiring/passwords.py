"""Passwords and secrets: from a variable, a file or a command, read when a door needs them."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from mailer.errors import UsageError
from mailer.settings.environment import BOUNCES_PASSWORD, PASSWORD
from mailer.settings.model import Relay, Transport
from mailer.words import Text
from mailer.workspace.folder import Workspace


def password_of(root: Path, transport: Transport, environ: Mapping[str, str]) -> str:
    """That of a way out; UsageError when there is none.

    The variable stands for [transport] alone: one password is not that of several relays.
    """
    alone = not isinstance(transport, Relay)
    if alone and (given := environ.get(PASSWORD)):
        return given
    if (found := _kept(root, transport.password_file, transport.password_command)) is not None:
        return found
    if not alone:
        raise UsageError(
            Text(
                "no password for {name} at {host}: write password_file or password_command in its "
                "[[transport.relay]]",
                name=transport.username,
                host=transport.host,
            )
        )
    raise UsageError(
        Text(
            "no password for {name}: set {variable}, or password_file under [transport]",
            name=transport.username,
            variable=PASSWORD,
        )
    )


def mailbox_password(workspace: Workspace, environ: Mapping[str, str] | None = None) -> str:
    """That of [bounces] mailbox; UsageError when there is none."""
    bounces, variables = workspace.settings.bounces, os.environ if environ is None else environ
    if given := variables.get(BOUNCES_PASSWORD):
        return given
    found = _kept(workspace.root, bounces.password_file, bounces.password_command)
    if found is None:
        raise UsageError(
            Text(
                "no password for the mailbox of [bounces]: set {variable}, or password_file under [bounces]",
                variable=BOUNCES_PASSWORD,
            )
        )
    return found


def _kept(root: Path, file: str, command: str) -> str | None:
    """The password in a file, or printed by a command; None where neither is named."""
    if file:
        return _filled(_from_file(root / file), file)
    if command:
        return _filled(_from_command(command, root), "password_command")
    return None


def secret_in(root: Path, file: str) -> str:
    """What a file holds; UsageError when it cannot be read or is empty."""
    return _filled(_from_file(root / file), file)


def _filled(password: str, source: str) -> str:
    if not password:
        raise UsageError(Text("{source} gives an empty password", source=source))
    return password


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(
            Text("{file} cannot be read ({reason})", file=str(path), reason=str(fault))
        ) from None


def _from_command(command: str, root: Path) -> str:
    """The first line it prints; run from the workspace, without a shell: nothing in it is expanded."""
    try:
        done = subprocess.run(  # noqa: S603  the operator's own words
            shlex.split(command),
            cwd=root,
            capture_output=True,
            check=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout.decode("utf-8").split("\n")[0].rstrip("\r")
    except (OSError, ValueError, subprocess.SubprocessError) as fault:
        raise UsageError(Text("password_command failed ({reason})", reason=type(fault).__name__)) from None
