"""Processes that sign beside a loop: every message has its signatures, whatever becomes of who makes them."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest
import uvloop

from mailer.model import Message
from mailer.signing.area import ROOM, SLOTS
from mailer.signing.hands import Begin, Hands
from mailer.signing.sealing import Sealer
from mailer.signing.signer import Signer
from tests.signing.verifier import BOTH, NOON, holds, identity

pytestmark = pytest.mark.skipif(
    not hasattr(os, "memfd_create"), reason="without such memory the sender signs all"
)
_HEADER = b"From: a@lettre.example.org\r\nTo: m%d@example.org\r\nSubject: Essai %d\r\n"
_SECOND = int(NOON.timestamp())
_KEYS = [identity(one) for one in BOTH]
_PATIENCE_S = 20.0


def _message(number: int, size: int = 3000) -> Message:
    header, body = _HEADER % (number, number), b"%d: " % number + b"x" * size
    pieces = (body[:9], body[9:], b"\r\n")
    return Message(recipient="b@example.org", message_id="<x@y>", header=header, pieces=pieces)


def _sealed(number: int) -> bytes:
    """What the sender itself would put before the message: neither kind of signature draws lots."""
    message = _message(number)
    return Sealer(_KEYS).seal(message.header, message.pieces, _SECOND)


class _Told:
    """How often somebody was told that a process is lost."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@contextlib.contextmanager
def _hands(
    told: Callable[[], None], count: int = 1, *, begin: Begin | None = None, patience: float = 10.0
) -> Iterator[Hands]:
    hands = Hands(_KEYS, count, told, begin=begin, patience=patience)
    try:
        yield hands
    finally:
        hands.close()


async def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


async def _ready(hands: Hands) -> "asyncio.Future[bytes]":
    """The first message that one takes."""
    taken: list[asyncio.Future[bytes]] = []

    def takes() -> bool:
        asked = hands.ask(_message(0), _SECOND)
        taken.extend([asked] if asked is not None else [])
        return bool(taken)

    await _until(takes)
    return taken[0]


def _gone(process: int) -> bool:
    """It is no more, or waits for nothing but its parent's notice."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


# --- as it should be ----------------------------------------------------------------------


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_each_has_the_signatures_of_its_own(run: Callable[[Coroutine[None, None, None]], None]) -> None:
    async def ask() -> None:
        told = _Told()
        with _hands(told) as hands:
            first = await (await _ready(hands))
            assert holds(first + _message(0).as_bytes()) == [True, True]
            [process] = hands.processes
            for _ in range(2):  # the slots are there again
                asked = [hands.ask(_message(number), _SECOND) for number in range(SLOTS)]
                assert hands.ask(_message(SLOTS), _SECOND) is None  # none is free: who asked signs
                answers = [await one for one in asked if one is not None]
                assert answers[::9] == [_sealed(number) for number in range(0, SLOTS, 9)]
                assert len(set(answers)) == SLOTS
        assert _gone(process)
        assert told.times == 0  # its end is no loss

    run(ask())


def test_what_is_larger_than_a_slot_and_what_comes_before_anybody_is_ready() -> None:
    """The sender signs it."""

    async def ask() -> None:
        with _hands(_Told()) as hands:
            assert hands.ask(_message(1), _SECOND) is None
            await (await _ready(hands))
            assert hands.ask(_message(1, size=ROOM), _SECOND) is None
            largest = _message(1, size=ROOM - 200)
            asked = hands.ask(largest, _SECOND)
            assert asked is not None
            assert holds(await asked + largest.as_bytes()) == [True, True]

    asyncio.run(ask())


def test_who_no_longer_waits_is_left_alone() -> None:
    """The slot is free again once the answer is there, and not before."""

    async def ask() -> None:
        told = _Told()
        with _hands(told) as hands:
            await (await _ready(hands))
            for _ in range(SLOTS):
                given_up = hands.ask(_message(1), _SECOND)
                assert given_up is not None
                given_up.cancel()
            assert hands.ask(_message(2), _SECOND) is None
            again = await (await _ready(hands))
            assert again == _sealed(0)
        assert told.times == 0

    asyncio.run(ask())


# --- what the process is, and knows --------------------------------------------------------


def test_no_secret_where_others_look_and_nothing_on_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILER_SMTP_PASSWORD", "rosebud")

    async def look() -> None:
        with _hands(_Told()) as hands:
            await (await _ready(hands))
            [process] = hands.processes
            there = Path(f"/proc/{process}")
            seen = (there / "cmdline").read_bytes() + (there / "environ").read_bytes()
            assert b"mailer.signing.hand" in seen
            for secret in (b"rosebud", b"PRIVATE KEY", *(one.key.pem.splitlines()[1] for one in _KEYS)):
                assert secret not in seen
            files = {str(one.readlink()).partition(":")[0] for one in (there / "fd").iterdir()}
            assert files == {"/dev/null", "socket", "/memfd"}

    asyncio.run(look())


def test_the_signals_that_stop_a_sender_leave_it_alone() -> None:
    """What is in flight is finished first (P12); a terminal's Ctrl-C does not even reach it."""

    async def stop() -> None:
        told = _Told()
        with _hands(told) as hands:
            await (await _ready(hands))
            [process] = hands.processes
            assert os.getsid(process) == process
            for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(process, one)
            assert await (await _ready(hands)) == _sealed(0)
        assert told.times == 0

    asyncio.run(stop())


