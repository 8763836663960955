"""The errors that stop a command: one small tree, each with its sentence and its cure.

MailerError
├── UsageError          the command line or the workspace (exit 2)
│   └── SettingsError   mailer.toml has faults, carried as findings
├── FaultsError         the campaign or its template has faults, carried as findings (exit 3)
├── RefusedError        a gate is closed, or nobody confirmed (exit 4)
├── LaterError          it may work in a while: the same command goes on (exit 75)
└── RenderError         one person's message cannot be written (that person is set aside)

Expected results are values (see `findings`); these mean "cannot go on". Only cli and web catch them.
"""

import errno
from collections.abc import Sequence

from mailer.findings import Finding
from mailer.words import Text


class MailerError(Exception):
    """Root of the tree: `message` is what a person reads."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


class UsageError(MailerError):
    """The command cannot start: a wrong word, no workspace, a broken configuration."""


class SettingsError(UsageError):
    """mailer.toml cannot be obeyed: all its faults are in `findings`."""

    def __init__(self, message: Text, findings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class FaultsError(MailerError):
    """A text of the workspace has faults: all of them are in `findings`."""

    def __init__(self, message: Text, findings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class RefusedError(MailerError):
    """A real send is not allowed as things stand: each gate that is closed is in `findings`."""

    def __init__(self, message: Text, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class LaterError(MailerError):
    """Somebody else is at work, or something is away for now (EX_TEMPFAIL of sysexits.h)."""


class RenderError(MailerError):
    """A message cannot be written for one person."""


def why(fault: OSError) -> Text:
    """What the system says: in words of ours where people meet it, else in its own, which are English."""
    # ssl.SSLError and socket.gaierror have numbers of their own in the place of the system's.
    known = _SYSTEM.get(fault.errno or 0) if type(fault).__module__ == "builtins" else None
    return known or Text("{reason}", reason=fault.strerror or type(fault).__name__)


_SYSTEM = {
    errno.ENOENT: Text("there is nothing of that name"),
    errno.EACCES: Text("you may not"),
    errno.EPERM: Text("you may not"),
    errno.EEXIST: Text("something of that name is there"),
    errno.EISDIR: Text("it is a folder"),
    errno.ENOTDIR: Text("a folder of its path is a file"),
    errno.ENAMETOOLONG: Text("the name is too long"),
    errno.ENOSPC: Text("the disk is full"),
    errno.EROFS: Text("nothing can be written on this disk"),
    errno.EADDRINUSE: Text("something listens there already"),
    errno.EADDRNOTAVAIL: Text("this machine has no such address"),
    errno.ECONNREFUSED: Text("nobody listens there"),
}
