"""A questionnaire's own rules of style: a question is hidden from those it is not asked of.

Nothing else does it without a script. A browser that knows no `:has()` shows every question, each with its
condition in words; what is answered in vain is dropped by the server and told before it is sent.
"""

from mailer.ballots.conditions import ancestors
from mailer.ballots.model import Condition, Question, Questionnaire


def box_id(question: Question, number: int) -> str:
    """The id of a question's box number `number`, from 1."""
    return f"{question.id}-{number}"


def rules_of(questionnaire: Questionnaire) -> str:
    """The rules, as a stylesheet; empty without conditions. On paper every question stands.

    A hidden box keeps its tick, so that a question is hidden by the conditions of all those it depends on.
    """
    questions = {question.id: question for question in questionnaire.questions}
    above = ancestors(questionnaire)
    rules = []
    for number, question in enumerate(questionnaire.questions, 1):
        conditions = dict.fromkeys(one for name in above[question.id] for one in questions[name].conditions)
        rules += [
            f"form:not(:has({_boxes(questions[one.question], one)})) .q{number}{{display:none}}"
            for one in conditions
        ]
    return f"@supports selector(:has(*)){{@media screen{{{''.join(rules)}}}}}" if rules else ""


def _boxes(question: Question, condition: Condition) -> str:
    """The selector of the boxes of which one must be ticked. Ids hold no letter that CSS would read."""
    values = list(question.offered.values())
    numbers = [values.index(value) + 1 for value in condition.values]
    return ",".join(f"#{box_id(question, number)}:checked" for number in numbers)
