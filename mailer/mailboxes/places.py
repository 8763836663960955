"""Where a mailbox is, as `[bounces] mailbox` says it, and what goes wrong on the way there."""

import imaplib
import poplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from mailer.errors import LaterError, UsageError, why
from mailer.words import Text

_PORTS = {"imaps": 993, "imap": 143, "pop3s": 995, "pop3": 110}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account on a server; the password is no part of it."""

    scheme: str  # imaps | pop3s, or without TLS, on this machine only, imap | pop3
    host: str
    port: int
    user: str
    folder: str  # of IMAP

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted, and the server's certificate verified, from its first byte."""
        return self.scheme.endswith("s")


def place_of(url: str) -> Place:
    """A checked address: imaps://user@host/folder or pop3s://user@host, each part percent-encoded."""
    parts = urlsplit(url)
    return Place(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def refused(place: Place) -> UsageError:
    """A wrong user or password; the server's words are left out, they may repeat them."""
    return UsageError(
        Text(
            "{host} refuses the login of {name}: check the name and the password",
            host=place.host,
            name=place.user,
        )
    )


@contextmanager
def unreachable(place: Place) -> Iterator[None]:
    """What passes is a LaterError, what somebody must mend a UsageError; the server's words are left out."""
    try:
        yield
    except ssl.SSLCertVerificationError as fault:
        raise UsageError(
            Text(
                "the certificate of {host} is not to be trusted ({reason}): nothing was said to it",
                host=place.host,
                reason=fault.verify_message,
            )
        ) from None
    except (OSError, EOFError) as fault:  # ssl.SSLError and time-outs are OSErrors
        reason = why(fault) if isinstance(fault, OSError) else type(fault).__name__
        raise LaterError(
            Text("{host} cannot be reached now ({reason})", host=place.host, reason=reason)
        ) from None
    except (imaplib.IMAP4.error, poplib.error_proto, ValueError):  # the last: words where a number belongs
        raise LaterError(Text("{host} broke off: trying again may help", host=place.host)) from None
