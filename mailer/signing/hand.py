"""A hand: the process that signs beside a sender, `python -m mailer.signing.hand SOCKET MEMORY`.

Two descriptors that it inherits are all it has: through the first come the keys, then the slots to be
signed, which it gives back; in the second stand the messages. It reads no file, opens no connection, writes
no log. It ends when the other end of its socket is closed, however the sender ended; the signals that stop a
sender leave it alone, since what is in flight is finished first (P12).
"""

import contextlib
import json
import signal
import socket
import struct
import sys
from collections.abc import Sequence

from mailer.signing.area import SLOTS, Area
from mailer.signing.keys import read_key
from mailer.signing.seal import Identity
from mailer.signing.sealing import Sealer

READY = b"ready"
SLOT = struct.Struct("<I")
MOST = SLOTS * SLOT.size  # octets of one errand
_TOGETHER = 4 * SLOT.size  # told of in one word: each word costs the loop a turn
_KEYS = 64 * 1024


def keys_of(identities: Sequence[Identity]) -> bytes:
    """The first thing a hand is told."""
    return json.dumps(
        [[one.domain, one.selector, one.key.pem.decode("ascii")] for one in identities]
    ).encode()


def main(words: Sequence[str]) -> None:
    """Sign until nobody asks any more."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    with socket.socket(fileno=int(words[0])) as door, contextlib.suppress(ConnectionError):
        if told := door.recv(_KEYS):
            _work(door, Area(int(words[1])), _identities(told))


def _identities(told: bytes) -> list[Identity]:
    return [
        Identity(domain=domain, selector=selector, key=read_key(pem.encode("ascii"), ""))
        for domain, selector, pem in json.loads(told)
    ]


def _work(door: socket.socket, area: Area, identities: Sequence[Identity]) -> None:
    sealer = Sealer(identities)
    door.send(READY)
    while errand := door.recv(MOST):
        for at in range(0, len(errand), _TOGETHER):
            some = errand[at : at + _TOGETHER]
            for (slot,) in SLOT.iter_unpack(some):
                number, second, header, body = area.asked(slot)
                area.answer(slot, number, sealer.seal(header, (body,), second))
            door.send(some)


if __name__ == "__main__":
    main(sys.argv[1:])
