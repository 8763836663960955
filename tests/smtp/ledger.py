"""The witness: what the fault server accepted, in memory and, before each 250, on disk."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_MESSAGE_ID = re.compile(rb"^message-id:[ \t\r\n]*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One message accepted for one recipient; `size` and `data` are as RFC 5321, 4.5.2 leaves them.

    `data` is empty when the server keeps none, and when it was read from a file.
    """

    recipient: str
    message_id: str  # with its angle brackets; empty: it had none
    size: int  # octets, dots taken off
    sender: str = ""
    connection: int = 0  # from 1
    data: bytes = b""


class Ledger:
    """Accepted messages in order."""

    def __init__(self, path: Path | None = None) -> None:
        self.accepted: list[Accepted] = []
        self._file = None if path is None else path.open("ab", buffering=0)
        # How each connection began and ended: what a sender that was killed can be held to (P2).
        self._said = None if path is None else path.with_suffix(".connections").open("ab", buffering=0)

    def write(self, accepted: Iterable[Accepted]) -> None:
        """On disk when this returns, if there is a file: only then may the server say 250."""
        rows = list(accepted)
        self.accepted += rows
        if self._file is None:
            return
        self._file.write(b"".join(_line(row) for row in rows))
        os.fsync(self._file.fileno())

    def note(self, word: str) -> None:
        """A connection was opened ("open"), or its client took leave ("quit")."""
        if self._said is not None:
            self._said.write(word.encode() + b"\n")

    def counts(self) -> Counter[str]:
        """How many messages each recipient has got."""
        return Counter(row.recipient for row in self.accepted)

    def close(self) -> None:
        """Close the files."""
        for opened in (self._file, self._said):
            if opened is not None:
                opened.close()


def read_ledger(path: Path) -> list[Accepted]:
    """The rows of a ledger's file; a last line without its end was never promised, and is left out."""
    whole = path.read_bytes().rpartition(b"\n")[0]
    return [Accepted(**json.loads(line)) for line in whole.splitlines()]


def message_id(data: bytes) -> str:
    """The Message-ID of a message; empty when it has none."""
    found = _MESSAGE_ID.search(data.partition(b"\r\n\r\n")[0])
    return found[1].decode("ascii", "replace") if found else ""


def _line(row: Accepted) -> bytes:
    kept = {"recipient": row.recipient, "message_id": row.message_id, "size": row.size}
    return json.dumps(kept).encode() + b"\n"
