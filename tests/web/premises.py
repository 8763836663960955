"""A site with one campaign and a few people, on a clock that stands still."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from httpx import Response
from markupsafe import escape
from starlette.testclient import TestClient

from mailer.listen.desk import Published
from mailer.model import TrackedLink
from mailer.settings import Settings, read_settings
from mailer.tokens.keys import Keys
from mailer.tokens.links import unsubscribe_token
from mailer.web.app import site
from mailer.words import Text
from tests.golden.samples import sample
from tests.web.counter import TwinCounter
from tests.web.desk import Member, TwinDesk

KEYS = Keys.new(lambda count: bytes(range(count)))
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
QUESTIONS = (ROOT / "campaigns" / "relation-clients" / "questionnaire.toml").read_text("utf-8")
CAMPAIGN = "k7qk2m4x9a"
ZOE = 7

SETTINGS = """
[organisation]
name = "CGT Exemple"
address = "1 rue de l’Exemple\\n75000 Paris"
contact = "contact@example.org"
legal_representative = "Camille Durand"
dpo = "dpo@example.org"
[sender]
from = "CGT Exemple <tracts@lettre.example.org>"
[site]
url = "https://lettre.example.org"
[lists.adherents]
title = "Adhérents"
legal_basis = "members"
[lists.contacts]
title = "Contacts & amis"
legal_basis = "contact"
open = true
[lists.news]
title = "English news"
legal_basis = "consent"
language = "en"
open = true
[lists.travail]
title = "Adresses de travail"
legal_basis = "agreement"
legal_ref = "accord du 3 mars 2025"
"""


def settings(text: str = SETTINGS) -> Settings:
    read, findings = read_settings(text)
    assert read is not None, [finding.say("en") for finding in findings]
    return read


def published(
    *,
    public_id: str = CAMPAIGN,
    questionnaire: str = QUESTIONS,
    links: Sequence[str] = (),
    language: str = "fr",
    launched_at: datetime = NOW - timedelta(days=2),
    public: bool = False,
) -> Published:
    """The sample campaign as it was launched."""
    edition = sample("relation-clients").edition
    tracked = tuple(
        TrackedLink(number=number, destination=destination, label="…")
        for number, destination in enumerate(links, 1)
    )
    edition = replace(
        edition, public_id=public_id, language=language, links=tracked or edition.links, public=public
    )
    return Published(
        public_id=public_id,
        slug="relation-clients",
        edition=edition,
        questionnaire=questionnaire,
        launched_at=launched_at,
    )


class Premises:
    """The site with its desk, its clock (`now`), its log, and a visitor who follows no redirect."""

    def __init__(self, *campaigns: Published, text: str = SETTINGS, base: str = "https://lettre.example.org"):
        self.settings = settings(text)
        self.desk = TwinDesk(self.settings, campaigns or [published()])
        self.desk.members[ZOE] = Member({"adherents": True, "contacts": True})
        self.now = NOW
        self.log: list[str] = []
        self.counter = TwinCounter(self.desk, lambda: self.now)
        self.app = site(
            self.desk,
            self.settings,
            KEYS,
            lambda: self.now,
            counter=self.counter,
            log=self.log.append,
            floor=0.0,  # what a real site takes at least is waited for by its own test
        )
        self.visitor = TestClient(self.app, base, raise_server_exceptions=False, follow_redirects=False)


def says(page: Response, sentence: str, language: str = "fr", **values: object) -> bool:
    """Whether a page holds a sentence of ours, in its reader's language."""
    return str(escape(Text(sentence, **values).say(language))) in page.text


def way_out(subscriber: int = ZOE, list_slug: str = "adherents") -> str:
    """The path of somebody's unsubscribe link."""
    return f"/u/{unsubscribe_token(KEYS, subscriber, list_slug)}"
