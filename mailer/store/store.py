"""The store: domain verbs over one driver, gathered by what they are about.

Synchronous, used by one thread at a time. `together` is where several verbs become one transaction:
the clerk groups those of all connections (see `store/clerk.py`).
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from mailer.store.backlog import Backlogs
from mailer.store.campaigns import Campaigns
from mailer.store.consents import Consents
from mailer.store.driver import Driver
from mailer.store.erasing import Erasing
from mailer.store.exits import Exits
from mailer.store.exports import Exports
from mailer.store.idle import Idle
from mailer.store.imports import Imports
from mailer.store.informing import Informing
from mailer.store.launches import Launches
from mailer.store.leases import LEASE
from mailer.store.ledger import Ledger
from mailer.store.lock import NoLock, SenderLock
from mailer.store.notices import Notices
from mailer.store.objections import Objections
from mailer.store.own import Own
from mailer.store.people import People
from mailer.store.rates import Rates
from mailer.store.repeats import Repeats
from mailer.store.reports import Reports
from mailer.store.retention import Retention
from mailer.store.returns import Returns
from mailer.store.segments import Segments
from mailer.store.signups import Signups
from mailer.store.visits import Visits
from mailer.store.waves import Waves
from mailer.tokens.keys import Keys
from mailer.tokens.signed import proof

Wait = Callable[[Callable[[], None]], Awaitable[None]]


class _Enough(Exception):  # noqa: N818  no error: the way to roll back
    """A sketch is over."""


_HEAVY = 100_000_000  # bytes: some 150,000 people who were sent a campaign


class Store:
    """A workspace's database and its log of objections."""

    def __init__(
        self,
        driver: Driver,
        keys: Keys,
        objections: Objections,
        now: Callable[[], datetime],
        lease: timedelta = LEASE,
    ) -> None:
        self.now = now
        self._driver = driver
        self._connected = driver.connected
        self._keys = keys
        self._objections = objections
        self.people = People(driver, keys, now)
        self.consents = Consents(driver, now)
        self.imports = Imports(driver, now)
        self.notices = Notices(driver, now)
        self.campaigns = Campaigns(driver, now)
        self.launches = Launches(driver, now)
        self.waves = Waves(driver, self.launches, now)
        self.ledger = Ledger(driver, now, lease)
        self.repeats = Repeats(driver)
        self.retention = Retention(driver, now)
        self.reports = Reports(driver)
        self.segments = Segments(driver)
        self.backlogs = Backlogs(driver, now)
        self.visits = Visits(driver)
        self.rates = Rates(driver, now)
        self.own = Own(driver, keys, now)
        self.exits = Exits(driver, objections, keys, now)
        self.signups = Signups(driver, self.people, self.exits, self.consents, now)
        self.exports = Exports(driver, now)
        self.informing = Informing(driver, now)
        self.idle = Idle(driver, keys, now)
        self.erasing = Erasing(driver, objections, keys, now)
        self.returns = Returns(driver, objections, now)

    @property
    def remote(self) -> bool:
        """Whether each verb waits for a network, and senders of other machines may be at work there."""
        return self._driver.remote

    def sender_lock(self) -> SenderLock | NoLock:
        """What a sender takes before it sends: one at a time, where the database is of this machine alone."""
        return NoLock() if self.remote else SenderLock(Path(self._driver.name))

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for what is done inside; departures reach the log before it commits."""
        self.begin()
        try:
            with self._driver.speaking():
                yield
            self.finish()
        except BaseException:
            self.abandon()
            raise

    def begin(self, *, wait: bool = True, logged: bool = False) -> bool:
        """Begin a transaction; False when another writer is in its own and one does not `wait`.

        `logged`: nothing will be written but what the log of objections holds, which waits for the disk. What
        the power takes of the database then is applied again, with the mark of how far it had come.
        """
        if logged:
            self._driver.lighten()
        if wait:
            self._driver.begin()
        elif not self._driver.try_begin():
            self._driver.rollback()
            return False
        try:
            if (
                self._driver.connected != self._connected
            ):  # a server that broke down may have lost the last ones
                self._objections.forget()
                self._connected = self._driver.connected
            if self._objections.behind():  # what the log alone holds counts before anything else
                self._objections.seal(self._driver)
        except BaseException:
            self.abandon()
            raise
        return True

    def finish(self) -> None:
        """Departures into the log, then the commit."""
        self._objections.seal(self._driver)
        self._driver.commit()
        if self._driver.untidy:
            self._driver.tidy()

    async def finish_by(self, waited: Wait, elsewhere: Wait) -> None:
        """The same; what waits for the disk is done by `waited`, and `elsewhere` what waits for long."""
        with self._objections.sealing(self._driver) as to_disk:
            if to_disk is not None:
                await waited(to_disk)
        if self._driver.waits:
            await waited(self._driver.commit)
        else:
            self._driver.commit()
        if self._driver.untidy:
            await elsewhere(self._driver.tidy)

    def abandon(self) -> None:
        """Nothing of the transaction was done."""
        self._objections.forget()
        self._driver.rollback()

    @contextmanager
    def glance(self) -> Iterator[None]:
        """Several reads of the same state."""
        with self._driver.reading():
            yield

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Several reads of the same state, of whom a launch would choose too: nobody is kept from writing."""
        with self._driver.apart():
            yield

    @contextmanager
    def sketch(self) -> Iterator[None]:
        """What is done inside is thrown away: to see what would come of it. Nobody else writes meanwhile."""
        try:
            with self._driver.transaction():
                yield
                raise _Enough
        except _Enough:
            pass
        finally:
            self._objections.forget()

    def catch_up(self) -> None:
        """Apply what the log of objections holds and the database does not; else wait for nobody."""
        if not self._objections.caught_up(self._driver):
            with self.together():
                pass

    @property
    def heavy(self) -> bool:
        """Whether to write its file anew takes more than a second, in which nobody else writes."""
        return not self.remote and Path(self._driver.name).stat().st_size >= _HEAVY

    def scrub(self) -> bool:
        """Outside of any transaction: what was deleted is on no page of the database's files either.

        False: somebody has read for so long that it cannot be done now.
        """
        return self._driver.scrub()

    def prove(self, challenge: str) -> str:
        """The answer that only these keys and this database give."""
        found = self._driver.row("read_meta", name="database")
        assert found is not None
        return proof(self._keys, str(found[0]), challenge)

    def close(self) -> None:
        """End it."""
        self._driver.close()
