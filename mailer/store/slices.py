"""Slices: the frozen people of a campaign, some 500 at a time, opened for who sends.

Until it is opened a slice is a list of numbers in one row; opening it writes a row for each of its people,
and whoever was put off is gathered into slices again once their time has come. Whoever claims a slice raises
its fence: what an older holder still tries to mark is refused (P8). Every verb that changes runs within the
caller's transaction.
"""

import json
from datetime import datetime

from mailer.delivery import State, Turn
from mailer.moments import moment
from mailer.store.driver import Row
from mailer.store.launches import SLICE
from mailer.store.leases import Leases


class Slices(Leases):
    """The verbs of claiming."""

    def claim(self, campaign: str, owner: str) -> list[Turn] | None:
        """The people of the next slice: those whose second turn has come, then the others in their order.

        An empty list is a slice in which nobody was pending any more; it is done. None: there is no slice.
        """
        if self._driver.remote:
            self.reap(campaign)
        self._gather_due(campaign)
        found = self._free(campaign)
        if found is None:
            return None
        number, state, members, wave, fence = found
        if state == "waiting":
            self._open(campaign, number, wave, json.loads(members))
        held = self._driver.run(
            "hold_slice",
            campaign=campaign,
            number=number,
            fence=fence,
            owner=owner,
            lease_until=self._lease_until(),
        )
        assert held == 1, "a slice was taken by two at once"
        turns = self._pending(campaign, number, fence + 1)
        if not turns:
            self.close(campaign, number, fence + 1)
        return turns

    def close(self, campaign: str, number: int, fence: int) -> None:
        """A slice is through; who is still pending in it is claimed again."""
        self._driver.run("close_slice", campaign=campaign, number=number, fence=fence)

    def next_due(self, campaign: str) -> datetime | None:
        """When the next deferred one may be tried again."""
        found = self._driver.row("next_due", campaign=campaign)
        return moment(found[0]) if found and found[0] else None

    def expire(self, campaign: str) -> None:
        """The campaign's time is over: who has not been written to becomes refused(expired)."""
        now = self._stamp()
        waiting = list(self._driver.rows("waiting_slices", campaign=campaign))
        for number, members, wave in waiting:
            self._write_rows(
                campaign,
                number,
                wave,
                json.loads(members),
                State.REFUSED,
                reason="expired",
                settled_at=now,
            )
            self._driver.run("finish_slice", campaign=campaign, number=number)
        self._driver.run("expire_deferred", campaign=campaign, now=now)

    def _free(self, campaign: str) -> Row | None:
        """A slice nobody holds: one already opened comes first, since people in it have waited longest."""
        opened = self._driver.row("find_slice", campaign=campaign, state="open")
        return opened or self._driver.row("find_slice", campaign=campaign, state="waiting")

    def _pending(self, campaign: str, number: int, fence: int) -> list[Turn]:
        return [
            Turn(
                campaign=campaign,
                subscriber=row[0],
                list=row[1],
                edition=row[2],
                attempts=row[3],
                address_hash=row[4],
                slice=number,
                fence=fence,
            )
            for row in self._driver.rows("pending_of_slice", campaign=campaign, slice=number)
        ]

    def _gather_due(self, campaign: str) -> None:
        """Those whose next attempt is due become a slice like any other."""
        if not self._due(campaign, 1):
            return
        self._driver.row("hold_campaign", campaign=campaign)
        due = self._due(campaign, SLICE)
        if not due:  # gathered by another sender, or cancelled, in this instant
            return
        found = self._driver.row("next_slice_number", campaign=campaign)
        assert found is not None
        number = found[0]
        self._driver.run(
            "add_slice",
            campaign=campaign,
            number=number,
            wave=None,
            state="open",
            size=len(due),
            members="",
        )
        self._driver.run_many(
            "retry_delivery",
            [{"campaign": campaign, "subscriber": subscriber, "slice": number} for subscriber in due],
        )

    def _due(self, campaign: str, most: int) -> list[int]:
        found = self._driver.rows("due_deliveries", campaign=campaign, now=self._stamp(), most=most)
        return [row[0] for row in found]

    def _open(self, campaign: str, number: int, wave: int, members: dict[str, list[int]]) -> None:
        self._write_rows(campaign, number, wave, members, State.PENDING, reason="", settled_at="")
        if number & (number - 1) == 0:  # the campaign has doubled since: plans that were right may not be
            self._driver.survey("delivery", "slice")

    def _write_rows(
        self,
        campaign: str,
        number: int,
        wave: int,
        members: dict[str, list[int]],
        state: State,
        *,
        reason: str,
        settled_at: str,
    ) -> None:
        found = self._driver.row("wave_edition", campaign=campaign, number=wave)
        assert found is not None
        common = {
            "campaign": campaign,
            "wave": wave,
            "edition": found[0],
            "slice": number,
            "state": state.value,
            "reason": reason,
            "settled_at": settled_at,
        }
        for slug, subscribers in members.items():
            self._driver.run_many(
                "add_delivery",
                [{**common, "list": slug, "subscriber": subscriber} for subscriber in subscribers],
            )
