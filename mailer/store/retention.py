"""Retention: of a campaign that has been over for long, counts stay and nothing about anybody.

A campaign is closed first, so that nothing more can be asked of it; then its rows become counts, some
thousands in a transaction: whoever reads the figures meanwhile finds them adding up (P5), and whoever sends
waits for a moment only. Killed in between, it goes on the next time.
"""

from collections.abc import Callable
from datetime import datetime

from mailer.moments import stamp
from mailer.store.driver import Driver
from mailer.store.reports import life

_MOST = 2_000  # rows in one transaction: about 0.1 s where a million have one


class Retention:
    """The verbs; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def due(self, before: datetime) -> list[str]:
        """Campaigns that ended before, with rows that are still there; the oldest first."""
        return [row[0] for row in self._driver.rows("over_since", before=stamp(before))]

    def close(self, campaign: str, before: datetime) -> None:
        """Nothing more can be asked of it: its slices go, those never opened as counts."""
        closed = self._driver.run(
            "close_campaign", campaign=campaign, now=stamp(self._now()), before=stamp(before)
        )
        if closed:
            self._driver.run("count_cancelled", campaign=campaign)
            self._driver.run("forget_slices", campaign=campaign)
            self._driver.run("forget_followers", campaign=campaign)
            self._driver.run("count_bounces", campaign=campaign)
            self._driver.run("part_bounces", campaign=campaign)

    def retire(self, campaign: str, most: int = _MOST) -> bool:
        """The next rows of a closed campaign become counts; False when there were none."""
        self._driver.alone(f"retention of {campaign}")  # two workers would count the same rows twice
        found = self._driver.row("last_of_some", campaign=campaign, most=most)
        if found is None or found[0] is None:
            return False
        first, last = found
        self._driver.run("count_rows", campaign=campaign, last=last)
        for (slug,) in list(self._driver.rows("wave_lists", campaign=campaign)):
            until = stamp(life(self._driver, campaign, slug))
            some = {"list": slug, "first": first, "last": last}
            self._driver.run("count_departures", campaign=campaign, until=until, **some)
        self._driver.run("forget_attempts", campaign=campaign, last=last)
        self._driver.run("forget_rows", campaign=campaign, last=last)
        return True
