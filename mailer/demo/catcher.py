"""A mail server that delivers nowhere: it keeps what it is sent, in memory, for the inbox to show."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from functools import cached_property
from typing import Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
KEPT = 1_000  # messages; older ones are forgotten
SIZE_LIMIT = 5_000_000  # octets of one message; Gmail itself takes 25 MB
_HEAD = 256_000  # octets: of a header longer than this, the rest is not read


@dataclass(frozen=True, kw_only=True)
class Caught:
    """One message as it came for one recipient; Python's own parser reads it, not ours."""

    number: int  # from 1, in order of arrival
    sender: str  # of the envelope (MAIL FROM); empty: the null sender
    recipient: str  # of the envelope (RCPT TO)
    raw: bytes
    at: datetime

    @cached_property
    def header(self) -> Message:
        """The header alone, read once: a list of a thousand messages stays quick."""
        head = self.raw.partition(b"\r\n\r\n")[0][:_HEAD]
        return BytesHeaderParser(policy=policy.default).parsebytes(head)

    def message(self) -> EmailMessage:
        """The whole message, read anew each time: its parts weigh more than its bytes."""
        parsed = BytesParser(policy=policy.default).parsebytes(self.raw)
        assert isinstance(parsed, EmailMessage)
        return parsed


class Catcher:
    """SMTP on loopback in the caller's event loop: `async with Catcher() as catcher`.

    `on_rcpt` is awaited with the recipient before each reply to RCPT, so a demonstration can slow a
    campaign down or hold it; `on_accepted` is told of each message before its 250 is written.
    An exception of either is answered by a 500 and ends nothing. `kept` bounds the memory.
    """

    def __init__(
        self,
        *,
        on_rcpt: Callable[[str], Awaitable[None]] | None = None,
        on_accepted: Callable[[Caught], None] | None = None,
        port: int = 0,
        kept: int = KEPT,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.port = port  # 0: any that is free, known after `start`
        self.messages: deque[Caught] = deque(maxlen=kept)
        self.counts: Counter[str] = Counter()  # every accepted message by recipient, forgotten ones too
        self._on_rcpt = on_rcpt
        self._on_accepted = on_accepted
        self._now = now
        self._server: asyncio.Server | None = None
        self._connections: WeakSet[SMTP] = WeakSet()

    async def start(self) -> None:
        """Listen; OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and cut what is open; what was caught stays readable."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._connections):
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()
        await asyncio.sleep(0)  # connections end one turn later
        self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def total(self) -> int:
        """All messages accepted so far."""
        return self.counts.total()

    def find(self, number: int) -> Caught | None:
        """The message of this number; None when there is none, or no longer."""
        return next((caught for caught in reversed(self.messages) if caught.number == number), None)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """aiosmtpd's hook: every recipient is welcome."""
        if self._on_rcpt is not None:
            await self._on_rcpt(address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook: the message is whole."""
        raw = envelope.original_content or b""
        sender = (envelope.mail_from or "").strip("<>")  # the null sender comes as "<>"
        for recipient in envelope.rcpt_tos:
            self._keep(sender, recipient, raw)
        return "250 2.0.0 caught"

    def _keep(self, sender: str, recipient: str, raw: bytes) -> None:
        caught = Caught(number=self.total + 1, sender=sender, recipient=recipient, raw=raw, at=self._now())
        self.messages.append(caught)
        self.counts[recipient] += 1
        if self._on_accepted is not None:
            self._on_accepted(caught)

    def _connection(self) -> SMTP:
        connection = SMTP(
            self,
            hostname="localhost",
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
        )
        self._connections.add(connection)
        return connection
