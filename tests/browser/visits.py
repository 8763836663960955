"""A real site on a real port of this machine, for a browser to visit."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mailer.web.serving import serve
from tests.web.premises import Premises


@contextmanager
def open_site(premises: Premises) -> Iterator[str]:
    """The address of the site while it is open, as http://127.0.0.1:40123."""
    listening = threading.Event()
    told: list[str] = []
    loop = asyncio.new_event_loop()

    def tell(address: str) -> None:
        told.append(address)
        listening.set()

    def run() -> None:
        task = loop.create_task(serve(premises.app, "127.0.0.1", 0, started=tell))
        tasks.append(task)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.close()

    tasks: list[asyncio.Task[None]] = []
    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert listening.wait(10)
        yield told[0]
    finally:
        loop.call_soon_threadsafe(tasks[0].cancel)
        thread.join(10)
