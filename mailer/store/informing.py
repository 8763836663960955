"""Who has been told where their address comes from: whoever was sent a campaign that left this machine.

Read from campaigns that are over, some thousands of people in a transaction, and never while one is being
sent: a message costs nothing more. Who is written to by two campaigns at once is told twice.
"""

from collections.abc import Callable
from datetime import datetime

from mailer.moments import stamp
from mailer.store.driver import Driver

_MOST = 10_000  # rows of a campaign in one transaction
START = -(2**63)  # below every number, those of tombstones included


class Informing:
    """The verbs; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def due(self) -> list[str]:
        """Campaigns that are over and have not been read yet."""
        return [row[0] for row in self._driver.rows("uninformed_campaigns")]

    def inform(self, campaign: str, after: int = START, most: int = _MOST) -> int | None:
        """The next people of a campaign, in the order of their numbers; where to go on, None at its end."""
        self._driver.alone(f"informing of {campaign}")
        found = self._driver.row("next_rows", campaign=campaign, after=after, most=most)
        at = stamp(self._now())
        if found is None or found[0] is None:
            self._driver.run("inform_campaign", campaign=campaign, at=at)
            return None
        self._driver.run("inform_people", campaign=campaign, after=after, last=found[0], at=at)
        return int(found[0])
