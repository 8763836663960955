"""One message through a connection to the fault server, and what both sides say of it."""

import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from mailer.delivery import Outcome, Phase
from mailer.model import Mark, Message
from mailer.transport.dialogue import PATIENCE_S, Dialogue
from mailer.transport.smtp import Server, Smtp
from tests.smtp.server import CERTIFICATE, FaultServer

TO = "a@example.org"
BODY = b"Bonjour,\r\n" + b"x" * 70 + b"\r\n"
SHORT: Mapping[Phase, float] = dict.fromkeys(PATIENCE_S, 0.3)


def message(to: str = TO, body: bytes = BODY) -> Message:
    """A small message."""
    header = f"From: s@example.org\r\nTo: {to}\r\nMessage-ID: <{to}>\r\nSubject: x\r\n".encode()
    return Message(recipient=to, message_id=f"<{to}>", header=header, pieces=(body,))


async def yes() -> bool:
    """A mark that is given."""
    return True


async def no() -> bool:
    """A mark that is refused."""
    return False


def marked(message: Message, said: Callable[[], Awaitable[bool]]) -> Mark:
    """The mark of a message that leaves as it is, once `said` gives it."""

    async def mark() -> Message | None:
        return message if await said() else None

    return mark


def way(
    server: FaultServer,
    *,
    security: str = "none",
    login: str = "",
    trusted: bool = True,
    patience: Mapping[Phase, float] = PATIENCE_S,
    monotonic: Callable[[], float] = time.monotonic,
) -> Smtp:
    """The way out to `server`; `trusted`: its certificate is known."""
    context = ssl.create_default_context(cafile=str(CERTIFICATE)) if trusted else None
    return Smtp(
        Server(
            host="localhost" if security != "none" else server.host,
            port=server.port,
            security=security,
            username=login,
            password=lambda: "secret",
            sender="s@example.org",
            connections=4,
        ),
        context,
        patience,
        monotonic,
    )


@dataclass(slots=True)
class Sent:
    """What came of messages sent one after the other; a lost connection is opened again."""

    outcomes: list[Outcome]
    marked: int


async def send(
    out: Smtp,
    *messages: Message,
    mark: Callable[[], Awaitable[bool]] = yes,
) -> Sent:
    """Each message in turn; what keeps a connection from opening is its outcome."""
    done = Sent([], 0)
    connection: Dialogue | None = None

    async def counted() -> bool:
        done.marked += 1
        return await mark()

    for one in messages or (message(),):
        if connection is None:
            opened = await out.open()
            if isinstance(opened, Outcome):
                done.outcomes.append(opened)
                continue
            connection = opened
        outcome = await connection.send(one, marked(one, counted))
        done.outcomes.append(outcome)
        if outcome.lost:
            connection = None
    if connection is not None:
        await connection.close()
    return done
