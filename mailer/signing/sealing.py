"""The sealer: a message's DKIM-Signature fields, worked out where it stands: in the sender or in a hand.

A header of ours changes little from one person to the next: what the last message had is not worked out
again, `h=` is written once, and the body is hashed once for all signatures.
"""

import base64
import hashlib
from collections.abc import Sequence

from mailer.signing.canonical import fields, name_of, relaxed, simple
from mailer.signing.seal import Identity, Seal

_Field = tuple[bytes, bytes]  # its name and its relaxed form; both empty when it is not signed


class Sealer:
    """Seals every message in the name of each identity. In one thread at a time."""

    def __init__(self, identities: Sequence[Identity]) -> None:
        self._identities = tuple(identities)
        self._known: dict[bytes, _Field] = {}  # the fields of the last message
        self._names: tuple[bytes, ...] = ()
        self._seals: list[Seal] = []

    def seal(self, header: bytes, pieces: Sequence[bytes | memoryview], second: int) -> bytes:
        """The signature fields of a message, each with its CRLF; `second` of Unix time says when."""
        canonical, body_hash = self._read(header), base64.b64encode(_digest(pieces))
        return b"".join([seal.sealed(canonical, second, body_hash) for seal in self._seals])

    def _read(self, header: bytes) -> bytes:
        """The canonical header; the seals are made anew when other fields stand in it.

        From the last field to the first: of a name that comes twice, verifiers take the last one first
        (RFC 6376, 5.4.2).
        """
        found = fields(header)
        known = self._known
        read = [known.get(field) or _field(field) for field in found]
        self._known = dict(zip(found, read, strict=True))
        read.reverse()
        names = tuple([name for name, _ in read])
        if names != self._names or not self._seals:
            signed = [name for name in names if name]
            self._seals = [Seal(identity, signed) for identity in self._identities]
            self._names = names
        return b"".join([canonical for _, canonical in read])


def _digest(pieces: Sequence[bytes | memoryview]) -> bytes:
    """SHA-256 of a body's canonical form."""
    end = bytes(pieces[-1][-4:])
    if len(end) < 4 or simple(end) is not end:  # what is before it may end the body
        return hashlib.sha256(simple(b"".join(pieces))).digest()
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.digest()


def _field(field: bytes) -> _Field:
    """What `X-…` says is for the first server alone, which may take it away: it is not signed."""
    name = name_of(field)
    return (b"", b"") if name[:2].lower() == b"x-" else (name, relaxed(field))
