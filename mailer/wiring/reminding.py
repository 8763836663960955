"""Reminders: a campaign to those of its lists who have not answered another one's questionnaire.

Whom it reaches is computed when it is sent and listed nowhere. To be among them says that one had not
answered: once the questionnaire closes, counts are kept of the reminder and nothing about anybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.ballots.reminding import LEAST, Unanswered, unanswered, unanswered_by_name
from mailer.compose.campaign import Campaign
from mailer.errors import RefusedError, UsageError
from mailer.store.answers import Answers
from mailer.store.campaigns import Launched
from mailer.store.clerk import Clerk
from mailer.store.sieve import EVERYBODY, Sieve
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.wiring.boxes import answers_of
from mailer.wiring.closing import questionnaire_of
from mailer.wiring.retention import retire_one, retire_one_by
from mailer.words import Text
from mailer.workspace.folder import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Of which campaign's questionnaire (its public id), and who may still answer it."""

    campaign: str
    waits: Unanswered


def reminder_of(workspace: Workspace, store: Store, keys: Keys, slug: str) -> Reminder:
    """The reminder of the launched campaign `slug`; UsageError when there is nothing to remind of."""
    launched = store.campaigns.by_slug(slug)
    if launched is None:
        raise UsageError(Text("{slug} was not sent yet: mailer send {slug}", slug=slug))
    questionnaire = questionnaire_of(store, launched.public_id)
    if questionnaire is None or not questionnaire.has_ballots:
        raise UsageError(
            Text(
                "only a questionnaire with ballots knows whether people have answered: {slug} has none",
                slug=slug,
            )
        )
    answers = answers_of(workspace)
    key = answers.key(launched.public_id)
    if key is None:
        raise RefusedError(
            Text("the questionnaire of {slug} is closed: there is nothing to answer", slug=slug)
        )
    spent = answers.spent(launched.public_id)
    if questionnaire.mode == "named":
        return Reminder(
            campaign=launched.public_id, waits=unanswered_by_name(keys, launched.public_id, spent)
        )
    return Reminder(campaign=launched.public_id, waits=unanswered(key, spent))


def leads_there(campaign: Campaign, slug: str) -> None:
    """UsageError unless the reminder's own link leads to the questionnaire it reminds of."""
    if campaign.questionnaire_of != slug:
        raise UsageError(
            Text(
                "{file} does not lead to the questionnaire of {slug}: write {line} in it",
                file=campaign.file,
                slug=slug,
                line=f'questionnaire = "{slug}"',
            )
        )


def tells_nothing(store: Store, campaign: Campaign, reminder: Reminder, sieve: Sieve = EVERYBODY) -> None:
    """RefusedError where whom it reaches would tell who has answered.

    Few left in or out are known by their number. So is one person by two numbers, of lists which differ by
    them alone: the lists are those of the campaign it reminds of, and none other.
    """
    lists = store.campaigns.lists(reminder.campaign)
    if set(campaign.lists) != set(lists):
        raise RefusedError(
            Text(
                "{file} names other lists than the campaign it reminds of, and the difference would show who "
                "has answered: write {lists}",
                file=campaign.file,
                lists=", ".join(lists),
            )
        )
    with store.glance():
        whole = sum(1 for _ in store.launches.selected(lists, sieve))
        audience = store.launches.chosen(lists, reminder.waits, sieve)
    left_out = whole - audience.size - audience.suppressed
    if audience.size < LEAST or left_out < LEAST:
        raise RefusedError(
            Text(
                "fewer than {count} people would be left in, or left out: whoever is written to, or is not, "
                "would show who has answered",
                count=LEAST,
            )
        )


def forget(store: Store, answers: Answers, now: datetime) -> list[str]:
    """Make counts of the reminders that are over and whose questionnaire is closed; their slugs."""
    found = due(store, answers)
    for one in found:
        retire_one(store, one.public_id, _ended(now))
    return [one.slug for one in found]


async def forget_by(clerk: Clerk, answers: Answers, now: datetime) -> list[str]:
    """The same, between what others ask of the clerk."""
    found = await clerk.ask(lambda store: due(store, answers))
    for one in found:
        await retire_one_by(clerk, one.public_id, _ended(now))
    return [one.slug for one in found]


def due(store: Store, answers: Answers) -> list[Launched]:
    """Reminders that are over, and of which nothing about anybody may be kept any more."""
    over = [one for one in store.campaigns.all() if one.reminds and one.closed_at is None]
    return [one for one in over if one.status in ("finished", "cancelled") and answers.is_closed(one.reminds)]


def _ended(now: datetime) -> datetime:
    """Later than the end of any of them, though it has only just ended."""
    return now + timedelta(seconds=1)