_SENDER = """
import asyncio, sys
from mailer.signing.hands import Hands
from tests.signing.test_hands import _KEYS, _ready

async def send():
    hands = Hands(_KEYS, 2, lambda: None)
    await (await _ready(hands))
    print(*hands.processes, flush=True)
    await asyncio.sleep(60)

asyncio.run(send())
"""


def test_a_sender_that_is_killed_leaves_nobody_behind() -> None:
    sender = subprocess.Popen([sys.executable, "-c", _SENDER], stdout=subprocess.PIPE)
    try:
        assert sender.stdout is not None
        processes = [int(word) for word in sender.stdout.readline().split()]
        assert len(processes) == 2
    finally:
        sender.kill()
        sender.communicate()
    asyncio.run(_until(lambda: all(map(_gone, processes))))


# --- what may go wrong ---------------------------------------------------------------------


def test_one_that_is_killed_in_the_middle() -> None:
    """By hand or for want of memory: nothing is lost, the other goes on; then that one is killed too."""

    async def ask() -> None:
        told = _Told()
        signer = Signer(_KEYS, lambda: NOON)
        with _hands(told, 2) as hands:
            await _until(lambda: (hands.ask(_message(0), _SECOND) is None) is False)
            signer.lend(hands)
            for left in (1, 0):
                sent = [asyncio.ensure_future(signer.sign(_message(number))) for number in range(40)]
                await asyncio.sleep(0.005)
                os.kill(hands.processes[0], signal.SIGKILL)
                headers = [(await one).header for one in sent]
                wanted = [_sealed(number) + _message(number).header for number in range(0, 40, 7)]
                assert headers[::7] == wanted
                await _until(lambda left=left: hands.at_work == left)  # type: ignore[misc]
            assert told.times == 2

    asyncio.run(ask())


