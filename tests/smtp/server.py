"""A real SMTP server that misbehaves on demand, and an independent witness of what it accepted."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.smtp.dialogue import Dialogue
from tests.smtp.ledger import Ledger
from tests.smtp.script import Reply, Rule, Script, Table
from tests.smtp.wire import Wire

# A self-signed certificate for localhost and 127.0.0.1, with its key: public, worth nothing elsewhere.
CERTIFICATE = Path(__file__).parent / "loopback.pem"


class FaultServer:
    """SMTP on loopback: `async with FaultServer([Rule(…)]) as server`, or `running(…)` from a thread.

    `script`: rules, or a callable asked at each stage. `delay`: seconds before each reply to a dot.
    `idle`: seconds without a command after which the server says `idle_says`, if anything, and leaves.
    `data_without_recipient`: the answer to DATA when every RCPT was refused: 503, 554, or 354 (then 554
    to the dot). `users`: names and passwords; with any, MAIL before AUTH is refused. `keep`: whether
    messages and transcripts stay in memory.
    """

    def __init__(
        self,
        script: Script | Sequence[Rule] = (),
        *,
        port: int = 0,
        ledger: Path | None = None,
        keep: bool = True,
        pipelining: bool = True,
        size: int = 20_000_000,
        starttls: bool = False,
        implicit_tls: bool = False,
        users: Mapping[str, str] | None = None,
        extensions: Sequence[str] = ("8BITMIME", "ENHANCEDSTATUSCODES"),
        data_without_recipient: int = 503,
        delay: float = 0,
        idle: float | None = None,
        idle_says: Reply | None = None,
    ) -> None:
        self.name = "localhost"
        self.host = "127.0.0.1"
        self.port = port
        self.script: Script = Table(script) if isinstance(script, Sequence) else script
        self.ledger = Ledger(ledger)
        self.keep = keep
        self.pipelining = pipelining
        self.size = size
        self.starttls = starttls
        self.implicit_tls = implicit_tls
        self.users = users or {}
        self.extensions = tuple(extensions)
        self.data_without_recipient = data_without_recipient
        self.delay = delay
        self.idle = idle
        self.idle_says = idle_says
        self.dialogues: list[Dialogue] = []
        self.faults: list[str] = []  # what no honest sender does
        self.empty_messages = 0  # accepted; also among the faults
        self.open = 0
        self.most_open = 0
        self.held = 0  # connections that hang now
        self.released = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        if self.starttls or self.implicit_tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(CERTIFICATE)
        self._server = await self._loop.create_server(
            lambda: Wire(self._begin, paused=self.implicit_tls), self.host, self.port, backlog=256
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for dialogue in self.dialogues:
            dialogue.wire.transport.abort()
        self.ledger.close()

    @property
    def connections(self) -> int:
        """How many there have been."""
        return len(self.dialogues)

    def features(self, secured: bool) -> tuple[str, ...]:
        """What EHLO answers after the name."""
        offered = {
            "PIPELINING": self.pipelining,
            f"SIZE {self.size}": True,
            "STARTTLS": self.starttls and not secured,
            "AUTH PLAIN LOGIN": bool(self.users),
        }
        return (*(name for name, yes in offered.items() if yes), *self.extensions)

    def release(self) -> None:
        """Let go of those that hang now; may be called from another thread."""
        self._loop.call_soon_threadsafe(self._release)

    def wait(self, condition: "Callable[[FaultServer], object]", timeout: float = 10) -> None:
        """From another thread than the server's: until `condition(server)`; TimeoutError otherwise."""
        until = time.monotonic() + timeout
        while not condition(self):
            if time.monotonic() > until:
                raise TimeoutError("the server never came to that")
            time.sleep(0.005)

    async def reach(self, condition: "Callable[[FaultServer], object]", timeout: float = 10) -> None:
        """In the server's loop: until `condition(server)`; TimeoutError otherwise."""
        async with asyncio.timeout(timeout):
            while not condition(self):
                await asyncio.sleep(0.005)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Count one more that hangs."""
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1

    def _release(self) -> None:
        self.released.set()
        self.released = asyncio.Event()

    def _begin(self, wire: Wire) -> None:
        dialogue = Dialogue(self, wire, self.connections + 1)
        self.dialogues.append(dialogue)
        self.ledger.note("open")
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        task = self._loop.create_task(dialogue.run())
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.open -= 1
        if not task.cancelled() and (problem := task.exception()) is not None:
            self.faults.append(f"the server itself failed: {problem!r}")


@contextmanager
def running(server: FaultServer) -> Iterator[FaultServer]:
    """The server in a thread of its own: for tests and senders that have no loop, or another process."""
    ready, stop, loops = threading.Event(), asyncio.Event(), []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        async with server:
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    if not ready.wait(10):
        raise TimeoutError("the server did not start")
    try:
        yield server
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(10)


def trusting() -> ssl.SSLContext:
    """A client's context that trusts the server's certificate, and no other."""
    return ssl.create_default_context(cafile=CERTIFICATE)
