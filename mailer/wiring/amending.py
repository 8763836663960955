"""Another text for who has none yet: whether it may go out, whom it would reach, and its launch."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailer.ballots.frozen import forbidden
from mailer.ballots.reading import read_questionnaire
from mailer.compose.campaign import Campaign
from mailer.errors import LaterError, RefusedError
from mailer.store.campaigns import Launched
from mailer.store.launches import Audience
from mailer.store.store import Store
from mailer.store.waves import Amendment
from mailer.wiring.boxes import answers_of
from mailer.wiring.freezing import fresh, goes_on, pause_end
from mailer.wiring.frozen import asking, begin_box, compiled, questionnaire_text
from mailer.wiring.parts import part_of, same_part, sieve_of
from mailer.wiring.planning import Plan, audience_of, sound
from mailer.words import Text
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace


def changed(workspace: Workspace, store: Store, launched: Launched, draft: Draft) -> bool:
    """Whether the campaign would go out otherwise than as it was last frozen: text, files or settings."""
    stored = store.visits.stored(launched.public_id)
    assert stored is not None
    links = stored.edition.links
    again = compiled(asking(store, draft), launched.public_id, links[0].number if links else 1)
    return (again, questionnaire_text(workspace, draft)) != (stored.edition, stored.questionnaire)


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
    _same_people(workspace, launched, draft, campaign, lists)
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


def _same_people(
    workspace: Workspace, launched: Launched, draft: Draft, campaign: Campaign, lists: Sequence[str]
) -> None:
    """RefusedError when the draft is for others than who was frozen at the launch."""
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


def _same_questionnaire(workspace: Workspace, store: Store, launched: Launched, draft: Draft) -> None:
    """RefusedError when another text would change what those who have the first one were told of it."""
    stored = store.visits.stored(launched.public_id)
    assert stored is not None
    if not stored.questionnaire:
        return
    before, _ = read_questionnaire(stored.questionnaire, draft.file)
    after, _ = read_questionnaire(questionnaire_text(workspace, draft), draft.file)
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
    edition = compiled(draft, launched.public_id, number + 1)
    questionnaire = questionnaire_text(workspace, planned.draft)
    begin_box(workspace, draft, launched.public_id)
    with store.together():
        if store.waves.busy(launched.public_id):
            raise LaterError(
                Text("{slug} is still being sent somewhere: try again in a minute", slug=launched.slug)
            )
        goes_on(store, launched, planned, pause_end(workspace, planned, hold=hold), now)
        store.waves.amend(edition, questionnaire)
    return fresh(store, launched)
