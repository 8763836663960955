"""Words that a questionnaire's file does not hold: conditions, limits, yes and no, in the page's language."""

from collections.abc import Mapping

from mailer.ballots.model import Condition, Kind, Question, Questionnaire
from mailer.results.labels import option_words
from mailer.words import Text


def choice_words(question: Question, value: str, language: str) -> str:
    """What stands beside a box; `value` as a form says it."""
    return option_words(question, question.offered[value], language)


def limit_words(question: Question, language: str) -> str:
    """What an answer cannot exceed; empty where the boxes say it."""
    low, high = question.minimum, question.maximum
    match question.kind:
        case Kind.TEXT:
            return Text("{count} characters at most", count=high).say(language)
        case Kind.NUMBER:
            return Text("A whole number from {low} to {high}", low=low, high=high).say(language)
        case Kind.MULTIPLE if high < len(question.options) + question.other:
            return Text("Answers at most: {count}", count=high).say(language)
        case Kind.RANK:
            words = Text("Give the rank 1 to what comes first; ranks go up to {high}.", high=high)
            return words.say(language)
        case _:
            return ""


def condition_words(questionnaire: Questionnaire, language: str) -> Mapping[str, str]:
    """By question (id), the condition under which it is asked, as a sentence; empty without one."""
    places = {question.id: (at, question) for at, question in enumerate(questionnaire.questions, 1)}
    said = {}
    for question in questionnaire.questions:
        parts = [_one(one, *places[one.question], language) for one in question.conditions]
        joined = Text(" and ").say(language).join(parts)
        sentence = Text("Only if you answered {answers}:", answers=joined).say(language)
        said[question.id] = sentence if parts else ""
    return said


def _one(condition: Condition, number: int, question: Question, language: str) -> str:
    forms = {stored: form for form, stored in question.offered.items()}
    answers = [
        Text("“{answer}”", answer=choice_words(question, forms[value], language)).say(language)
        for value in condition.values
    ]
    either = Text(" or ").say(language).join(answers)
    return Text("{answers} to question {number}", answers=either, number=number).say(language)
