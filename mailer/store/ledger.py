"""The ledger: who has been written to, attempt by attempt. Where "nobody twice, nobody forgotten" lives.

Everybody of a slice that was claimed (see `slices.py`) has a row, and each row goes its own way
(`mailer/delivery.py` draws it): looked at, marked, settled, or none of it. What the holder of an older fence
still tries is refused (P8). Every verb that changes runs within the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailer.delivery import Kind, Outcome, State, Turn
from mailer.model import Recipient
from mailer.moments import moment, stamp
from mailer.store.burying import ERASED, bury_one
from mailer.store.driver import Row, RuleError
from mailer.store.kept_fields import shown_fields
from mailer.store.slices import Slices

_STATES = {
    Kind.SENT: State.SENT,
    Kind.DEFERRED: State.DEFERRED,
    Kind.REFUSED: State.REFUSED,
    Kind.UNKNOWN: State.UNKNOWN,
}
_SKEW = timedelta(hours=1)  # more than the clocks of two machines are apart


class Ledger(Slices):
    """The verbs of sending: those of each person, after those of slices and of leases."""

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

    def marks_since(self, since: datetime) -> list[datetime]:
        """When the bodies of all campaigns left, oldest first."""
        values = {"since": stamp(since), "ended": stamp(since - _SKEW)}
        return [moment(row[0]) for row in self._driver.rows("marks_since", **values)]


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
