"""Answers: a posted form in, unlinked rows out, or what keeps them from being taken."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from mailer.ballots.answering import Filled, Form, read_answers
from mailer.ballots.faults import Fault
from mailer.ballots.model import Questionnaire
from mailer.listen.desk import Desk
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a form: nothing is stored where there is a fault, or a closed door.

    Where there is neither and nothing was stored, `filled` waits for a yes.
    """

    filled: Filled = field(default_factory=Filled)
    closed: bool = False
    stored: bool = False

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.filled.faults


async def take(
    desk: Desk,
    public_id: str,
    questionnaire: Questionnaire,
    form: Form,
    now: datetime,
    zone: tzinfo,
    *,
    confirmed: bool,
) -> Receipt:
    """Store the answers of one form if they are `confirmed`, not too late at `now`, and nothing is wrong."""
    if questionnaire.is_closed(now, zone):
        return Receipt(closed=True)
    filled = read_answers(questionnaire, form)
    if not filled.rows and not filled.faults:
        nothing = Text("You have not answered any question yet.")
        return Receipt(filled=Filled(faults=(Fault(question="", message=nothing),)))
    if not confirmed or filled.faults:
        return Receipt(filled=filled)
    await desk.answer(public_id, filled.rows)
    return Receipt(filled=filled, stored=True)
