"""Answers: a posted form in, unlinked rows out, or what keeps them from being taken."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from mailer.ballots.answering import Fault, Form, read_answers
from mailer.ballots.model import Questionnaire
from mailer.listen.desk import Desk
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a form: stored when there is neither a fault nor a closed door."""

    faults: tuple[Fault, ...] = ()
    closed: bool = False

    @property
    def stored(self) -> bool:
        return not self.faults and not self.closed


async def take(
    desk: Desk, public_id: str, questionnaire: Questionnaire, form: Form, now: datetime, zone: tzinfo
) -> Receipt:
    """Store the answers of one form, unless it is too late at `now` or something is wrong with them."""
    if questionnaire.is_closed(now, zone):
        return Receipt(closed=True)
    rows, faults = read_answers(questionnaire, form)
    if not rows and not faults:
        nothing = Text("You have not answered any question yet.")
        faults = (Fault(question="", message=nothing),)
    if not faults:
        await desk.answer(public_id, rows)
    return Receipt(faults=faults)
