"""What is known before a send: whom it reaches, until when, the facts that the gates look at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailer.addresses import is_reserved
from mailer.compose.campaign import Campaign
from mailer.deliver.gates import Facts
from mailer.deliver.retry import DEFAULT_EXPIRY
from mailer.errors import FaultsError, RefusedError, UsageError
from mailer.findings import has_errors
from mailer.model import Edition
from mailer.store.campaigns import Launched
from mailer.store.launches import Audience
from mailer.store.sieve import EVERYBODY, Sieve
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.wiring.doors import is_real
from mailer.wiring.facts import NETWORK, facts_of
from mailer.wiring.lanes import will_last
from mailer.wiring.parts import part_of, same_part, sieve_of
from mailer.wiring.rehearsal import Rehearsal, rehearse
from mailer.wiring.reminding import Reminder, tells_nothing
from mailer.words import Text
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace

_FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A send as it would be: what is shown before anybody says yes."""

    draft: Draft
    edition: Edition
    audience: Audience
    rehearsal: Rehearsal
    facts: Facts
    real: bool
    starts_at: datetime
    expires_at: datetime
    scheduled: bool
    lasts: float  # seconds, under the limits of [transport], with what has left lately
    reminder: Reminder | None = None  # only those who have not answered
    part: str = ""  # who of its lists it is for, as it will be kept


def plan(
    workspace: Workspace,
    store: Store,
    keys: Keys,
    draft: Draft,
    *,
    now: datetime,
    at: datetime | None,
    skipped: Sequence[str] = (),
    reminder: Reminder | None = None,
) -> Plan:
    """All that is known before a send; nothing is stored. Of a reminder, all that is known of its lists: how
    many of them it would reach, or where, held against the same of other lists, would tell who has answered.

    Raises FaultsError (the campaign has errors), RefusedError (a sample to real people, nobody to write to,
    a reminder that would tell who has answered).
    """
    campaign, _ = sound(draft)
    part = part_of(workspace.settings, campaign)
    sieve = sieve_of(workspace, store, part, now)
    if reminder is not None:
        part, sieve = _reminded(workspace, store, draft, reminder, part, now)
    audience = audience_of(store, campaign.lists, sieve)
    if not audience.size:
        raise RefusedError(_nobody_left(campaign.lists) if part else _nobody(campaign.lists))
    span = _span(now, at or campaign.send_at or now, campaign.expires or DEFAULT_EXPIRY)
    planned = _planned(workspace, store, keys, draft, audience, span, sieve, now=now, skipped=skipped)
    facts = replace(planned.facts, usual=None) if part else planned.facts  # which is that of whole lists
    return replace(planned, reminder=reminder, part=part, facts=facts)


def _reminded(
    workspace: Workspace, store: Store, draft: Draft, reminder: Reminder, part: str, now: datetime
) -> tuple[str, Sieve]:
    """A reminder is for the same part of the lists as the campaign it reminds of, as it was said then."""
    campaign, _ = sound(draft)
    asked = store.campaigns.by_id(reminder.campaign)
    assert asked is not None
    if not same_part(part, asked.part):
        raise RefusedError(
            Text(
                "{file} chooses other people than the campaign it reminds of, and the difference would show "
                "who has answered: write 'segment' and 'exclude' as {slug} has them",
                file=draft.file,
                slug=asked.slug,
            )
        )
    sieve = sieve_of(workspace, store, asked.part, now)
    tells_nothing(store, campaign, reminder, sieve)
    return asked.part, sieve


def plan_more(
    workspace: Workspace,
    store: Store,
    keys: Keys,
    draft: Draft,
    launched: Launched,
    audience: Audience,
    *,
    now: datetime,
    skipped: Sequence[str] = (),
) -> Plan:
    """The same for `audience`, people of a campaign that is launched already: a further wave, another text.

    The usual number of people is a whole campaign's: it says nothing of a part.
    """
    campaign, _ = sound(draft)
    starts_at, ends = _span(now, launched.starts_at, campaign.expires or DEFAULT_EXPIRY)
    span = starts_at, max(ends, launched.expires_at)
    sieve = sieve_of(workspace, store, launched.part, now)
    planned = _planned(workspace, store, keys, draft, audience, span, sieve, now=now, skipped=skipped)
    return replace(planned, part=launched.part, facts=replace(planned.facts, usual=None))


def sound(draft: Draft) -> tuple[Campaign, Edition]:
    """A draft's campaign and edition; FaultsError when it has errors."""
    campaign, edition = draft.campaign, draft.edition
    if has_errors(draft.findings) or campaign is None or edition is None:
        raise FaultsError(Text("{file} has faults: nothing was sent", file=draft.file), draft.findings)
    return campaign, edition


def _planned(
    workspace: Workspace,
    store: Store,
    keys: Keys,
    draft: Draft,
    audience: Audience,
    span: tuple[datetime, datetime],
    sieve: Sieve,
    *,
    now: datetime,
    skipped: Sequence[str],
) -> Plan:
    campaign, edition = sound(draft)
    starts_at, expires_at = span
    real = is_real(workspace.settings)
    if campaign.sample and real:
        _only_reserved(audience)
    rehearsal = rehearse(store, keys, edition, campaign.lists, now, sieve)
    return Plan(
        draft=draft,
        edition=edition,
        audience=audience,
        rehearsal=rehearsal,
        facts=facts_of(
            workspace, store, keys, draft, edition, audience, rehearsal, skipped if real else NETWORK
        ),
        real=real,
        starts_at=starts_at,
        expires_at=expires_at,
        scheduled=starts_at > now,
        lasts=will_last(
            workspace, store, edition.envelope.sender, audience.size, now, (starts_at - now).total_seconds()
        ),
    )


def _span(now: datetime, wanted: datetime, lasting: timedelta) -> tuple[datetime, datetime]:
    """From its first message to its end; a time that is over is now."""
    begins = max(wanted, now)
    if begins - now > _FARTHEST or lasting > _FARTHEST:
        raise UsageError(Text("a campaign begins within a year, and expires within a year of its beginning"))
    return begins, begins + lasting


def audience_of(store: Store, lists: Sequence[str], sieve: Sieve = EVERYBODY) -> Audience:
    """Whom the lists hold and the sieve keeps: nobody is kept from writing meanwhile."""
    with store.apart():
        return store.launches.audience(lists, sieve)


def _nobody(lists: Sequence[str]) -> Text:
    return Text(
        "nobody is on {lists}: nothing was sent. Bring people in: "
        "mailer subscribers import FILE --list {first}",
        lists=", ".join(lists),
        first=lists[0],
    )


def _nobody_left(lists: Sequence[str]) -> Text:
    return Text(
        "nobody on {lists} is in the segment of this campaign, or all are excluded: nothing was sent. "
        "See who is: {command}",
        lists=", ".join(lists),
        command="mailer segments",
    )


def _only_reserved(audience: Audience) -> None:
    real = [domain for domain, _ in audience.domains if not is_reserved(domain)]
    if real:
        raise RefusedError(
            Text(
                "this campaign is a sample (sample = true) and {domain} may be somebody's: it goes only to "
                "this machine, a folder, or domains reserved for examples",
                domain=real[0],
            )
        )
