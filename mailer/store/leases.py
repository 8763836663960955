"""Who holds a slice, and until when.

On one machine the sender's lock proves who is alive (see `lock.py`), and whoever has it takes over. On a
database that several share, a holder gives signs of life: its lease lasts a minute by the database's
clock, renewed during a dialogue too. Once it ran out anybody may take the slice back, and the fence,
which then grows, refuses all that its old holder still tries.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from mailer.moments import stamp
from mailer.store.driver import Driver

LEASE = timedelta(seconds=60)


class Leases:
    """The verbs of holding; they run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime], lease: timedelta = LEASE) -> None:
        self._driver = driver
        self._now = now
        self.lease = lease

    def recover(self, campaign: str) -> int:
        """What senders that are dead have left. For who holds the sender's lock, where there is one."""
        return self.reap(campaign) if self._driver.remote else self.take_over(campaign)

    def take_over(self, campaign: str) -> int:
        """A dead sender's work: what it had marked is unknown, the rest is anybody's. How many are unknown.

        Only for who holds the sender's lock: the lock is the proof that nobody else is at work.
        """
        self._driver.run("take_over_slices", campaign=campaign)
        return self._driver.run("take_over_marked", campaign=campaign, now=self._stamp())

    def renew(self, campaign: str, held: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """A sign of life for slices that are `held` (number, fence); those that were taken back meanwhile."""
        until = self._lease_until()
        return [
            (number, fence)
            for number, fence in held
            if not self._driver.run(
                "renew_slice", campaign=campaign, number=number, fence=fence, lease_until=until
            )
        ]

    def reap(self, campaign: str = "") -> int:
        """Slices whose lease ran out: what is marked there is unknown, the rest anybody's. How many unknown.

        Of one campaign, or of all. What their old holders still try to mark or to settle is refused.
        """
        instant = stamp(self._driver.instant() or self._now())
        lapsed = list(self._driver.rows("lapsed_slices", campaign=campaign, instant=instant))
        unknown = 0
        for of, number in lapsed:
            self._driver.run("reap_slice", campaign=of, number=number)
            unknown += self._driver.run("reap_marked", campaign=of, number=number, now=self._stamp())
        return unknown

    def has_first(self, campaign: str) -> bool:
        """Whether this sender alone writes to the first ones of a campaign that is held; so while it lives.

        Asked again it is the same, unless its connection was lost, and with it perhaps the right.
        """
        return self._driver.only(f"first ones of {campaign}")

    def _lease_until(self) -> str:
        return stamp((self._driver.instant() or self._now()) + self.lease)

    def _stamp(self) -> str:
        return stamp(self._now())
