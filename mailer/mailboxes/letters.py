"""A mailbox as whoever acts on its mail sees it.

Python's own imaplib and poplib read them: each is small, kept with the language, and all that is
asked of them is to fetch bytes; a client library would bring its own parser of mail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

# Bytes of a letter that are read. What a server says of its failure stands before the mail it returns, which
# may be whole, attachments and all.
MOST = 1024 * 1024
PATIENCE_S = 60.0  # for each thing that is asked of a server


def nothing() -> None:
    """For a letter that is left as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail: its first `MOST` bytes; `name` is what a person finds it by."""

    name: str
    raw: bytes
    done: Callable[[], None] = nothing  # mark it as read, once what it asks for is on disk


class Mailbox(Protocol):
    """Where mail lies."""

    name: str  # for people: without user and password

    def letters(self, after: str) -> Iterator[Letter]:
        """Those that came after the position `after`, which `position` gave another time; empty: all.

        Raises `LaterError` when the connection is lost, `UsageError` for what somebody must mend. A letter
        that cannot be had, because it has gone or the server fails at it, is left out.
        """

    @property
    def position(self) -> str:
        """Where to go on next time; letters are given twice rather than never."""

    def close(self) -> None:
        """End it; never raises."""
