"""An entry of the log of objections: one line of JSON, opaque ids and keyed hashes, never an address.

Who was erased has an entry too. Lines that nobody can read are passed over: the others still count.
"""

import json
from dataclasses import dataclass

_NUMBERS = 2**63  # what a BIGINT holds
_write = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: `what` is left (some lists), objected (everything), back (undone, or come again), erased,
    bounced (the address is given up), reached (it is not any more, on their word), complained (as an
    objection, and not theirs to undo).

    Or begun: a database was made, `source` being its name. Its file may be missing one day. Or joined: the
    first line of a log whose database was there already.
    """

    at: str
    what: str
    subscriber: int
    lists: tuple[str, ...] = ()
    address_hash: str = ""  # where known: an objection outlives the subscriber's row
    source: str = ""
    proof: str = ""

    def line(self) -> bytes:
        """As the log holds it."""
        said = {
            "at": self.at,
            "what": self.what,
            "subscriber": self.subscriber,
            "lists": self.lists,
            "hash": self.address_hash,
            "source": self.source,
            "proof": self.proof,
        }
        return _write(said).encode() + b"\n"


def parse(line: bytes) -> Entry | None:
    """A line as an entry; None for what a crash or a hand has spoilt."""
    try:
        said = json.loads(line)
        entry = Entry(
            at=str(said["at"]),
            what=str(said["what"]),
            subscriber=int(said["subscriber"]),
            lists=tuple(map(str, said["lists"])),
            address_hash=str(said["hash"]),
            source=str(said["source"]),
            proof=str(said.get("proof", "")),
        )
        "".join((entry.at, *entry.lists, entry.source, entry.proof)).encode()  # no halves of surrogate pairs
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return entry if 0 <= entry.subscriber < _NUMBERS else None
