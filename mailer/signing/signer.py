"""The signer: a message in, the same with its DKIM-Signature fields before it.

Few messages are signed where they are written. Of many, the signing costs the loop a third of its rate
(Ed25519) or two thirds (RSA): processes beside it do that (`hands`), and it goes on writing and sending.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Generator, Sequence
from datetime import datetime

from mailer.model import Message
from mailer.signing.hands import Hands
from mailer.signing.keys import Algorithm
from mailer.signing.seal import Identity
from mailer.signing.sealing import Sealer

_MANY = 500  # messages: fewer are signed before a process has begun
_QUICK = 100  # a second: slower, nothing is gained
_MOST_HANDS = 3
_LENGTH = 1000  # octets of a field, before there has been one


class Signer:
    """Signs every message in the name of each identity."""

    def __init__(self, identities: Sequence[Identity], now: Callable[[], datetime]) -> None:
        self._identities = tuple(identities)
        self._now = now
        self._sealer = Sealer(identities)
        self._hands: Hands | None = None
        self._length = _LENGTH * len(self._identities)

    def begin(self, count: int, seconds: float, fallen: Callable[[], None] = lambda: None) -> None:
        """So many messages are to be signed within a loop, in no less than `seconds`: with hands if it pays.

        `fallen` is called when one is lost; its messages are signed here. `close` must follow.
        """
        hands = _hands_for(self._identities)
        if self._hands is None and hands and count >= _MANY and count > seconds * _QUICK:
            # No such memory on this system, no more processes: as well without.
            with contextlib.suppress(OSError, AttributeError):
                self.lend(Hands(self._identities, hands, fallen))

    def lend(self, hands: Hands) -> None:
        """They sign for it, until `close`."""
        self._hands = hands

    @property
    def hands(self) -> int:
        """How many processes sign for it now."""
        return self._hands.at_work if self._hands is not None else 0

    def close(self) -> None:
        """Signs on its own from now on."""
        if self._hands is not None:
            self._hands.close()
            self._hands = None

    def sign(self, message: Message) -> "Signing":
        """Begin its signatures, if anybody can beside this process."""
        second = int(self._now().timestamp())
        asked = self._hands.ask(message, second) if self._hands is not None else None
        return Signing(self, with_header(message, message.header, self._length), second, asked)

    def sealed(self, message: Message, second: int) -> bytes:
        """Its fields, made here and now."""
        return self._sealer.seal(message.header, message.pieces, second)

    def as_long_as(self, sealed: bytes) -> None:
        """What a message's fields took is what the next one's will take, within a few octets."""
        self._length = len(sealed)


class Signing:
    """A message whose signatures are asked for; awaited, the message with them.

    Neither its fields nor its body are touched.
    """

    __slots__ = ("_asked", "_second", "_signer", "message")

    def __init__(
        self, signer: Signer, message: Message, second: int, asked: "asyncio.Future[bytes] | None"
    ) -> None:
        self._signer, self.message, self._second, self._asked = signer, message, second, asked

    def __await__(self) -> Generator[object, None, Message]:
        sealed, message = b"", self.message
        if self._asked is not None:
            sealed = yield from self._asked.__await__()
        if not sealed:
            sealed = self._signer.sealed(message, self._second)
        self._signer.as_long_as(sealed)
        return with_header(message, sealed + message.header, 0)


def with_header(message: Message, header: bytes, to_come: int) -> Message:
    """As `replace` would, in a third of its time."""
    return Message(
        recipient=message.recipient,
        message_id=message.message_id,
        header=header,
        pieces=message.pieces,
        sender=message.sender,
        to_come=to_come,
    )


def _hands_for(identities: Sequence[Identity]) -> int:
    """A core is left to the loop; one process keeps up with it in Ed25519."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    is_slow = any(one.key.algorithm is Algorithm.RSA for one in identities)
    return min(cores - 1, _MOST_HANDS if is_slow else 1)
