"""The ledger: who has been written to, attempt by attempt. Where "nobody twice, nobody forgotten" lives.

A slice is ~500 frozen subscriber ids; opening it writes their rows, and each row then goes its own way
(`mailer/delivery.py` draws it). Whoever opens a slice raises its fence: what an older holder still tries to
mark is refused (P8). Every verb that changes runs within the caller's transaction.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from mailer.delivery import Kind, Outcome, State, Turn
from mailer.model import Recipient
from mailer.moments import moment, stamp
from mailer.store.bringing import shown_fields
from mailer.store.burying import ERASED, bury_one
from mailer.store.driver import Row, RuleError
from mailer.store.launches import SLICE
from mailer.store.leases import Leases

_STATES = {
    Kind.SENT: State.SENT,
    Kind.DEFERRED: State.DEFERRED,
    Kind.REFUSED: State.REFUSED,
    Kind.UNKNOWN: State.UNKNOWN,
}


class Ledger(Leases):
    """The verbs of sending."""

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

    def look(self, turns: Sequence[Turn]) -> list[Recipient | str]:
        """Each of `turns` as they are at this instant, or why they are not to be written to (P10)."""
        asked = [(turn.subscriber, turn.list) for turn in turns]
        found = {row[0]: row for row in self._driver.rows_of("people_now", asked)}
        return [_seen(turn, found.get(turn.subscriber)) for turn in turns]

    def mark(self, turns: Sequence[tuple[Turn, str]]) -> list[bool]:
        """Bodies are about to leave: each turn of one campaign with its address's hash.

        False: it must not leave (see the query), and nothing was changed. Raises RuleError when one of
        several is refused, or when another subscriber of the campaign has had its address: the caller
        rolls back and asks for each alone.
        """
        changed = self._driver.run_rows(
            "mark",
            [(turn.subscriber, turn.attempts, hashed, turn.fence) for turn, hashed in turns],
            campaign=turns[0][0].campaign,
            now=self._stamp(),
        )
        if changed not in (len(turns), 0) or (changed == 0 and len(turns) > 1):
            raise RuleError("one of several was refused")
        return [changed > 0] * len(turns)

    def mark_again(self, turns: Sequence[tuple[Turn, str]]) -> list[bool]:
        """Marks whose commit was not answered: kept or made now, the body may leave; else it must not.

        Only for who asked for these very marks: anybody else would send a second body.
        """
        return [self._marked(turn, hashed) or self.mark([(turn, hashed)])[0] for turn, hashed in turns]

    def _marked(self, turn: Turn, hashed: str) -> bool:
        found = self._driver.row(
            "marked",
            campaign=turn.campaign,
            subscriber=turn.subscriber,
            attempts=turn.attempts + 1,
            address_hash=hashed,
            fence=turn.fence,
        )
        return found is not None

    def sent(self, outcomes: Sequence[tuple[Turn, Outcome]]) -> list[None]:
        """Attempts that were accepted, of one campaign."""
        self._driver.run_rows(
            "settle_sent",
            [
                (turn.subscriber, turn.attempts + 1, outcome.code, outcome.enhanced, outcome.text, turn.fence)
                for turn, outcome in outcomes
            ],
            campaign=outcomes[0][0].campaign,
            now=self._stamp(),
        )
        return [None] * len(outcomes)

    def settle(self, turn: Turn, outcome: Outcome, due_at: datetime | None = None) -> None:
        """What became of an attempt; `due_at` of the next one, if it is deferred."""
        if outcome.kind is Kind.UNTRIED:
            self._driver.run(
                "release",
                campaign=turn.campaign,
                subscriber=turn.subscriber,
                attempts=turn.attempts + 1,
                fence=turn.fence,
            )
            return
        state = _STATES[outcome.kind]
        values: dict[str, object] = {
            "campaign": turn.campaign,
            "subscriber": turn.subscriber,
            "attempts": turn.attempts + 1,
            "state": state.value,
            "reason": outcome.reason,
            "code": outcome.code,
            "enhanced": outcome.enhanced,
            "reply": outcome.text,
            "fence": turn.fence,
            "now": self._stamp(),
        }
        changed = self._driver.run("settle", **values, due_at=stamp(due_at) if due_at else "")
        if changed and state is not State.SENT:
            self._driver.run("add_attempt", **values)

    def exclude(self, turn: Turn, reason: str) -> None:
        """Nobody writes to them in this campaign."""
        if reason == ERASED:  # and who was erased has no row under their number
            bury_one(self._driver, turn.campaign, turn.subscriber, self._stamp())
            return
        self._driver.run(
            "exclude",
            campaign=turn.campaign,
            subscriber=turn.subscriber,
            reason=reason,
            now=self._stamp(),
        )

    def postpone(self, turn: Turn, due_at: datetime) -> None:
        """Their server wants nobody's mail before `due_at`: no attempt is used up."""
        self._driver.run(
            "postpone",
            campaign=turn.campaign,
            subscriber=turn.subscriber,
            attempts=turn.attempts,
            fence=turn.fence,
            due_at=stamp(due_at),
        )

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

    def marks_since(self, since: datetime) -> list[datetime]:
        """When the bodies of all campaigns left, oldest first."""
        return [moment(row[0]) for row in self._driver.rows("marks_since", since=stamp(since))]


def _seen(turn: Turn, row: Row | None) -> Recipient | str:
    if row is None:
        return ERASED
    subscriber, email, address_hash, first_name, last_name, language, own, *standing = row
    state, suppressed, followed, first = standing
    if suppressed is not None:
        return "suppressed"
    if state != "subscribed":
        return "unsubscribed"
    if turn.address_hash not in (None, address_hash):
        return "address-changed"
    return Recipient(
        subscriber=subscriber,
        email=email,
        list=turn.list,
        fields=shown_fields(email, (first_name, last_name, language), own),
        edition=turn.edition,
        followed=bool(followed),
        first=bool(first),
    )
