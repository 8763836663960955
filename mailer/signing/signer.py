"""The signer: a message in, the same with its DKIM-Signature fields before it.

Few messages are signed where they are written. Of many, the signing costs the loop a third of its rate
(Ed25519) or two thirds (RSA): processes beside it do that (`hands`), and it goes on writing and sending.
"""

import contextlib
import os
from collections.abc import Callable, Sequence
from datetime import datetime

from mailer.model import Message
from mailer.signing.hands import Hands
from mailer.signing.keys import Algorithm
from mailer.signing.seal import Identity
from mailer.signing.sealing import Sealer

_MANY = 500  # messages: fewer are signed before a process has begun
_QUICK = 100  # a second: slower, nothing is gained
_MOST_HANDS = 3


class Signer:
    """Signs every message in the name of each identity."""

    def __init__(self, identities: Sequence[Identity], now: Callable[[], datetime]) -> None:
        self._identities = tuple(identities)
        self._now = now
        self._sealer = Sealer(identities)
        self._hands: Hands | None = None

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

    async def sign(self, message: Message) -> Message:
        """`message` with its signatures; neither its fields nor its body are touched."""
        second, sealed = int(self._now().timestamp()), b""
        if self._hands is not None and (asked := self._hands.ask(message, second)) is not None:
            sealed = await asked
        if not sealed:
            sealed = self._sealer.seal(message.header, message.pieces, second)
        # As `replace` would, in a third of its time.
        return Message(
            recipient=message.recipient,
            message_id=message.message_id,
            header=sealed + message.header,
            pieces=message.pieces,
            sender=message.sender,
        )


def _hands_for(identities: Sequence[Identity]) -> int:
    """A core is left to the loop. Where there are two, Ed25519 gains nothing from the way there and back."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if any(one.key.algorithm is Algorithm.RSA for one in identities):
        return min(cores - 1, _MOST_HANDS)
    return 1 if cores > 2 else 0
