"""The golden samples: campaigns compiled and filled with fixed keys, date and person."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from mailer.compose import mjml
from mailer.compose.edition import preview_mjml
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.message import MessageWriter
from mailer.model import DRAFT_ID, Edition, Message, Recipient
from mailer.tokens.keys import Keys
from mailer.workspace.drafts import Draft, read_draft
from mailer.workspace.folder import open_workspace

GOLDEN = Path(__file__).parent
ROOT = GOLDEN.parents[1]
NPM = GOLDEN / "npm"
CAMPAIGNS = {
    "relation-clients": ROOT / "campaigns" / "relation-clients.md",
    "every-block": GOLDEN / "every-block.md",
}
KEYS = Keys.new(lambda count: bytes(range(count)))
DATE = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
PERSON = Recipient(
    subscriber=7,
    email="zoe.lefevre@example.org",
    list="sample",
    fields={
        "email": "zoe.lefevre@example.org",
        "first_name": "Zoé",
        "last_name": "Lefèvre",
        "language": "fr",
    },
)

# `make golden` sets it: the stored samples are then written anew, and their diff is read by a person.
REWRITE = bool(os.environ.get("REWRITE_GOLDEN"))


@dataclass(frozen=True, slots=True)
class Sample:
    """A campaign and what becomes of it."""

    draft: Draft
    edition: Edition
    mjml: str
    html: str
    text: str
    message: Message


@cache
def sample(name: str) -> Sample:
    """The sample called `name`, compiled as a draft of the repository's own workspace."""
    draft = draft_of(CAMPAIGNS[name])
    assert draft.findings == ()
    assert draft.edition is not None
    assert draft.campaign is not None
    assert draft.template is not None
    assert draft.house is not None
    source = preview_mjml(draft.campaign, draft.template, draft.house, draft.materials, DRAFT_ID)
    writer = MessageWriter(draft.edition, KEYS)
    values = writer.values(PERSON)
    return Sample(
        draft=draft,
        edition=draft.edition,
        mjml=mjml.plain(source),
        html=fill_page(draft.edition.html, values),
        text=fill_text(draft.edition.text, values),
        message=writer.write(PERSON, DATE),
    )


def draft_of(path: Path, environ: Mapping[str, str] | None = None) -> Draft:
    """The draft of a campaign file in the repository's workspace, whatever the machine's environment."""
    return read_draft(open_workspace(ROOT, environ or {}), path)
