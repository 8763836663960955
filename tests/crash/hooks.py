"""Where a process can die: before, within and after each thing that leaves its memory. Counted, in order.

As SQLite's own tests do (sqlite.org/testing.html, 3.3): fail at the first operation, then at the second, and
so on until a run passes untouched. The product knows nothing of it: its classes are wrapped in the child that
is to die.
"""

import os
from asyncio import selector_events
from collections.abc import Callable
from typing import Any

import aiosmtplib.protocol

from mailer.store.sqlite import Sqlite
from mailer.transport.stream import Replies

KILLED = 137  # what a shell says of SIGKILL


class Hooks:
    """Counts the places passed, and ends the process at the one asked for."""

    def __init__(self, at: int) -> None:
        """`at`: from 1; 0 for never."""
        self._at = at
        self.passed = 0

    def __call__(self) -> None:
        """A place: nothing of this process runs after it, no `finally`, no flush."""
        self.passed += 1
        if self.passed == self._at:
            os._exit(KILLED)

    def next_is_last(self) -> bool:
        """Whether the next place is the one."""
        return self.passed + 1 == self._at


def install(at: int) -> Hooks:
    """Wrap every commit, fsync, write and read of this process."""
    hooks = Hooks(at)
    _around(Sqlite, "try_begin", hooks)
    _around(Sqlite, "commit", hooks)
    _around(os, "fsync", hooks)
    _around(Replies, "data_received", hooks)
    _around(aiosmtplib.protocol.SMTPProtocol, "data_received", hooks)
    transport: Any = selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
    _around(transport, "close", hooks)
    _around(transport, "abort", hooks)
    transport.write = _writing(transport.write, hooks)
    return hooks


def _around(where: Any, name: str, hooks: Hooks) -> None:
    act = getattr(where, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        hooks()
        answer = act(*arguments, **named)
        hooks()
        return answer

    setattr(where, name, wrapped)


def _writing(write: Callable[[Any, bytes], None], hooks: Hooks) -> Callable[[Any, bytes], None]:
    """Before, with half of it gone, after."""

    def wrapped(transport: Any, data: bytes) -> None:
        hooks()
        if hooks.next_is_last():
            write(transport, bytes(data)[: len(data) // 2])
        hooks()
        write(transport, data)
        hooks()

    return wrapped
