"""A campaign file's text becomes a Campaign, with every fault found in one reading."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mailer.compose import tree
from mailer.compose.balance import balance_faults, check_balance
from mailer.compose.campaign import Campaign, Known
from mailer.compose.choices import check_choices
from mailer.compose.content import TO_WRITE, check_content, check_frames, check_wording, to_write
from mailer.compose.front_matter import FRONT_MATTER, Parts, cut, said
from mailer.compose.markdown import Reader
from mailer.compose.marks import Marks, locator, mark
from mailer.compose.tracts import split
from mailer.findings import Finding, Place, error
from mailer.toml.document import Document, read_document
from mailer.toml.positions import Path
from mailer.toml.table import validate
from mailer.words import Text


def read_campaign(text: str, slug: str, file: str, known: Known) -> tuple[Campaign | None, list[Finding]]:
    """The campaign of a normalised text (see `charset.decode`) and all its faults.

    None when there is no front matter to read.
    """
    parts = cut(text, file)
    if isinstance(parts, Finding):
        return None, [parts]
    document, findings = read_document(parts.front, file)
    if document is None:
        return None, findings
    values, faults = validate(document, FRONT_MATTER)
    reading = _Reading(file, parts, document, values, known, Marks.unlike(text), [*findings, *faults])
    subjects = tuple(reading.head(value, path) for value, path in reading.subjects())
    if document.values.get("subject") == []:
        place = document.place_of(("subject",), value=True)
        cure = Text("write {example}", example='subject = "…"')
        reading.findings.append(
            error("bad-value", place, Text("no subject stands between the brackets"), cure)
        )
    preheader = reading.head(values.get("preheader") or "", ("preheader",))
    tracts = reading.tracts()
    digest = hashlib.sha256(text.encode()).hexdigest()
    campaign = _campaign(reading, slug, subjects, preheader, tracts, digest)
    return campaign, reading.findings + [
        found for found in check_choices(campaign, known) if reading.is_news(found)
    ]


@dataclass(slots=True)
class _Reading:
    """One campaign being read; findings gather as it goes."""

    file: str
    parts: Parts
    document: Document
    values: Mapping[str, Any]
    known: Known
    marks: Marks
    findings: list[Finding] = field(default_factory=list)

    def is_news(self, finding: Finding) -> bool:
        """Whether nothing said so far explains it: one fault gives one finding."""
        if finding.place in {
            said.place for said in self.findings if said.code in {"wrong-type", "bad-value"}
        }:
            return False
        return finding.code != "missing-list" or not self.document.unread & {"lists", "list"}

    def subjects(self) -> list[tuple[str, Path]]:
        """Each subject, and where it stands; those at fault are not among them."""
        written = self.document.values.get("subject")
        if not isinstance(written, list):
            return [(value, ("subject",)) for value in self.values["subject"]]
        items = ((value, ("subject", at)) for at, value in enumerate(written))
        return [(value, path) for value, path in items if isinstance(value, str) and said(value) is None]

    def each(self, key: str, values: Sequence[str]) -> list[tuple[str, Path]]:
        """Each text of a list that may be one text, and where it stands."""
        if isinstance(self.document.values.get(key), str):
            return [(value, (key,)) for value in values]
        return [(value, (key, at)) for at, value in enumerate(values)]

    def head(self, value: str, path: Path) -> str:
        """A text of the front matter that stands at `path`, its placeholders marked."""

        def locate(offset: int) -> Place:
            word = value[offset:].split(maxsplit=1)
            return self.document.place_in(path, word[0] if word else "")

        marked, faults = mark(value, self.marks, self.known.fields, locate)
        place = self.document.place_of(path, value=True)
        self.findings += faults or balance_faults([marked], self.marks, place)
        self.findings += [
            to_write(found[0], self.document.place_in(path, found[0])) for found in TO_WRITE.finditer(value)
        ]
        return marked

    def tracts(self) -> tuple[tree.Tract, ...]:
        """The body, cut into tracts."""
        body, first_line = self.parts.body, self.parts.body_line
        locate = locator(self.file, body, first_line)
        marked, tag_faults = mark(body, self.marks, self.known.fields, locate)
        lines = body.split("\n")
        reader = Reader(self.file, lines, first_line, self.marks)
        tracts, outline_faults = split(reader.read(marked), Place(self.file, first_line), self.marks)
        self.findings += [*tag_faults, *reader.findings, *outline_faults]
        self.findings += check_wording(lines, self.file, first_line)
        self.findings += check_frames(lines, self.file, first_line)
        for tract in tracts:
            self.findings += check_content(
                tract, self.marks, questionnaire=bool(self.values.get("questionnaire"))
            )
            if not tag_faults:  # a faulty tag leaves no mark: its partner would be accused
                title = tree.Heading(1, tract.title, tract.place)
                self.findings += check_balance((title, *tract.blocks), self.marks, tract.place)
        return tracts


def _campaign(
    reading: _Reading,
    slug: str,
    subjects: tuple[str, ...],
    preheader: str,
    tracts: tuple[tree.Tract, ...],
    digest: str,
) -> Campaign:
    values, place_of = reading.values, reading.document.place_of
    single = [values["list"]] if values["list"] else []
    return Campaign(
        slug=slug,
        file=reading.file,
        title=values["title"] or reading.marks.blank(subjects[0] if subjects else ""),
        subjects=subjects,
        preheader=preheader,
        lists=tuple(dict.fromkeys([*values["lists"], *single])),
        template=values["template"],
        questionnaire=values["questionnaire"],
        identifiers=tuple(values["identifiers"]),
        tracking=values["tracking"],
        sender=values["from"],
        reply_to=values["reply_to"],
        language=values["language"] or reading.known.language,
        public=values["public"],
        send_at=values["send_at"],
        expires=values["expires"],
        exclude=tuple(values["exclude"]),
        segment=values["segment"],
        attachments=tuple(
            (name, place_of(("attachments", at), value=True))
            for at, name in enumerate(values["attachments"])
            if name not in values["attachments"][:at]
        ),
        images=values["images"],
        sample=values["sample"],
        tracts=tracts,
        marks=reading.marks,
        digest=digest,
        places={key.name: place_of((key.name,), value=True) for key in FRONT_MATTER},
        segment_place=reading.document.place_in(("segment",), values["segment"]),
        exclude_places=tuple(
            reading.document.place_in(path, name) for name, path in reading.each("exclude", values["exclude"])
        ),
        subject_places=tuple(place_of(path, value=True) for _, path in reading.subjects()),
    )
