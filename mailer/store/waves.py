"""More for a launched campaign: a further wave for those who joined, another text for those without one.

Each verb runs within the caller's transaction: done, or as before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.delivery import Tally
from mailer.model import Edition
from mailer.moments import stamp
from mailer.store.driver import Driver
from mailer.store.editions import keep
from mailer.store.freezing import freeze
from mailer.store.launches import SLICE, Audience, Launches, counted
from mailer.store.selecting import newcomers
from mailer.store.sieve import EVERYBODY, Sieve


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """Whom another text would reach: `people` have none yet; for `others` it is too late."""

    people: int
    others: int


class Waves:
    """The verbs of top-ups and amendments."""

    def __init__(self, driver: Driver, launches: Launches, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._launches = launches
        self._now = now

    def newcomers(self, campaign: str, lists: Sequence[str], sieve: Sieve = EVERYBODY) -> Audience:
        """Whom a top-up would select now; nothing is changed."""
        return counted(self._driver, newcomers(self._driver, campaign, lists, sieve))

    def top_up(
        self,
        campaign: str,
        lists: Sequence[str],
        first: frozenset[int] = frozenset(),
        sieve: Sieve = EVERYBODY,
    ) -> Tally:
        """Freeze a further wave: whom `lists` hold, the sieve keeps and no earlier wave holds, with the last
        edition."""
        last = self._driver.row("last_wave", campaign=campaign)
        edition = self._driver.row("last_edition", campaign=campaign)
        assert last is not None
        assert edition is not None
        wave = self._launches.open_wave(campaign, last[0] + 1, lists, edition=edition[0], first=first)
        return freeze(self._driver, wave, newcomers(self._driver, campaign, lists, sieve), SLICE)

    def busy(self, campaign: str) -> bool:
        """Whether a sender may be about to write to somebody, or waits for a reply.

        Until the transaction ends none begins to: what comes next finds the rows as they are now.
        """
        self._driver.row("hold_campaign", campaign=campaign)
        for _ in self._driver.rows("hold_slices", campaign=campaign):
            pass
        found = self._driver.row("held_slices", campaign=campaign)
        counts = self._driver.rows("counts", campaign=campaign)
        return bool(found and found[0]) or any(row[2] == "in_flight" and row[3] for row in counts)

    def amendable(self, campaign: str) -> Amendment:
        """Whom another text would reach: those whose message has never begun to leave.

        Who was told "later" after the final dot keeps the first text: the server has read it, may have kept
        it, and a 4yz asks for the very same thing again (RFC 5321, 4.2.1).
        """
        people = sum(count for _, count in self._unwritten(campaign))
        counts = self._driver.rows("counts", campaign=campaign)
        audience = sum(row[3] for row in counts if row[2] == "wave")
        return Amendment(people=people, others=audience - people)

    def amend(self, edition: Edition, questionnaire: str) -> int:
        """Store another edition, and give it to all it can reach; how many they are.

        Message-IDs stay those of the campaign, under the same version of the key: each person has one.
        """
        campaign, at = edition.public_id, stamp(self._now())
        number = self._driver.row("last_edition", campaign=campaign)
        assert number is not None
        last = number[0]
        found = self._driver.record("edition", campaign=campaign, number=last)
        assert found is not None
        keep(
            self._driver,
            edition,
            number=last + 1,
            questionnaire=questionnaire,
            message_id_key=found["message_id_key"],
            at=at,
        )
        moved = 0
        for earlier, people in self._unwritten(campaign):
            self._driver.run("add_readers", campaign=campaign, number=earlier, people=-people)
            moved += people
        self._driver.run("add_readers", campaign=campaign, number=last + 1, people=moved)
        self._driver.run("amend_rows", campaign=campaign, edition=last + 1)
        self._driver.run("amend_waves", campaign=campaign, edition=last + 1)
        return moved

    def _unwritten(self, campaign: str) -> list[tuple[int, int]]:
        """Edition and people; those of rows, then those of slices that have none yet."""
        rows = [
            *self._driver.rows("unwritten_rows", campaign=campaign),
            *self._driver.rows("unwritten_slices", campaign=campaign),
        ]
        return [(int(edition), int(people)) for edition, people in rows]
