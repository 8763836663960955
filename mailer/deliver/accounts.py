"""Accounts: the run's own count of the recipients, and the law that nobody appears or disappears (P5).

The ledger's figures are the truth; each wave's must add up before anything is said of an end. Watchful, the
run also holds its own count against the ledger's after each outcome: no other sender may be at work then.
"""

from collections.abc import Awaitable, Callable, Mapping

from mailer.deliver.ports import Ledger
from mailer.delivery import Tally
from mailer.errors import MailerError
from mailer.words import Text

_FINAL = ("sent", "refused", "excluded", "unknown")


class Accounts:
    """The recipients by state, as this run knows them."""

    def __init__(self, progress: Callable[[Tally], None] | None) -> None:
        """`progress` sees each change."""
        self._progress = progress
        self._counts = Tally().as_json()

    def begin(self, waves: Mapping[int, Tally]) -> None:
        """The ledger's figures as the run begins."""
        self._counts = total(waves).as_json()

    @property
    def tally(self) -> Tally:
        """The figures now."""
        return Tally(**self._counts)

    def move(self, before: str, after: str, people: int = 1) -> None:
        """So many leave the state `before` for the state `after`."""
        self._counts[before] -= people
        self._counts[after] += people
        if self._progress is not None:
            self._progress(self.tally)

    def again(self, people: int) -> None:
        """So many who were deferred are to be tried now."""
        # Some had their turn given back in an earlier run.
        self.move("deferred", "pending", min(people, self._counts["deferred"]))

    async def check(self, ledger: Ledger, asked: Tally, settling: Awaitable[None]) -> None:
        """Hold what was counted against the ledger, once what was `asked` is settled (see `compare`)."""
        await settling
        found = await ledger.waves()
        if await ledger.status() == "running":  # cancelled, people are excluded by another hand
            self.compare(asked, found)

    def compare(self, asked: Tally, waves: Mapping[int, Tally]) -> None:
        """The ledger's figures lie between the run's of what it had `asked` to be settled and now.

        Raises `MailerError` when they do not, or do not add up: an outcome was lost, or written twice.
        """
        found = total(waves)
        least, most = asked.as_json(), self.tally.as_json()
        counts = found.as_json()
        if any(not least[name] <= counts[name] <= most[name] for name in _FINAL):
            raise MailerError(
                Text(
                    "The run has counted {mine}, the ledger {counts}.",
                    mine=_said(self.tally),
                    counts=_said(found),
                )
            )


def total(waves: Mapping[int, Tally]) -> Tally:
    """The sum of all waves, each of which adds up (P5). Raises `MailerError` when one does not."""
    for number, tally in waves.items():
        if not tally.balanced:
            raise MailerError(
                Text(
                    "The ledger does not add up (wave {number}: {counts}): nothing more is sent. Keep the "
                    "database as it is and report this.",
                    number=number,
                    counts=_said(tally),
                )
            )
    return sum(waves.values(), start=Tally())


def _said(tally: Tally) -> str:
    return " ".join(f"{name}={count}" for name, count in tally.as_json().items())
