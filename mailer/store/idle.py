"""People of whom nothing was heard for long: contacts, those on no list any more, those who never confirmed.

Their rows go as an erasure takes them, but for what says that they left: an import still finds it. Asked for
by an operator, a batch in each transaction; nothing of it is in the log of objections, so a copy of the
database that is put back is looked through again.
"""

from collections.abc import Callable
from datetime import datetime

from mailer.moments import stamp
from mailer.store.burying import depart
from mailer.store.driver import Driver
from mailer.tokens.keys import Keys
from mailer.tokens.people import subscriber_number

_MOST = 500  # people in one transaction


class Idle:
    """The verbs; within the caller's transaction."""

    def __init__(self, driver: Driver, keys: Keys, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._keys = keys
        self._now = now

    def forget_contacts(self, slug: str, before: datetime, most: int = _MOST) -> int:
        """Members of the list whose last act was before; how many were taken off it. 0: there are no more.

        An act is to have come onto the list, and to have agreed to anything; opening a mail is none, and who
        follows a link is not known.
        """
        found = self._driver.rows("idle_members", list=slug, before=stamp(before), most=most)
        people = [row[0] for row in found]
        for number in people:
            self._driver.run("forget_membership", list=slug, subscriber=number)
        return len(people)

    def forget_pending(self, before: datetime) -> int:
        """Those who were to confirm before, and have not; how many."""
        return self._driver.run("forget_pending", before=stamp(before))

    def forget_departed(self, before: datetime, most: int = _MOST) -> int:
        """Those who are on no list since before; how many of them. 0: there are no more."""
        found = list(self._driver.rows("departed_people", before=stamp(before), most=most))
        for number, hashed in found:
            derived = subscriber_number(self._keys, hashed)
            depart(self._driver, number, derived, stamp(self._now()))
        return len(found)
