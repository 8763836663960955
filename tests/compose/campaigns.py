"""Campaigns written in a line or two, laid out with the repository's own template."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from mailer.compose.campaign import Campaign, Known
from mailer.compose.edition import compile_edition
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.materials import House, Materials
from mailer.compose.message import MessageWriter
from mailer.compose.reading import read_campaign
from mailer.compose.template import Template
from mailer.findings import Finding, has_errors
from mailer.model import Asset, Edition, Envelope, ListFace, Message, Recipient
from mailer.tokens.keys import Keys
from mailer.workspace.templates import read_template

ROOT = Path(__file__).parents[2]
SITE = "https://lettre.example.org"
PUBLIC_ID = "k7qk2m4x9a"
FILE = "campaigns/x.md"
KEYS = Keys.new(random.Random(3).randbytes)
DATE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KNOWN = Known(
    fields=("email", "first_name", "last_name", "language"),
    lists=("adherents", "sample"),
    templates=("tract",),
    language="fr",
    site=SITE,
)
FACES = (
    ListFace(slug="adherents", title="Adhérents", reason="Vous êtes adhérent·e.", language="fr"),
    ListFace(slug="sample", title="Essai", reason="Vous êtes à l’essai.", language="fr"),
)
HOUSE = House(
    name="CGT Exemple",
    address="1 rue de l’Exemple, 75000 Paris",
    contact="contact@example.org",
    envelope=Envelope(
        sender="CGT Exemple <tracts@lettre.example.org>",
        reply_to="contact@example.org",
        contact="contact@example.org",
        unsubscribe_mailbox="",
        separator="+",
    ),
    site=SITE,
    lists=FACES,
)


def asset(name: str, content: bytes = b"content", width: int = 800, height: int = 600) -> Asset:
    """A file as `assets` would give it, whatever its bytes."""
    suffix = name.rpartition(".")[2]
    media_type = {"pdf": "application/pdf"}.get(suffix, f"image/{suffix}")
    return Asset(
        name=name,
        digest=hashlib.sha256(name.encode() + content).hexdigest(),
        suffix=suffix,
        media_type=media_type,
        content=content,
        width=width,
        height=height,
    )


LOGO = asset("logo.png", width=400, height=112)
FILES = {name: asset(name) for name in ("a.png", "b.png", "tract.pdf")}
MATERIALS = Materials(files=FILES, logo=LOGO)


def source(body: str, front: str = "", *, subject: str = "Objet") -> str:
    """The text of a campaign file; its body begins on the line after the second fence."""
    return f'+++\nsubject = "{subject}"\nlists = ["adherents"]\n{front}+++\n{body}'


def read(text: str, *, site: str = SITE) -> tuple[Campaign | None, list[Finding]]:
    """The campaign of a whole text, and its findings."""
    return read_campaign(text, "x", FILE, replace(KNOWN, site=site))


def campaign(body: str, front: str = "", *, subject: str = "Objet", site: str = SITE) -> Campaign:
    """A campaign that must have no errors."""
    found, findings = read(source(body, front, subject=subject), site=site)
    assert not has_errors(findings), [finding.say("en") for finding in findings]
    assert found is not None
    return found


@cache
def tract_template() -> Template:
    """templates/tract."""
    template, _, findings = read_template(ROOT, "tract")
    assert template is not None
    assert findings == []
    return template


def lay_out(
    one: Campaign, *, site: str = SITE, house: House = HOUSE, materials: Materials = MATERIALS
) -> Edition:
    """The edition of a campaign with templates/tract."""
    return compile_edition(one, tract_template(), replace(house, site=site), materials, PUBLIC_ID)


def edition(body: str, front: str = "", *, subject: str = "Objet", site: str = SITE) -> Edition:
    """The edition of a body."""
    return lay_out(campaign(body, front, subject=subject, site=site), site=site)


def person(**fields: str) -> Recipient:
    """Somebody of the list `adherents`."""
    return Recipient(subscriber=42, email="zoe@example.org", list="adherents", fields=fields)


def page(one: Edition, **fields: str) -> str:
    """The HTML as a person with these fields gets it."""
    return fill_page(one.html, MessageWriter(one, KEYS).values(person(**fields)))


def text(one: Edition, **fields: str) -> str:
    """The text part as a person with these fields gets it."""
    return fill_text(one.text, MessageWriter(one, KEYS).values(person(**fields)))


def message(one: Edition, **fields: str) -> Message:
    """The whole message for a person with these fields."""
    return MessageWriter(one, KEYS).write(person(**fields), DATE)


def codes(findings: Sequence[Finding]) -> list[str]:
    """What was found, by name."""
    return [finding.code for finding in findings]


def sources(changes: Mapping[str, str]) -> Template:
    """templates/tract with some of its files replaced."""
    template = tract_template()
    return replace(template, sources={**template.sources, **changes})
