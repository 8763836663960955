"""Closing: a questionnaire whose day has come takes nothing more, and its key is destroyed.

Looked at once a minute by the site, and by each `send`. Answers are refused from the very instant, whoever
looks; the key of the ballots goes with the next look.
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from mailer.ballots.model import Questionnaire
from mailer.ballots.reading import read_questionnaire
from mailer.settings import Settings
from mailer.store.answers import Answers
from mailer.store.store import Store
from mailer.store.visits import Asked
from mailer.wiring.publishing import look


def questionnaire_of(store: Store, public_id: str) -> Questionnaire | None:
    """The questionnaire of a launched campaign as it was last sent; None: it has none of ours."""
    found = store.visits.questionnaire(public_id)
    return _read(found.text, found.slug) if found else None


def close_due(store: Store, answers: Answers, settings: Settings, now: datetime) -> list[str]:
    """Close what is due; the campaigns' slugs."""
    asked = due(store.visits.questionnaires(), settings, now)
    return [one.slug for one in asked if close_one(answers, one, settings, now)]


def due(asked: list[Asked], settings: Settings, now: datetime) -> list[Asked]:
    """Those whose closing has come, closed already or not."""
    zone = ZoneInfo(settings.organisation.timezone)
    read = [(one, _read(one.text, one.slug)) for one in asked]
    return [one for one, questionnaire in read if questionnaire and questionnaire.is_closed(now, zone)]


def close_one(answers: Answers, asked: Asked, settings: Settings, now: datetime) -> bool:
    """Close it, and publish what may be; whether it was open until now."""
    return close(answers, asked.public_id, _read(asked.text, asked.slug), settings, now)


def close(
    answers: Answers, public_id: str, questionnaire: Questionnaire | None, settings: Settings, now: datetime
) -> bool:
    """The same of a questionnaire that was read; None: its file is of another age, nothing is published."""
    if answers.is_closed(public_id):
        return False
    answers.close(public_id)
    if questionnaire is not None:
        look(answers, public_id, questionnaire, now, ZoneInfo(settings.organisation.timezone))
    return True


def forget(answers: Answers, asked: Asked, settings: Settings, now: datetime) -> None:
    """Take every answer out of a box, closed and published before: what was published stays."""
    close_one(answers, asked, settings, now)
    answers.empty(asked.public_id)


@lru_cache(maxsize=256)
def _read(text: str, name: str) -> Questionnaire | None:
    return read_questionnaire(text, name)[0] if text else None
