"""What of a draft is kept at its launch, and never read from its files again: the edition, the questions."""

import secrets
from dataclasses import replace

from mailer.ballots.casting import KEY_BYTES
from mailer.compose.edition import compile_edition
from mailer.errors import FaultsError, UsageError
from mailer.model import Edition
from mailer.store.store import Store
from mailer.wiring.boxes import answers_of
from mailer.wiring.closing import questionnaire_of
from mailer.words import Text
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace
from mailer.workspace.texts import read_text


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


def compiled(draft: Draft, public_id: str, first_link: int = 1) -> Edition:
    """The edition under its public id, its links numbered from `first_link` on."""
    assert draft.campaign is not None
    assert draft.template is not None
    assert draft.house is not None
    return compile_edition(
        draft.campaign, draft.template, draft.house, draft.materials, public_id, first_link=first_link
    )


def questionnaire_text(workspace: Workspace, draft: Draft) -> str:
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


def begin_box(workspace: Workspace, draft: Draft, public_id: str) -> None:
    """A box for the answers, where each has a ballot and the questionnaire is the campaign's own."""
    if draft.materials.ballots and not draft.materials.asked:
        answers_of(workspace).begin(public_id, secrets.token_bytes(KEY_BYTES))
