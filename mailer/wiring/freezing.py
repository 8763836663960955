"""What a send freezes: an edition and an audience, a further wave, another text for who has none."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from mailer.ballots.casting import KEY_BYTES
from mailer.ballots.frozen import forbidden
from mailer.ballots.reading import read_questionnaire
from mailer.compose.edition import compile_edition
from mailer.deliver.gates import LARGE
from mailer.deliver.retry import DEFAULT_EXPIRY
from mailer.errors import FaultsError, LaterError, MailerError, RefusedError, UsageError
from mailer.model import Edition
from mailer.store.campaigns import Launched
from mailer.store.driver import RuleError
from mailer.store.launches import Audience, Launch, new_public_id
from mailer.store.store import Store
from mailer.store.waves import Amendment
from mailer.tokens.keys import Keys, Purpose
from mailer.wiring.boxes import answers_of
from mailer.wiring.closing import questionnaire_of
from mailer.wiring.parts import part_of, same_part, sieve_of
from mailer.wiring.planning import Plan, audience_of, sound
from mailer.wiring.witnesses import on_lists
from mailer.words import Text
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace
from mailer.workspace.texts import read_text


def launch(
    workspace: Workspace, store: Store, keys: Keys, planned: Plan, *, hold: bool, now: datetime
) -> Launched:
    """Freeze the edition and the audience; from here on the campaign is the store's."""
    draft, campaign = planned.draft, planned.draft.campaign
    assert campaign is not None
    draft = asking(store, draft)
    edition = _compiled(draft, new_public_id())
    _begin_box(workspace, draft, edition.public_id)  # before the campaign, which never is without its key
    hold_until = _hold_until(workspace, planned, hold=hold)
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
                questionnaire=_questionnaire(workspace, draft),
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
    hold_until = _hold_until(workspace, planned, hold=hold)
    first = _first(workspace, store, planned) if hold_until else frozenset()
    sieve = sieve_of(workspace, store, launched.part, now)
    with store.together():
        _reopen(store, launched, planned, hold_until, now)
        store.waves.top_up(launched.public_id, campaign.lists, first, sieve)
    return fresh(store, launched)


def changed(workspace: Workspace, store: Store, launched: Launched, draft: Draft) -> bool:
    """Whether the campaign would go out otherwise than as it was last frozen: text, files or settings."""
    stored = store.visits.stored(launched.public_id)
    assert stored is not None
    links = stored.edition.links
    again = _compiled(asking(store, draft), launched.public_id, links[0].number if links else 1)
    return (again, _questionnaire(workspace, draft)) != (stored.edition, stored.questionnaire)


def amendable(
    workspace: Workspace, store: Store, launched: Launched, draft: Draft, now: datetime
) -> tuple[Amendment, Audience]:
    """Whom another text would reach, and the audience that gates look at; nothing is stored.

    Raises FaultsError (the draft has errors), RefusedError (other lists, nothing new, nobody left).
    """
    campaign, _ = sound(draft)
    with store.glance():
        lists = store.campaigns.lists(launched.public_id)
        reach = store.waves.amendable(launched.public_id)
    if set(campaign.lists) != set(lists):
        raise RefusedError(
            Text(
                "{file} names other lists than at its launch, and who receives it is frozen: write {lists}",
                file=draft.file,
                lists=", ".join(lists),
            )
        )
    if not same_part(part_of(workspace.settings, campaign), launched.part):
        raise RefusedError(
            Text(
                "{file} chooses other people of its lists than at its launch, and who receives it is frozen: "
                "put 'segment' and 'exclude' back as they were",
                file=draft.file,
            )
        )
    if not changed(workspace, store, launched, draft):
        raise RefusedError(
            Text(
                "nothing has changed in {file} or its settings: 'mailer send {slug}' goes on",
                file=draft.file,
                slug=launched.slug,
            )
        )
    _same_questionnaire(workspace, store, launched, draft)
    if not reach.people:
        raise RefusedError(
            Text("everybody has the text of {slug} already: send it under another name", slug=launched.slug)
        )
    audience = audience_of(store, lists, sieve_of(workspace, store, launched.part, now))
    alone = replace(
        audience, size=reach.people, suppressed=0, departed=0, left_out=0, left_out_by=(), shared=0
    )
    return reach, alone


