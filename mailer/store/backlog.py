"""What is left of the campaigns at work, cheaply: slices are counted, not people (20,000 rows of 10^7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailer.moments import moment
from mailer.store.driver import Driver
from mailer.store.leases import LEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Of one campaign."""

    campaign: str
    waiting: int  # slices that nobody has opened
    free: int  # opened, and nobody's
    held: int  # somebody's
    people: int  # of the slices that nobody has opened
    deferred: int  # people whose next attempt is still to come
    lease_age: float | None  # seconds since the oldest lease was taken or renewed; None: nobody holds one


class Backlogs:
    """The verbs of whoever watches; they change nothing."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def of(self, campaign: str) -> Backlog:
        """One campaign's."""
        slices: dict[str, int] = {}
        people, oldest = 0, None
        for state, count, size, lease_until in self._driver.rows("backlog_slices", campaign=campaign):
            slices[state] = count
            if state == "waiting":
                people = int(size)
            elif state == "held" and self._driver.remote:  # else the sender's lock tells who lives
                oldest = (self._instant() + LEASE - moment(lease_until)).total_seconds()
        deferred = self._driver.row("backlog_deferred", campaign=campaign)
        return Backlog(
            campaign=campaign,
            waiting=slices.get("waiting", 0),
            free=slices.get("free", 0),
            held=slices.get("held", 0),
            people=people,
            deferred=int(deferred[0]) if deferred else 0,
            lease_age=oldest,
        )

    def _instant(self) -> datetime:
        return self._driver.instant() or self._now()
