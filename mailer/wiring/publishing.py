"""Results published in steps: looked at by whoever looks, renewed by the first look that may."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.ballots.model import Kind, Questionnaire
from mailer.errors import LaterError
from mailer.results.figures import Results, results_of
from mailer.results.publication import Publication, read, write
from mailer.results.publishing import is_due, publish
from mailer.store.answers import Answers
from mailer.words import Text

_TRIES = 20  # each is lost to somebody who answers, or publishes, at that very instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The last publication, if there is one; whether nothing more is taken; how many are in no figure."""

    publication: Publication | None
    closed: bool
    late: int


def look(
    answers: Answers, public_id: str, questionnaire: Questionnaire, now: datetime, zone: ZoneInfo
) -> Look:
    """What everybody may see at `now`, published first where a step is reached.

    In the mode where answers stand beside a member, only once it is closed.
    """
    for _ in range(_TRIES):
        state = answers.state(public_id)
        closed = state.closed or questionnaire.is_closed(now, zone)
        if questionnaire.mode == "named" and not closed:
            return Look(publication=None, closed=False, late=0)
        published, people = read(state.publication), state.people
        if is_due(people, published, questionnaire.k, closed=closed):
            renewed = _next(answers, public_id, questionnaire, people, published)
            if renewed is not None:
                if not answers.publish(public_id, write(renewed), instead_of=state.publication):
                    continue
                published = renewed
            elif answers.people(public_id) != people:
                continue
        return Look(
            publication=published, closed=closed, late=people - (published.people if published else 0)
        )
    raise LaterError(Text("many are answering just now: the same command works in a moment"))


def results(
    answers: Answers,
    public_id: str,
    questionnaire: Questionnaire,
    now: datetime,
    zone: ZoneInfo,
    language: str,
    *,
    texts: bool = True,
) -> Results:
    """The same as people read it; `texts`: with the free words that the section chose, for itself alone."""
    seen = look(answers, public_id, questionnaire, now, zone)
    words: dict[str, list[str]] = {}
    if texts and seen.publication is not None and any(seen.publication.texts.values()):
        readable = {one for ids in seen.publication.texts.values() for one in ids}
        for ident, name, said, shown in answers.texts(public_id, text_names(questionnaire)):
            if shown and ident in readable:
                words.setdefault(name, []).append(said)
    return results_of(
        questionnaire, seen.publication, language, closed=seen.closed, late=seen.late, words=words
    )


def readable(
    answers: Answers, public_id: str, questionnaire: Questionnaire
) -> list[tuple[str, str, str, bool]]:
    """The free words of the last publication, for the section to read: id, name, words, whether shown."""
    published = read(answers.publication(public_id))
    known = {one for ids in published.texts.values() for one in ids} if published else set()
    return [one for one in answers.texts(public_id, text_names(questionnaire)) if one[0] in known]


def text_names(questionnaire: Questionnaire) -> set[str]:
    """The names of the rows that hold free words."""
    typed = {one.id for one in questionnaire.questions if one.kind is Kind.TEXT}
    return typed | {one.other_id for one in questionnaire.questions if one.other}


def _next(
    answers: Answers,
    public_id: str,
    questionnaire: Questionnaire,
    people: int,
    published: Publication | None,
) -> Publication | None:
    """The next publication; None when somebody answered while it was counted, or the answers are gone."""
    tallies = answers.tallies(public_id)
    names = text_names(questionnaire)
    texts: dict[str, list[str]] = {name: [] for name in names}
    for ident, name, _said, _shown in answers.texts(public_id, names) if names else ():
        texts[name].append(ident)
    if not tallies or answers.people(public_id) != people:
        return None
    return publish(questionnaire, tallies, people, texts, published)
