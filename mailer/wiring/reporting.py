"""A report's facts, gathered: the store's counts as of one instant, the answers' own files beside."""

from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from mailer.compose.subjects import each, judging, spelt
from mailer.reports.facts import AnswerDay, DomainCount, Facts, Outline, Part, Split, SubjectCount
from mailer.reports.splits import drawn, together
from mailer.store.answers import Answers
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.store.tallies import Figures
from mailer.store.visits import Stored
from mailer.tokens.mails import variant_of
from mailer.wiring.boxes import answers_of
from mailer.wiring.doors import keys_of
from mailer.wiring.letters import editions_of
from mailer.workspace.folder import Workspace

_MOST_EARLIER = 5


def facts_of(store: Store, workspace: Workspace, campaign: Launched) -> Facts:
    """All that a report tells of a launched campaign."""
    answers, zone = answers_of(workspace), ZoneInfo(workspace.settings.organisation.timezone)
    with store.glance():
        fresh = store.campaigns.by_id(campaign.public_id) or campaign
        public_id = fresh.public_id
        lists = store.campaigns.lists(public_id)
        figures = store.campaigns.figures(public_id)
        return Facts(
            public_id=public_id,
            title=fresh.title,
            status=fresh.status,
            ended_at=fresh.ended_at,
            closed_at=fresh.closed_at.astimezone(zone) if fresh.closed_at else None,
            life_until=max(store.reports.life(public_id, slug) for slug in lists).astimezone(zone),
            lists=tuple(lists),
            own=_outline(store, answers, fresh, zone, figures),
            reasons=tuple(store.campaigns.reasons(public_id)),
            domains=_domains(store, fresh),
            reminds=bool(fresh.reminds),
            waves=_waves(figures, zone),
            editions=_editions(figures, zone),
            splits=tuple(_splits(store, workspace, fresh)),
            followers=_followers(store, public_id),
            earlier=tuple(
                _outline(store, answers, one, zone, store.campaigns.figures(one.public_id))
                for one in store.reports.earlier(public_id, _MOST_EARLIER)
            ),
        )


def _domains(store: Store, campaign: Launched) -> tuple[DomainCount, ...] | None:
    """Not of a reminder: where all of a domain were written to, nobody of it has answered."""
    if campaign.closed_at is not None or campaign.reminds:
        return None
    return tuple(store.reports.domains(campaign.public_id))


def _outline(store: Store, answers: Answers, campaign: Launched, zone: ZoneInfo, figures: Figures) -> Outline:
    """Days are those of the organisation."""
    public_id = campaign.public_id
    asked = store.visits.questionnaire(public_id) is not None
    return Outline(
        slug=campaign.slug,
        launched_at=campaign.launched_at.astimezone(zone),
        tally=figures.total,
        departed=store.reports.departed(public_id, store.campaigns.lists(public_id)),
        readers={one.number: one.tally.readers for one in figures.editions},
        links=together(store.reports.links(public_id)),
        answers=_answers(answers, public_id) if asked else None,
        returned=store.returns.people(public_id),
    )


def _followers(store: Store, public_id: str) -> int | None:
    links = (link for one in editions_of(store, public_id) for link in one.edition.links)
    return store.reports.followers(public_id) if any(link.own for link in links) else None


def _answers(answers: Answers, public_id: str) -> tuple[AnswerDay, ...]:
    return tuple(AnswerDay(day=day, people=people) for day, people in answers.days(public_id))


def _splits(store: Store, workspace: Workspace, campaign: Launched) -> Iterator[Split]:
    """The texts with several subjects; who has which is reckoned again, and only counted."""
    links = store.reports.links(campaign.public_id)
    for one in editions_of(store, campaign.public_id):
        sent = each(one.edition)
        if len(sent) < 2:
            continue
        people = None if campaign.closed_at else _shared(store, workspace, one, len(sent))
        yield Split(
            edition=one.number,
            apart=any(len(judging(variant)) < len(variant.links) for variant in sent),
            subjects=tuple(
                SubjectCount(
                    subject=subject,
                    people=None if people is None else people[at],
                    clicks=drawn(links, {link.number: link.destination for link in judging(variant)}),
                )
                for at, (variant, subject) in enumerate(zip(sent, spelt(one.edition), strict=True))
            ),
        )


def _shared(store: Store, workspace: Workspace, one: Stored, count: int) -> Counter[int]:
    """How many were sent the text under each subject, by its index."""
    keys, version = keys_of(workspace), one.message_id_key
    return Counter(
        variant_of(keys, one.public_id, subscriber, count, version=version)
        for subscriber in store.reports.sent(one.public_id, one.number)
    )


def _waves(figures: Figures, zone: ZoneInfo) -> tuple[Part, ...]:
    return tuple(
        Part(
            number=one.number,
            edition=one.edition,
            created_at=one.created_at.astimezone(zone),
            tally=one.tally,
        )
        for one in figures.waves
    )


def _editions(figures: Figures, zone: ZoneInfo) -> tuple[Part, ...]:
    return tuple(
        Part(
            number=one.number, edition=one.number, created_at=one.created_at.astimezone(zone), tally=one.tally
        )
        for one in figures.editions
    )
