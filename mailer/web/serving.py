"""The server around the site: uvicorn on one socket, tasks beside it, a clean stop."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from mailer.errors import UsageError, why
from mailer.words import Text

_PATIENCE = 10  # seconds for requests in flight when the server stops
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]


async def serve(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    background: Sequence[Callable[[], Awaitable[None]]] = (),
    started: Callable[[str], None] | None = None,
    trusted_proxies: Sequence[str] = (),
) -> None:
    """Serve `app` until SIGTERM or SIGINT (a second one stops at once), or until a task fails.

    `port` 0 is any that is free; `started` is told the address, as http://127.0.0.1:8000. Each of
    `background` runs beside the server from then on; when requests have stopped it is cancelled and
    waited for, so what it must finish stands in its `finally`. One that ends is left at that; one that
    fails stops the server, and its exception is raised here. `trusted_proxies` are the networks whose
    X-Forwarded-For and X-Forwarded-Proto are believed. `UsageError` when the address cannot be taken.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        access_log=False,  # it would write tokens
        log_config=None,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_PATIENCE,
    )
    server = _Server(config, _address(listener), started)
    tasks: list[asyncio.Task[None]] = []
    server.on_start = lambda: tasks.extend(_run(one, server) for one in background)
    try:
        await server.serve(sockets=[listener])
    finally:
        listener.close()
        failures = await _stop(tasks)
    if failures:
        raise failures[0]


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run `main`, a coroutine that serves, on the quickest loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415  not on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop


class _Server(uvicorn.Server):
    """uvicorn's, that tells when it listens and does not raise its signals again once it has stopped."""

    def __init__(self, config: uvicorn.Config, address: str, started: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self._address, self._tell = address, started
        self.on_start: Callable[[], object] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what is there by now stays: no collection walks over it again, a tenth of each answer
        self.on_start()
        if self._tell is not None:
            self._tell(self._address)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:  # the latter for what cannot be a host's name
        raise _taken(host, port, error) from None
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise _taken(host, port, error) from None
    return listener


def _taken(host: str, port: int, error: OSError | UnicodeError) -> UsageError:
    return UsageError(
        Text(
            "the site cannot listen on {host}, port {port} ({reason}). Is it running already? "
            "Else choose another with --port.",
            host=host,
            port=str(port),
            reason=why(error) if isinstance(error, OSError) else str(error),
        )
    )


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _run(one: Callable[[], Awaitable[None]], server: uvicorn.Server) -> asyncio.Task[None]:
    async def watched() -> None:
        try:
            await one()
        except Exception:
            server.should_exit = True
            raise

    return asyncio.create_task(watched())


async def _stop(tasks: Sequence[asyncio.Task[None]]) -> list[BaseException]:
    """Cancel what still runs, wait for all, and give back what failed."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [
        one
        for one in results
        if isinstance(one, BaseException) and not isinstance(one, asyncio.CancelledError)
    ]
