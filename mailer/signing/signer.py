"""The signer: a message in, the same with its DKIM-Signature fields before it.

A header of ours changes little from one person to the next: what the last message had is not worked out
again, `h=` is written once, and the body is hashed once for all signatures. An RSA signature takes longer
than all the rest of a message and lets go of the interpreter: threads of our own make it, with the hash,
beside the loop. Ed25519 takes no longer than the way there and back, and is signed at once (bench/signing.py,
and a whole send: 0.83 of the unsigned rate, 0.71 through threads).
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from mailer.model import Message
from mailer.signing.canonical import fields, name_of, relaxed, simple
from mailer.signing.hands import Hands
from mailer.signing.keys import Algorithm
from mailer.signing.seal import Identity, Seal

THREADS = 2  # for RSA: with them, signing keeps up with one loop that writes and sends
_Field = tuple[bytes, bytes]  # its name and its relaxed form; both empty when it is not signed


class Signer:
    """Signs every message in the name of each identity.

    Its threads end with it. May be used from one event loop at a time.
    """

    def __init__(self, identities: Sequence[Identity], now: Callable[[], datetime]) -> None:
        self._identities = tuple(identities)
        self._now = now
        self._known: dict[bytes, _Field] = {}  # the fields of the last message
        self._names: tuple[bytes, ...] = ()
        self._seals: list[Seal] = []
        self._slow = any(one.key.algorithm is Algorithm.RSA for one in identities)
        self._hands = Hands(THREADS)

    async def sign(self, message: Message) -> Message:
        """`message` with its signatures; neither its fields nor its body are touched."""
        header, seals, second = self._read(message.header), self._seals, int(self._now().timestamp())
        if self._slow:
            sealed = await self._hands.do(lambda: _sealed(seals, header, message.pieces, second))
        else:
            sealed = _sealed(seals, header, message.pieces, second)
        return replace(message, header=sealed + message.header)

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


def _sealed(seals: Sequence[Seal], header: bytes, pieces: Sequence[bytes], second: int) -> bytes:
    """The signature fields of a message; from any thread."""
    body_hash = base64.b64encode(_digest(pieces))
    return b"".join([seal.sealed(header, second, body_hash) for seal in seals])


def _digest(pieces: Sequence[bytes]) -> bytes:
    """SHA-256 of a body's canonical form."""
    if len(pieces[-1]) <= 2 or simple(pieces[-1]) is not pieces[-1]:  # what is before it may end the body
        return hashlib.sha256(simple(b"".join(pieces))).digest()
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.digest()


def _field(field: bytes) -> _Field:
    """What `X-…` says is for the first server alone, which may take it away: it is not signed."""
    name = name_of(field)
    return (b"", b"") if name[:2].lower() == b"x-" else (name, relaxed(field))
