"""A server that answers each thing written with the bytes it is given, without a socket."""

import asyncio
from collections.abc import Iterable, Sequence

from mailer.delivery import Outcome
from mailer.model import Message
from mailer.transport.dialogue import PATIENCE_S, Dialogue, Offer
from mailer.transport.stream import Replies
from tests.transport.ways import marked, message

AT_ONCE = dict.fromkeys(PATIENCE_S, 0.01)


class Twin(asyncio.Transport):
    """Answers in pieces of `piece` bytes; says nothing more once its answers are used up."""

    def __init__(self, answers: Sequence[bytes], piece: int = 1 << 20) -> None:
        super().__init__()
        self.replies = Replies()
        self.written: list[bytes] = []
        self.aborted = False
        self._answers = list(answers)
        self._piece = piece

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))
        answer = self._answers.pop(0) if self._answers else b""
        for at in range(0, len(answer), self._piece):
            self.replies.data_received(answer[at : at + self._piece])

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.aborted


def hold(
    answers: Sequence[bytes],
    *messages: Message,
    offer: Offer | None = None,
    verp: bool = True,
    piece: int = 1 << 20,
) -> tuple[list[Outcome], Twin, int]:
    """Send `messages` through one connection until it is lost: what came of them, and how many marks."""
    twin = Twin(answers, piece)
    marks = 0

    async def mark() -> bool:
        nonlocal marks
        marks += 1
        return True

    async def talk() -> list[Outcome]:
        dialogue = Dialogue(
            twin,
            twin.replies,
            sender="s@example.org",
            verp=verp,
            offer=offer or Offer(pipelining=True),
            patience=AT_ONCE,
        )
        outcomes: list[Outcome] = []
        for one in messages or (message(),):
            outcomes.append(await dialogue.send(one, marked(one, mark)))
            if outcomes[-1].lost:
                break
        return outcomes

    return asyncio.run(talk()), twin, marks
