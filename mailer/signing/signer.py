"""The signer: a message in, the same with its DKIM-Signature fields before it.

A header of ours changes little from one person to the next: what the last message had is not worked out
again, `h=` is written once, and the body is hashed once for all signatures. An RSA signature takes longer
than all the rest of a message and lets go of the interpreter: threads of our own make it, beside the loop.
One of Ed25519 takes no longer than the hash of a body, and is made at once (bench/signing.py).
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from mailer.model import Message
from mailer.signing.canonical import fields, name_of, relaxed, simple
from mailer.signing.hands import Hands
from mailer.signing.keys import Algorithm
from mailer.signing.seal import Identity, Seal

_BESIDE = frozenset({Algorithm.RSA})  # made by other threads; both kinds let go of the interpreter
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
        self._hands = Hands(THREADS)

    async def sign(self, message: Message) -> Message:
        """`message` with its signatures; neither its fields nor its body are touched."""
        header = self._read(message.header)
        body_hash = base64.b64encode(hashlib.sha256(simple(message.body)).digest())
        second = int(self._now().timestamp())
        unsealed = [seal.unsealed(second, body_hash) for seal in self._seals]
        signatures = await self._signatures([header + one.signed for one in unsealed])
        sealed = [one.sealed(signature) for one, signature in zip(unsealed, signatures, strict=True)]
        return Message(
            recipient=message.recipient,
            message_id=message.message_id,
            header=b"".join((*sealed, message.header)),
            body=message.body,
        )

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

    async def _signatures(self, texts: Sequence[bytes]) -> list[bytes]:
        """One for each identity; those that take long first, so that the others are made meanwhile."""
        begun = [
            self._hands.do(one.key.sign, text) if one.key.algorithm in _BESIDE else None
            for one, text in zip(self._identities, texts, strict=True)
        ]
        made = [
            one.key.sign(text) if future is None else b""
            for one, text, future in zip(self._identities, texts, begun, strict=True)
        ]
        return [await future if future is not None else made[at] for at, future in enumerate(begun)]


def _field(field: bytes) -> _Field:
    """What `X-…` says is for the first server alone, which may take it away: it is not signed."""
    name = name_of(field)
    return (b"", b"") if name[:2].lower() == b"x-" else (name, relaxed(field))
