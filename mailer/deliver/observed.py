"""A way out under observation: what happens on it is told to whoever counts; nothing else changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mailer.deliver.ports import Connection, Way
from mailer.delivery import Outcome
from mailer.model import Mark, Message


class Observer(Protocol):
    """Who counts, for one campaign on one way out. Called in the event loop, for each message: be quick."""

    def opened(self) -> None:
        """One more connection is open."""

    def closed(self) -> None:
        """One less."""

    def began(self) -> None:
        """A body begins to leave."""

    def ended(self, seconds: float) -> None:
        """It has its reply, or will never have one, this long after it began."""

    def judged(self, outcome: Outcome) -> None:
        """What came of an attempt, or of a connection that could not be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedWay:
    """A `Way` whose connections are observed."""

    way: Way
    observer: Observer
    monotonic: Callable[[], float]

    @property
    def connections(self) -> int:
        """As many as the way itself."""
        return self.way.connections

    async def open(self) -> "ObservedConnection | Outcome":
        """A connection, or why there is none."""
        opened = await self.way.open()
        if isinstance(opened, Outcome):
            self.observer.judged(opened)
            return opened
        self.observer.opened()
        return ObservedConnection(opened, self.observer, self.monotonic)


class ObservedConnection:
    """A `Connection` that tells what it does."""

    def __init__(self, connection: Connection, observer: Observer, monotonic: Callable[[], float]) -> None:
        self._connection = connection
        self._observer = observer
        self._monotonic = monotonic

    async def send(self, message: Message, mark: Mark) -> Outcome:
        """As the connection does it; cancelled, the body that had begun is no longer in flight here."""
        begun = 0.0

        async def marked() -> Message | None:
            nonlocal begun
            leaving = await mark()
            if leaving is not None:
                begun = self._monotonic()
                self._observer.began()
            return leaving

        try:
            outcome = await self._connection.send(message, marked)
        finally:
            if begun:
                self._observer.ended(self._monotonic() - begun)
        self._observer.judged(outcome)
        return outcome

    async def close(self) -> None:
        """As the connection does it."""
        self._observer.closed()
        await self._connection.close()
