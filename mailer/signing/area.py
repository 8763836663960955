"""An area: memory that two processes share, cut in slots. A message goes in, its signatures come back.

It has no name and lies on no disk (memfd_create): whole mails stand in it. Copying a message of 60 KB into a
slot takes 2 µs; through a socket it would be copied twice, and wait for room.
"""

import mmap
import os
import struct
from collections.abc import Sequence

SLOTS = 64  # messages that may be in hand at the same time; connections are fewer
ROOM = 256 * 1024  # octets of a slot; nothing is taken of the machine before it is written to
_ASKED = struct.Struct("<QQII")  # the errand's number, the second, octets of the header, of the body
_ANSWERED = struct.Struct("<QI")  # the errand's number, octets of the fields
_MOST = ROOM - _ASKED.size


class Area:
    """The slots, as either side sees them."""

    def __init__(self, descriptor: int) -> None:
        """`descriptor` of what `new` made; it stays the caller's."""
        self._memory = mmap.mmap(descriptor, SLOTS * ROOM)
        self._view = memoryview(self._memory)

    @staticmethod
    def new() -> int:
        """The descriptor of a new one. OSError, or AttributeError where the system has no such memory."""
        descriptor = os.memfd_create("mailer-signing", os.MFD_CLOEXEC)
        os.ftruncate(descriptor, SLOTS * ROOM)
        return descriptor

    def put(self, slot: int, number: int, second: int, header: bytes, pieces: Sequence[bytes]) -> bool:
        """Ask for a message's signatures, under a `number` of its own; False when the slot is too small."""
        size = sum(map(len, pieces))
        if len(header) + size > _MOST:
            return False
        memory, start = self._memory, slot * ROOM
        _ASKED.pack_into(memory, start, number, second, len(header), size)
        at = start + _ASKED.size
        for piece in (header, *pieces):
            memory[at : at + len(piece)] = piece
            at += len(piece)
        return True

    def asked(self, slot: int) -> tuple[int, int, bytes, memoryview]:
        """What was asked: number, second, header and body. The body is the slot's own memory."""
        start = slot * ROOM
        number, second, header, size = _ASKED.unpack_from(self._memory, start)
        start += _ASKED.size
        body = start + header
        return number, second, bytes(self._view[start:body]), self._view[body : body + size]

    def answer(self, slot: int, number: int, sealed: bytes) -> None:
        """The fields of the message that stood in the slot, in its place."""
        start = slot * ROOM
        _ANSWERED.pack_into(self._memory, start, number, len(sealed))
        start += _ANSWERED.size
        self._memory[start : start + len(sealed)] = sealed

    def answered(self, slot: int, number: int) -> bytes:
        """The fields that were answered; empty when it is no answer to the errand of that `number`."""
        start = slot * ROOM
        found, size = _ANSWERED.unpack_from(self._memory, start)
        if found != number or size > ROOM - _ANSWERED.size:
            return b""
        start += _ANSWERED.size
        return self._memory[start : start + size]

    def close(self) -> None:
        """Give the memory back."""
        self._view.release()
        self._memory.close()
