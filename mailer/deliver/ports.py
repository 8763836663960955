"""What the pump asks of others: a ledger that remembers, a way out, a writer of messages, a clock."""

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from mailer.delivery import Outcome, Tally, Turn
from mailer.model import Mark, Message, Recipient

if TYPE_CHECKING:
    import asyncio


class Ledger(Protocol):
    """The store's verbs of one campaign; each returns once what it did is committed."""

    async def status(self) -> str:
        """The campaign's status."""

    async def claim(self) -> Sequence[Turn] | None:
        """The people of the next slice; None: no slice is left to open now."""

    async def look(self, turns: Sequence[Turn]) -> Sequence[Recipient | str]:
        """Each as they are at this instant, or why they are not to be written to (P10)."""

    async def mark(self, turn: Turn, email: str) -> str:
        """Empty: marked, the body may leave. Else why not: "stopped", or "duplicate"."""

    def settle(self, turn: Turn, outcome: Outcome, due_at: datetime | None) -> "asyncio.Future[None]":
        """What became of an attempt. Asked at once; committed with or before any later mark."""

    async def exclude(self, turn: Turn, reason: str) -> None:
        """Nobody writes to them in this campaign."""

    async def close(self, number: int, fence: int) -> None:
        """A slice is through."""

    async def next_due(self) -> datetime | None:
        """When the next deferred one may be tried again."""

    async def postpone(self, turn: Turn, due_at: datetime) -> None:
        """Their server wants nobody's mail before `due_at`: no attempt is used up."""

    async def waves(self) -> Mapping[int, Tally]:
        """The recipients by state, counted, of each wave."""


class Connection(Protocol):
    """One dialogue with a server, or whatever takes messages one at a time."""

    async def send(self, message: Message, mark: Mark) -> Outcome:
        """Deliver one message: what `mark` gives when its body is about to leave, in the same envelope."""

    async def close(self) -> None:
        """Take leave politely; never raises."""


class Way(Protocol):
    """A way out for messages."""

    @property
    def connections(self) -> int:
        """How many may be open at the same time."""

    async def open(self) -> Connection | Outcome:
        """A connection ready for a first message, or why there is none (an UNTRIED outcome)."""


class Signing(Protocol):
    """A message whose signatures are being made; awaited, the message with them."""

    @property
    def message(self) -> Message:
        """Without them; they are counted in its size, as far as one can know."""

    def __await__(self) -> Generator[object, None, Message]:
        """The message as it leaves."""


# Begins a message's signatures (signing.signer).
Sign = Callable[[Message], Signing]


class Permits(Protocol):
    """Leave to send: so many messages a second, an hour, a day, for all who use the same way out.

    A permit is out from `take` until `left` or `give_back`.
    """

    @property
    def free(self) -> bool:
        """Whether there is no limit: then nobody need ask."""

    @property
    def rate(self) -> float:
        """Messages a second in the long run, under a limit."""

    async def take(self) -> float:
        """0: one more message may begin; else the seconds to wait before asking again."""

    def left(self) -> None:
        """A permit's message leaves."""

    def give_back(self) -> None:
        """A permit was not used."""

    def lasts(self, count: int) -> float:
        """Seconds until the last of `count` messages may leave, if nothing else slows them."""

    async def close(self) -> None:
        """Give back what was taken in advance."""


class Writer(Protocol):
    """Writes the message of one recipient (compose.message)."""

    def write(self, recipient: Recipient, date: datetime) -> Message:
        """Raises `RenderError` when this person cannot be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time as an argument."""

    now: Callable[[], datetime]  # of the world, with its time zone: dates, due times
    monotonic: Callable[[], float]  # seconds: rates and patience
    sleep: Callable[[float], Awaitable[None]]
