"""Answers that are chosen from what is offered: one, several, an order, one for each row."""

from collections.abc import Mapping, Sequence

from mailer.ballots.faults import Fault, fault, twice, unknown
from mailer.ballots.model import Question
from mailer.ballots.schema import LONGEST_OPTION
from mailer.ballots.writing import Row, cleaned, fault_of_words
from mailer.words import Text, plural

Given = Mapping[str, Sequence[str]]  # what a form brought, by field

OTHER = "other"  # in the form, the choice of one's own words


def filled_in(given: Given, name: str) -> list[str]:
    """What was really given in a field: to leave a question, a browser sends nothing or an empty value."""
    return [value for value in given.get(name, ()) if value.strip()]


def step_of(question: Question, given: Given) -> list[Row] | Fault:
    """Yes or no, or the step of a scale."""
    values = filled_in(given, question.id)
    if len(values) > 1:
        return twice(question)
    if set(values) - question.offered.keys():
        return unknown(question)
    return [(question.id, question.offered[value]) for value in values]


def options_of(question: Question, given: Given) -> list[Row] | Fault:
    """The options chosen. Words typed beside them count as chosen, whether or not "other" is ticked."""
    values, offered = filled_in(given, question.id), question.offered
    others = given.get(question.other_id, ()) if question.other else ()
    own = " ".join(cleaned("".join(others)).split())  # one line, as its field
    if len(others) > 1 or len(set(values)) < len(values):
        return twice(question)
    if set(values) - offered.keys() - ({OTHER} if question.other else set()):
        return unknown(question)
    if OTHER in values and not own:
        return fault(
            question, Text("You chose to answer in your own words: write them, or choose another answer.")
        )
    rows = [(question.id, offered[value]) for value in values if value != OTHER]
    rows += [(question.other_id, own)] if own else []
    return _too_many(question, len(rows)) or fault_of_words(question, own, LONGEST_OPTION) or rows


def _too_many(question: Question, count: int) -> Fault | None:
    if count <= question.maximum:
        return None
    message = plural("Choose one answer only.", "Choose {count} answers at most.", count=question.maximum)
    return fault(question, message)


def order_of(question: Question, given: Given) -> list[Row] | Fault:
    """The options in order, `<id>.<rank>` and the option; the form has a rank for each option."""
    ranks = _lines(question, given)
    if isinstance(ranks, Fault):
        return ranks
    order = {int(rank): question.options[number - 1] for number, rank in ranks}
    if len(order) < len(ranks):
        return fault(question, Text("Two answers have the same rank: give each rank once."))
    missing = next((rank for rank in range(1, len(order) + 1) if rank not in order), 0)
    if missing:
        message = Text("No answer has the rank {rank}: count from 1, without a gap.", rank=missing)
        return fault(question, message)
    if question.required and 0 < len(order) < question.maximum:
        return fault(question, Text("Give all ranks, from 1 to {count}.", count=question.maximum))
    return [(question.line_id(rank), order[rank]) for rank in sorted(order)]


def cells_of(question: Question, given: Given) -> list[Row] | Fault:
    """One option for each row of a matrix, `<id>.<number of the row>` and the option."""
    cells = _lines(question, given)
    if isinstance(cells, Fault):
        return cells
    if question.required and 0 < len(cells) < len(question.rows):
        return fault(question, Text("This question needs an answer on each line."))
    return [(question.line_id(number), question.offered[value]) for number, value in cells]


def _lines(question: Question, given: Given) -> list[tuple[int, str]] | Fault:
    """What was chosen line by line: the number of the line, and what the form sent."""
    chosen: list[tuple[int, str]] = []
    for number, name in enumerate(question.fields, 1):
        values = filled_in(given, name)
        if len(values) > 1:
            return twice(question)
        if set(values) - question.offered.keys():
            return unknown(question)
        chosen += [(number, value) for value in values]
    return chosen
