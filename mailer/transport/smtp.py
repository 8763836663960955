"""The way out through an SMTP server: aiosmtplib connects, secures and logs in; `Dialogue` takes over.

TLS is not an option that a server may decline: without it nothing is said, not even the login
(standards.md, D9); in clear only this machine is spoken to.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiosmtplib

from mailer.delivery import Kind, Outcome, Phase
from mailer.transport.dialogue import PATIENCE_S, Dialogue, Offer
from mailer.transport.login import Caution, log_in
from mailer.transport.replies import Reply, joined, judge, silence
from mailer.transport.stream import Replies

_GREETING_S = 300.0  # RFC 5321, 4.5.3.2.1
_CONNECT_S = 30.0  # of TCP and TLS: RFC 5321 is silent, and a firewall that drops packets answers never


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where, how and as whom. `password` is asked for at each connection, and never kept."""

    host: str
    port: int
    security: str  # tls | starttls | none
    username: str
    password: Callable[[], str]
    sender: str  # of the envelope
    connections: int
    verp: bool = True  # a message's own sender, if it has one, stands in the place of `sender`


class Smtp:
    """Opens connections to one server."""

    def __init__(
        self,
        server: Server,
        context: ssl.SSLContext | None = None,
        patience: Mapping[Phase, float] = PATIENCE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`context` replaces the system's authorities; `patience` in seconds, of each phase."""
        self._server = server
        self._patience = patience
        self._caution = Caution[Dialogue](monotonic)
        # Made once: reading the system's authorities takes 40 ms.
        self._context = context or (ssl.create_default_context() if server.security != "none" else None)

    @property
    def connections(self) -> int:
        """How many may be open at the same time."""
        return self._server.connections

    async def open(self) -> Dialogue | Outcome:
        """A connection after its EHLO and AUTH; or an UNTRIED outcome, nothing left open.

        After a refused login, the same outcome for a minute, without a word to the server.
        """
        return await (self._caution.open(self._connect) if self._server.username else self._connect())

    async def _connect(self) -> Dialogue | Outcome:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=False,
            tls_context=self._context,
            timeout=_CONNECT_S,
        )
        phase = Phase.CONNECT
        try:
            await client.connect()
            if server.security == "starttls":
                phase = Phase.STARTTLS
                await client.starttls()
            phase = Phase.EHLO
            await client.ehlo(timeout=_GREETING_S)
            if server.username:
                phase = Phase.AUTH
                await log_in(client, server.username, server.password(), _GREETING_S)
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            client.close()
            return _refusal(phase, fault)
        except BaseException:
            client.close()
            raise
        return _dialogue(client, server, self._patience)


def _dialogue(client: aiosmtplib.SMTP, server: Server, patience: Mapping[Phase, float]) -> Dialogue:
    """Take the connection out of aiosmtplib's hands."""
    transport = client.transport
    assert isinstance(transport, asyncio.Transport) or hasattr(transport, "set_protocol")
    replies = Replies()
    transport.set_protocol(replies)  # type: ignore[union-attr]
    return Dialogue(
        transport,  # type: ignore[arg-type]
        replies,
        sender=server.sender,
        verp=server.verp,
        offer=_offer(client),
        patience=patience,
    )


def _offer(client: aiosmtplib.SMTP) -> Offer:
    return Offer(
        pipelining=client.supports_extension("pipelining"),
        size=_number(client.esmtp_extensions.get("size", "")),
        most=_mailmax(client.esmtp_extensions.get("limits", "")),
        dsn=client.supports_extension("dsn"),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _mailmax(text: str) -> int:
    """RFC 9422, 4: `LIMITS RCPTMAX=20 MAILMAX=100`."""
    found = [word.partition("=")[2] for word in text.upper().split() if word.startswith("MAILMAX=")]
    return _number(found[0]) if found else 0


def _refusal(phase: Phase, fault: Exception) -> Outcome:
    """What kept a connection from being ready: the server's word, its certificate, or the network."""
    if isinstance(fault, aiosmtplib.SMTPResponseException):
        # -1 of aiosmtplib is what is no reply at all; what it could not decode, it keeps as surrogates.
        text = fault.message.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        code = max(fault.code, 0)
        return judge(phase, Reply(code, joined(text.split("\n"))))
    cause: BaseException | None = fault
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__
    if cause is not None:
        return Outcome(
            kind=Kind.UNTRIED,
            phase=Phase.STARTTLS,
            reason="certificate",
            text=cause.verify_message,
            lost=True,
            halt=True,
        )
    if phase in (Phase.STARTTLS, Phase.AUTH) and not _network(fault):
        # It offers no STARTTLS, or no way to log in that we know.
        reason = "no-tls" if phase is Phase.STARTTLS else "no-login"
        return Outcome(
            kind=Kind.UNTRIED, phase=phase, reason=reason, text=str(fault)[:500], lost=True, halt=True
        )
    return silence(phase, str(fault) or type(fault).__name__)


def _network(fault: Exception) -> bool:
    return isinstance(
        fault,
        OSError
        | aiosmtplib.SMTPServerDisconnected
        | aiosmtplib.SMTPTimeoutError
        | aiosmtplib.SMTPConnectError,
    )