def _same_questionnaire(workspace: Workspace, store: Store, launched: Launched, draft: Draft) -> None:
    """RefusedError when another text would change what those who have the first one were told of it."""
    stored = store.visits.stored(launched.public_id)
    assert stored is not None
    if not stored.questionnaire:
        return
    before, _ = read_questionnaire(stored.questionnaire, draft.file)
    after, _ = read_questionnaire(_questionnaire(workspace, draft), draft.file)
    assert before is not None
    answered = answers_of(workspace).people(launched.public_id) > 0
    reasons = (
        forbidden(before, after, answered=answered)
        if after is not None
        else [Text("people have its link: it stays")]
    )
    if reasons:
        raise RefusedError(
            Text(
                "the questionnaire of {slug} cannot change like this: {reason}",
                slug=launched.slug,
                reason=reasons[0],
            )
        )


def amend(
    workspace: Workspace, store: Store, launched: Launched, planned: Plan, *, hold: bool, now: datetime
) -> Launched:
    """A second edition of a paused campaign for those who have none yet; it goes on."""
    number = max((link.number for link in store.campaigns.links(launched.public_id)), default=0)
    draft = asking(store, planned.draft)
    edition = _compiled(draft, launched.public_id, number + 1)
    questionnaire = _questionnaire(workspace, planned.draft)
    _begin_box(workspace, draft, launched.public_id)
    with store.together():
        if store.waves.busy(launched.public_id):
            raise LaterError(
                Text("{slug} is still being sent somewhere: try again in a minute", slug=launched.slug)
            )
        _reopen(store, launched, planned, _hold_until(workspace, planned, hold=hold), now)
        store.waves.amend(edition, questionnaire)
    return fresh(store, launched)


def _reopen(
    store: Store, launched: Launched, planned: Plan, hold_until: datetime | None, now: datetime
) -> None:
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


def _hold_until(workspace: Workspace, planned: Plan, *, hold: bool) -> datetime | None:
    """The end of the pause after the first ones; None when there is none."""
    pause = workspace.settings.send.hold if hold else timedelta(0)
    held = planned.real and planned.audience.size > LARGE and pause > timedelta(0)
    return planned.starts_at + pause if held else None


def _first(workspace: Workspace, store: Store, planned: Plan) -> frozenset[int]:
    assert planned.draft.campaign is not None
    return on_lists(store, workspace.settings.send.witnesses, planned.draft.campaign.lists)


def _begin_box(workspace: Workspace, draft: Draft, public_id: str) -> None:
    if draft.materials.ballots and not draft.materials.asked:
        answers_of(workspace).begin(public_id, secrets.token_bytes(KEY_BYTES))


def asking(store: Store, draft: Draft) -> Draft:
    """The draft, leading to another campaign's questionnaire if it names one; UsageError: it was not sent."""
    assert draft.campaign is not None
    name = draft.campaign.questionnaire_of
    if not name:
        return draft
    launched = store.campaigns.by_slug(name)
    asked = questionnaire_of(store, launched.public_id) if launched else None
    if launched is None or asked is None:
        raise UsageError(Text("{slug} was not sent yet: mailer send {slug}", slug=name))
    materials = replace(draft.materials, asked=launched.public_id, ballots=asked.has_ballots)
    return replace(draft, materials=materials)


def _compiled(draft: Draft, public_id: str, first_link: int = 1) -> Edition:
    assert draft.campaign is not None
    assert draft.template is not None
    assert draft.house is not None
    return compile_edition(
        draft.campaign, draft.template, draft.house, draft.materials, public_id, first_link=first_link
    )


def _questionnaire(workspace: Workspace, draft: Draft) -> str:
    """The questionnaire's text, kept with the edition: pages never read the file again."""
    assert draft.campaign is not None
    name = draft.campaign.questionnaire_file
    if not name:
        return ""
    file = f"campaigns/{draft.slug}/{name}"
    text, findings = read_text(workspace.root / file, file)
    if text is None:
        raise FaultsError(Text("{file} has faults: nothing was sent", file=file), findings)
    return text
