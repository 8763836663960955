"""Answers: a posted form in, unlinked rows out, or what keeps them from being taken."""

from dataclasses import dataclass, field

from mailer.ballots.answering import Filled, Form, read_answers
from mailer.ballots.casting import Ballot, Taken
from mailer.ballots.emailing import emailed
from mailer.ballots.faults import Fault
from mailer.ballots.model import Questionnaire
from mailer.listen.desk import Desk
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a form: nothing is stored where there is a fault, or where `taken` says so.

    Where there is neither, `filled` waits for a yes.
    """

    filled: Filled = field(default_factory=Filled)
    taken: Taken | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.filled.faults


def preselected(questionnaire: Questionnaire, query: Form) -> list[tuple[str, str]]:
    """What an address ticks on the page: one choice of the question that the mail asks, and nothing else."""
    question = emailed(questionnaire)
    if question is None:
        return []
    return [one for one in query[:1] if one[0] == question.id and one[1] in question.offered]


async def take(
    desk: Desk,
    public_id: str,
    questionnaire: Questionnaire,
    form: Form,
    ballot: Ballot | None,
    *,
    confirmed: bool,
) -> Receipt:
    """Store the answers of one form if they are `confirmed` and nothing is wrong with them.

    A ballot that was cast is told before the answers are read again: who answers a second time learns it
    at once.
    """
    if ballot is not None and await desk.is_spent(public_id, ballot):
        return Receipt(taken=Taken.SPENT)
    filled = read_answers(questionnaire, form)
    if not filled.rows and not filled.faults:
        nothing = Text("You have not answered any question yet.")
        return Receipt(filled=Filled(faults=(Fault(question="", message=nothing),)))
    if not confirmed or filled.faults:
        return Receipt(filled=filled)
    return Receipt(filled=filled, taken=await desk.answer(public_id, filled.rows, ballot))
