"""Several subjects, tried side by side: each person gets one, and nobody knows who got which.

Which one is a keyed hash of the campaign and the person: the same at each attempt and on each machine, stored
nowhere. Messages differ by their subject and by the numbers of their links, so that clicks are counted for a
subject, never for a person (docs/decisions/0025).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from mailer.compose.campaign import Campaign
from mailer.compose.filling import fill_text
from mailer.compose.links import kind
from mailer.compose.message import MessageWriter
from mailer.compose.slots import QUESTIONNAIRE_SLOT
from mailer.compose.tree import Link
from mailer.findings import Finding, error, warning
from mailer.model import Edition, Message, Recipient, TrackedLink
from mailer.tokens.keys import Keys
from mailer.tokens.mails import variant_of
from mailer.words import Text

MOST = 4  # among more, a few hundred people tell nothing


def check_subjects(campaign: Campaign, *, site: bool) -> list[Finding]:
    """Faults of several subjects: too many, two the same, nothing that would tell which did better."""
    subjects, places = campaign.subjects, campaign.subject_places
    if len(subjects) < 2:
        return []
    findings = [
        error(
            "subjects",
            place,
            Text("this subject is there twice"),
            Text("write another, or remove it"),
        )
        for at, place in enumerate(places)
        if subjects[at] in subjects[:at]
    ]
    if len(subjects) > MOST:
        message = Text("there are {count} subjects", count=len(subjects))
        findings.append(error("subjects", places[MOST], message, Text("keep {limit} at most", limit=MOST)))
    if not _counts(campaign, site=site, questionnaire=not campaign.identifiers):
        message = Text("no click is counted here: nothing will tell which subject did better")
        cure = Text('keep one subject, or let the links be counted: a site, a link, tracking = "aggregate"')
        findings.append(warning("subjects-uncounted", places[0], message, cure))
    return findings


def check_ballot_subjects(campaign: Campaign, *, site: bool) -> list[Finding]:
    """Several subjects whose only counted link is a page with ballots, which judges none (see `judging`)."""
    if len(campaign.subjects) < 2 or not _counts(campaign, site=site, questionnaire=True):
        return []
    if _counts(campaign, site=site, questionnaire=False):
        return []
    message = Text(
        "the page of a questionnaire with ballots counts its readers together, whichever subject they had: "
        "nothing will tell which did better"
    )
    cure = Text("keep one subject, or add a link to another page")
    return [warning("subjects-uncounted", campaign.subject_places[0], message, cure)]


def _counts(campaign: Campaign, *, site: bool, questionnaire: bool) -> bool:
    """Whether a link is counted, `questionnaire:` among them or not."""
    if not site or campaign.tracking == "none":
        return False
    counted = {"web", "results"} | ({"questionnaire"} if questionnaire else set())
    return any(kind(one.href) in counted for one in campaign.inlines() if isinstance(one, Link))


def each(edition: Edition) -> list[Edition]:
    """What is really sent: an edition for each subject; the edition itself when there is one."""
    if not edition.variants:
        return [edition]
    size = len(edition.links) // len(edition.variants)
    return [
        replace(
            edition,
            subject=one.subject,
            html=one.html,
            text=one.text,
            frame=one.frame,
            links=edition.links[at * size : (at + 1) * size],
            variants=(),
        )
        for at, one in enumerate(edition.variants)
    ]


def judging(variant: Edition) -> list[TrackedLink]:
    """The links by which a variant's subject may be judged.

    A page with ballots counts its readers under one number, whichever subject they had: it says nothing.
    """
    tags = {*variant.html[1::2], *variant.text[1::2]}
    own = any(QUESTIONNAIRE_SLOT in tag for tag in tags)
    page = f"{variant.site}/q/{variant.asked or variant.public_id}"
    return [link for link in variant.links if not (own and link.destination == page)]


def spelt(edition: Edition) -> list[str]:
    """The subjects, for who reads about the campaign; fields are empty."""
    return [" ".join(fill_text(one.subject, {}).split()) for one in each(edition)]


class SplitWriter:
    """Writes an edition's messages, each with the subject that is this person's."""

    def __init__(
        self,
        edition: Edition,
        keys: Keys,
        *,
        message_id_key: str | None = None,
        ballot: Callable[[int], str] | None = None,
    ) -> None:
        """As `MessageWriter`."""
        self._public_id, self._keys, self._version = edition.public_id, keys, message_id_key
        self._writers = [
            MessageWriter(one, keys, message_id_key=message_id_key, ballot=ballot) for one in each(edition)
        ]

    def write(self, recipient: Recipient, date: datetime) -> Message:
        """As `MessageWriter.write`."""
        count = len(self._writers)
        at = variant_of(self._keys, self._public_id, recipient.subscriber, count, version=self._version)
        return self._writers[at].write(recipient, date)


def writer_of(
    edition: Edition,
    keys: Keys,
    *,
    message_id_key: str | None = None,
    ballot: Callable[[int], str] | None = None,
) -> MessageWriter | SplitWriter:
    """The writer of an edition: with one subject there is nothing to choose, and no time is lost over it."""
    made = SplitWriter if edition.variants else MessageWriter
    return made(edition, keys, message_id_key=message_id_key, ballot=ballot)
