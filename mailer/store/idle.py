"""People of whom nothing was heard for long: contacts, those on no list any more, those who never confirmed.

Their rows go as an erasure takes them, but for what says that they left: an import still finds it. Asked for
by an operator, a batch in each transaction; nothing of it is in the log of objections, so a copy of the
database that is put back is looked through again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from mailer.moments import stamp
from mailer.store.burying import depart, leave_slices
from mailer.store.driver import Driver
from mailer.tokens.keys import Keys
from mailer.tokens.people import subscriber_number

_MOST = 500  # people in one transaction
START = -1  # below every number


class Idle:
    """The verbs; within the caller's transaction."""

    def __init__(self, driver: Driver, keys: Keys, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._keys = keys
        self._now = now

    def forget_contacts(
        self, slug: str, before: datetime, after: int = START, most: int = _MOST
    ) -> list[int]:
        """Members of the list whose last act was before: the next ones after a number, taken off it.

        An act is to have come onto the list, and to have agreed to anything; opening a mail is none, and who
        follows a link is not known.
        """
        found = self._driver.rows("idle_members", list=slug, before=stamp(before), after=after, most=most)
        people = [int(row[0]) for row in found]
        for number in people:
            self._driver.run("forget_membership", list=slug, subscriber=number)
        return people

    def forget_pending(self, before: datetime) -> int:
        """Those who were to confirm before, and have not; how many."""
        return self._driver.run("forget_pending", before=stamp(before))

    def forget_departed(self, before: datetime, after: int = START, most: int = _MOST) -> list[int]:
        """Those who are on no list since before: the next ones after a number."""
        found = list(self._driver.rows("departed_people", before=stamp(before), after=after, most=most))
        at = stamp(self._now())
        for number, hashed in found:
            depart(self._driver, number, subscriber_number(self._keys, hashed), at)
        people = [int(row[0]) for row in found]
        leave_slices(self._driver, people, at)
        return people

    # --- how many that would be; these only read --------------------------------------

    def contacts(self, slug: str, before: datetime) -> int:
        """Members of the list whose last act was before."""
        return self._count("count_idle", list=slug, before=stamp(before))

    def pending(self, before: datetime) -> int:
        """Those who were to confirm before, and have not."""
        return self._count("count_pending", before=stamp(before))

    def departed(
        self, before: datetime, *, lists: Sequence[str], contacts: datetime, pending: datetime
    ) -> int:
        """Those who would be on no list since before, once contacts of `lists` and the pending have gone."""
        return self._count(
            "count_departing",
            before=stamp(before),
            lists=f" {' '.join(lists)} ",
            idle=stamp(contacts),
            pending=stamp(pending),
        )

    def _count(self, name: str, **values: object) -> int:
        found = self._driver.row(name, **values)
        return int(found[0]) if found is not None else 0
