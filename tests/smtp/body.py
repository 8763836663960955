"""The message after 354: read to its final dot, dots taken off, faults of the sender noted."""

import re
from typing import TYPE_CHECKING

from tests.smtp.script import After, Stage

if TYPE_CHECKING:
    from tests.smtp.dialogue import Dialogue

_END = b"\r\n.\r\n"
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LONGEST = 998  # octets in a line without its CRLF (RFC 5321, 4.5.3.1.6)


async def read_body(dialogue: "Dialogue") -> bytes:
    """The message as it was before its dots were doubled (RFC 5321, 4.5.2)."""
    raw = await _raw(dialogue)
    dialogue.note("C", f"<{len(raw)} octets>".encode())
    if dialogue.wire.buffer and dialogue.recipients:
        # RFC 2920 allows it; our sender promises not to: one lost connection must leave one Unknown
        dialogue.fault("wrote on before the reply to the dot")
    data = raw.removesuffix(b".\r\n")
    if data.startswith(b"."):
        data = data[1:]
    data = data.replace(b"\r\n.", b"\r\n")
    for fault in _faults(data):
        dialogue.fault(fault)
    return data


async def _raw(dialogue: "Dialogue") -> bytes:
    """What the client wrote, its dot line included."""
    action = await dialogue.interrupt(Stage.BODY)
    raw = bytearray(b"\r\n")  # so that a lone dot is found like any other
    while True:
        if isinstance(action, After) and len(raw) - 2 + len(dialogue.wire.buffer) >= action.count:
            then, action = action.then, None
            await dialogue.act(then, Stage.BODY)
        start = max(0, len(raw) - len(_END))
        raw += dialogue.wire.take(len(dialogue.wire.buffer))
        end = raw.find(_END, start)
        if end >= 0:
            dialogue.wire.buffer[:0] = raw[end + len(_END) :]
            return bytes(raw[2 : end + len(_END)])
        await dialogue.wire.more()


def _faults(data: bytes) -> list[str]:
    found = []
    if _BARE.search(data):
        found.append("a bare CR or LF in the message")
    if max(map(len, data.split(b"\r\n"))) > _LONGEST:
        found.append(f"a line over {_LONGEST} octets in the message")
    if b"\0" in data:
        found.append("a NUL in the message")
    return found
