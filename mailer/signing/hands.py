"""Hands: processes that sign beside an event loop, and cost it a third of what an Ed25519 signature would.

A thread would take the interpreter's lock from the loop, and a pipe would carry every message twice. Here a
message is copied into memory that both see (`area`), and what is asked in one turn of the loop is told in one
word; so are the answers. Whatever is not answered, for whatever cause, is signed by who asked.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence

from mailer.model import Message
from mailer.signing.area import SLOTS, Area
from mailer.signing.hand import MOST, READY, SLOT, keys_of
from mailer.signing.seal import Identity

_PATIENCE_S = 5.0  # without an answer: then it is given up
Begin = Callable[[int, int], "subprocess.Popen[bytes]"]
_OURS, _MODULES = "MAILER_", "PYTHONPATH"  # variables: ours, passwords among them; where modules are found
_FIELD = b"DKIM-Signature: "


class Hands:
    """So many processes, from now until `close`. They are of the loop that runs now, and of its thread."""

    def __init__(
        self,
        identities: Sequence[Identity],
        count: int,
        fallen: Callable[[], None],
        *,
        begin: Begin | None = None,
        patience: float = _PATIENCE_S,
    ) -> None:
        """`fallen` is called at each one that is given up: dead, talking nonsense, or silent for `patience`.

        `begin` starts one, given its two descriptors. OSError, AttributeError: not on this system.
        """
        self._loop = asyncio.get_running_loop()
        self._fields, self._fallen, self._patience = len(identities), fallen, patience
        self._free = list(range(SLOTS))
        self._number = 0
        self._hands: list[_Hand] = []
        descriptor = Area.new()
        try:
            self._area = Area(descriptor)
            self._look_again = self._loop.call_later(patience, self._look)
            self._begin(identities, count, lambda door: (begin or _begun)(door, descriptor))
        finally:
            os.close(descriptor)

    def _begin(
        self, identities: Sequence[Identity], count: int, begin: "Callable[[int], subprocess.Popen[bytes]]"
    ) -> None:
        try:
            for _ in range(count):
                hand = _Hand(keys_of(identities), begin)
                self._hands.append(hand)
                self._loop.add_reader(hand.door, self._hear, hand)
        except BaseException:
            self.close()
            raise

    @property
    def at_work(self) -> int:
        """How many there are, those that are about to be ready included."""
        return len(self._hands)

    @property
    def processes(self) -> list[int]:
        """Their numbers."""
        return [hand.process.pid for hand in self._hands]

    def ask(self, message: Message, second: int) -> "asyncio.Future[bytes] | None":
        """Its signature fields, or none (then who asked signs); None when nobody can take it now."""
        hand = self._idlest()
        if hand is None or not self._free:
            return None
        slot = self._free[-1]  # the one last given back: it is still in the processor's cache
        self._number += 1
        if not self._area.put(slot, self._number, second, message.header, message.pieces):
            return None
        self._free.pop()
        future: asyncio.Future[bytes] = self._loop.create_future()
        hand.out[slot] = (self._number, future)
        if not hand.asked:
            self._loop.call_soon(self._tell, hand)
        hand.asked.append(slot)
        return future

    def close(self) -> None:
        """End them. What they have in hand is not answered."""
        self._look_again.cancel()
        for hand in list(self._hands):
            self._dismiss(hand)
        self._area.close()

    def _idlest(self) -> "_Hand | None":
        found = None
        for hand in self._hands:
            if hand.ready and (found is None or len(hand.out) < len(found.out)):
                found = hand
        return found

    def _tell(self, hand: "_Hand") -> None:
        """All that was asked in this turn of the loop."""
        if hand.asked and hand in self._hands:
            asked, hand.asked = hand.asked, []
            try:
                hand.door.send(b"".join([SLOT.pack(slot) for slot in asked]))
            except OSError:  # it is no more, or takes nothing in
                self._give_up(hand)

    def _hear(self, hand: "_Hand") -> None:
        try:
            said = hand.door.recv(MOST)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            said = b""
        if said == READY and not hand.ready:
            hand.ready, hand.seen = True, -1
        elif not hand.ready or not said or len(said) % SLOT.size or not self._done(hand, said):
            self._give_up(hand)

    def _done(self, hand: "_Hand", said: bytes) -> bool:
        """Slots come back; False when that is no answer to what was asked."""
        for (slot,) in SLOT.iter_unpack(said):
            number, future = hand.out.get(slot, (0, None))
            if future is None:
                return False
            sealed = self._area.answered(slot, number)
            if not self._is_whole(sealed):
                return False
            del hand.out[slot]
            self._free.append(slot)
            if not future.done():  # cancelled meanwhile
                future.set_result(sealed)
        hand.answers += 1
        return True

    def _is_whole(self, sealed: bytes) -> bool:
        """Fields, one for each key: nothing leaves with fewer."""
        ends = sealed.startswith(_FIELD) and sealed.endswith(b"\r\n")
        return ends and sealed.count(_FIELD) == self._fields

    def _look(self) -> None:
        """Give up those who have had something to do since the last look, and have answered nothing."""
        for hand in list(self._hands):
            if hand.seen == hand.answers:
                self._hear(hand)  # where it is the loop that came late, the answer is there
            if hand.seen == hand.answers:
                self._give_up(hand)
            hand.seen = hand.answers if hand.out or not hand.ready else -1
        self._look_again = self._loop.call_later(self._patience, self._look)

    def _give_up(self, hand: "_Hand") -> None:
        if hand in self._hands:
            self._dismiss(hand)
            self._fallen()

    def _dismiss(self, hand: "_Hand") -> None:
        self._hands.remove(hand)
        self._loop.remove_reader(hand.door)
        hand.end()
        self._free += hand.out
        for _, future in hand.out.values():
            if not future.done():
                future.set_result(b"")


class _Hand:
    """One process, and what it has in hand."""

    def __init__(self, keys: bytes, begin: "Callable[[int], subprocess.Popen[bytes]]") -> None:
        self.ready = False
        self.out: dict[int, tuple[int, asyncio.Future[bytes]]] = {}  # slot: the errand's number, who waits
        self.asked: list[int] = []  # slots it has not been told of yet
        self.answers, self.seen = 0, -1
        self.door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self.door.setblocking(False)
            self.door.send(keys)
            self.process = begin(theirs.fileno())
        except BaseException:
            self.door.close()
            raise
        finally:
            theirs.close()

    def end(self) -> None:
        """It holds nothing that could be lost: what it has in hand is signed by who asked."""
        self.door.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()


def _begun(door: int, memory: int) -> "subprocess.Popen[bytes]":
    """In a session of its own, away from a terminal's Ctrl-C; without the passwords of our environment.

    It finds the modules where this process does, and never in the folder it happens to stand in (-P).
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    environ[_MODULES] = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", "mailer.signing.hand", str(door), str(memory)],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(door, memory),
        start_new_session=True,
    )
