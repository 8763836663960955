"""What a send freezes: an edition and an audience, then a further wave; and how a launched one goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from mailer.deliver.gates import LARGE
from mailer.deliver.retry import DEFAULT_EXPIRY
from mailer.errors import MailerError, RefusedError, UsageError
from mailer.store.campaigns import Launched
from mailer.store.driver import RuleError
from mailer.store.launches import Launch, new_public_id
from mailer.store.store import Store
from mailer.tokens.keys import Keys, Purpose
from mailer.wiring.frozen import asking, begin_box, compiled, questionnaire_text
from mailer.wiring.parts import sieve_of
from mailer.wiring.planning import Plan
from mailer.wiring.witnesses import on_lists
from mailer.words import Text
from mailer.workspace.folder import Workspace


def launch(
    workspace: Workspace, store: Store, keys: Keys, planned: Plan, *, hold: bool, now: datetime
) -> Launched:
    """Freeze the edition and the audience; from here on the campaign is the store's."""
    draft, campaign = planned.draft, planned.draft.campaign
    assert campaign is not None
    draft = asking(store, draft)
    edition = compiled(draft, new_public_id())
    begin_box(workspace, draft, edition.public_id)  # before the campaign, which never is without its key
    hold_until = pause_end(workspace, planned, hold=hold)
    sieve = sieve_of(workspace, store, planned.part, now)
    taken = UsageError(Text("{slug} was launched in this very moment by another command", slug=draft.slug))
    with _told_as(taken), store.together():
        if store.campaigns.by_slug(draft.slug) is not None:
            raise taken
        store.launches.launch(
            Launch(
                slug=draft.slug,
                title=campaign.title or campaign.marks.blank(campaign.subject).strip(),
                edition=edition,
                questionnaire=questionnaire_text(workspace, draft),
                message_id_key=keys.current[Purpose.MESSAGE_ID],
                lists=campaign.lists,
                starts_at=planned.starts_at,
                expires_at=planned.expires_at,
                hold_until=hold_until,
                scheduled=planned.scheduled,
                abroad=planned.real,
                first=_first(workspace, store, planned) if hold_until else frozenset(),
                chosen=planned.reminder.waits if planned.reminder else None,
                reminds=planned.reminder.campaign if planned.reminder else "",
                sieve=sieve,
                part=planned.part,
            )
        )
    found = store.campaigns.by_slug(draft.slug)
    if found is None:
        raise MailerError(Text("the campaign {slug} could not be stored", slug=draft.slug))
    return found


@contextmanager
def _told_as(fault: UsageError) -> Iterator[None]:
    """Where others write at the same time, it is the schema that sees the second of two launches."""
    try:
        yield
    except RuleError:
        raise fault from None


def top_up(
    workspace: Workspace, store: Store, launched: Launched, planned: Plan, *, hold: bool, now: datetime
) -> Launched:
    """A further wave of a launched campaign, with its last text; it runs again if it was over."""
    campaign = planned.draft.campaign
    assert campaign is not None
    hold_until = pause_end(workspace, planned, hold=hold)
    first = _first(workspace, store, planned) if hold_until else frozenset()
    sieve = sieve_of(workspace, store, launched.part, now)
    with store.together():
        goes_on(store, launched, planned, hold_until, now)
        store.waves.top_up(launched.public_id, campaign.lists, first, sieve)
    return fresh(store, launched)


def goes_on(
    store: Store, launched: Launched, planned: Plan, hold_until: datetime | None, now: datetime
) -> None:
    """Within a transaction: it runs again for as long as its front matter says, or waits for its hour."""
    campaign = planned.draft.campaign
    assert campaign is not None
    reopen(store, launched, campaign.expires or DEFAULT_EXPIRY, now, hold_until)


def reopen(
    store: Store, launched: Launched, lasting: timedelta, now: datetime, hold_until: datetime | None = None
) -> None:
    """Within a transaction: a launched campaign runs, or waits for its hour; RefusedError: it cannot."""
    status = "scheduled" if launched.starts_at > now else "running"
    if not store.campaigns.reopen(launched, status, lasting=lasting, hold_until=hold_until):
        raise RefusedError(Text("{slug} has changed meanwhile: look at 'mailer status'", slug=launched.slug))


def fresh(store: Store, launched: Launched) -> Launched:
    """The campaign as it is now."""
    found = store.campaigns.by_id(launched.public_id)
    assert found is not None
    return found


def pause_end(workspace: Workspace, planned: Plan, *, hold: bool) -> datetime | None:
    """The end of the pause after the first ones; None when there is none."""
    pause = workspace.settings.send.hold if hold else timedelta(0)
    held = planned.real and planned.audience.size > LARGE and pause > timedelta(0)
    return planned.starts_at + pause if held else None


def _first(workspace: Workspace, store: Store, planned: Plan) -> frozenset[int]:
    assert planned.draft.campaign is not None
    return on_lists(store, workspace.settings.send.witnesses, planned.draft.campaign.lists)