# Each says that it is ready, waits to be asked, and answers `said`.
_LIAR = """
import mmap, socket, sys
door = socket.socket(fileno=int(sys.argv[1]))
memory = mmap.mmap(int(sys.argv[2]), 0)
door.recv(65536)
door.send({ready!r})
asked = door.recv(4096)
number = memory[int.from_bytes(asked[:4], "little") * {room} :][:8]
{lies}
door.recv(4096)
"""
_LIES = {
    "nothing that we know": "door.send(b'rubbish')",
    "a slot that nobody asked for": "door.send(b'\\1\\0\\0\\0')",
    "a slot that there is not": "door.send(b'\\xff' * 4)",
    "the message itself": "door.send(asked)",
    "one signature of two": "write(b'DKIM-Signature: v=1; b=x\\r\\n')",
    "a line that does not end": "write(b'DKIM-Signature: a\\r\\nDKIM-Signature: b')",
    "more than there is": "write(b'DKIM-Signature: a\\r\\nDKIM-Signature: b\\r\\n', b'\\xff' * 4)",
    "the answer of another": "number = bytes(8); write(b'DKIM-Signature: a\\r\\nDKIM-Signature: b\\r\\n')",
    "nothing, and goes": "sys.exit()",
    "nothing, and stays": "door.recv(4096)",
}
_WRITE = """
def write(sealed, size=None):
    start = int.from_bytes(asked[:4], "little") * {room}
    whole = number + (size or len(sealed).to_bytes(4, "little")) + sealed
    memory[start : start + len(whole)] = whole
    door.send(asked)
"""


def _liar(lies: str, ready: bytes = b"ready") -> Begin:
    program = _LIAR.format(ready=ready, room=ROOM, lies=_WRITE.format(room=ROOM) + lies)

    def begin(door: int, memory: int) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-ISc", program, str(door), str(memory)]
        return subprocess.Popen(words, pass_fds=(door, memory))

    return begin


@pytest.mark.parametrize("lies", _LIES)
def test_one_that_talks_nonsense_or_not_at_all(lies: str) -> None:
    """It is not believed, it is ended, and the sender signs."""

    async def ask() -> None:
        told = _Told()
        with _hands(
            told, begin=_liar(_LIES[lies]), patience=1.0 if lies.endswith("stays") else 10.0
        ) as hands:
            [process] = hands.processes
            asked = await _ready(hands)
            assert await asyncio.wait_for(asked, _PATIENCE_S) == b""
            assert (hands.at_work, told.times) == (0, 1)
            assert _gone(process)
            assert hands.ask(_message(1), _SECOND) is None

    asyncio.run(ask())


@pytest.mark.parametrize(("ready", "patience"), [(b"hello", 10.0), (b"", 10.0), (b"ready", 0.001)])
def test_one_that_never_gets_ready(ready: bytes, patience: float) -> None:
    async def wait() -> None:
        told = _Told()
        with _hands(told, begin=_liar("", ready), patience=patience) as hands:
            await _until(lambda: hands.at_work == 0)
            assert told.times == 1

    asyncio.run(wait())


def test_a_process_that_cannot_be_begun_leaves_nothing_open() -> None:
    begun: list[subprocess.Popen[bytes]] = []

    def begin(door: int, memory: int) -> "subprocess.Popen[bytes]":
        if begun:
            raise OSError("no more processes")
        begun.append(_liar("")(door, memory))
        return begun[0]

    async def attempt() -> None:
        before = len([*Path("/proc/self/fd").iterdir()])
        with pytest.raises(OSError, match="no more"):
            Hands(_KEYS, 2, _Told(), begin=begin)
        assert begun[0].returncode is not None
        assert len([*Path("/proc/self/fd").iterdir()]) == before

    asyncio.run(attempt())


# --- when it pays ----------------------------------------------------------------------------


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core signs where it writes")
@pytest.mark.parametrize(
    ("count", "seconds", "pays"), [(20, 0.0, False), (600, 0.0, True), (600, 60.0, False)]
)
def test_few_messages_and_slow_ones_begin_no_process(count: int, seconds: float, pays: bool) -> None:
    async def begin() -> None:
        signer = Signer(_KEYS, lambda: NOON)
        signer.begin(count, seconds)
        try:
            assert (signer.hands > 0) is pays
        finally:
            signer.close()
        assert signer.hands == 0
        [header] = [(await signer.sign(_message(1))).header]
        assert holds(header + b"\r\n" + _message(1).body) == [True, True]

    asyncio.run(begin())
