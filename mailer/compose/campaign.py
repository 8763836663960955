"""A campaign: what its author meant, and what it may speak of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailer.compose import links, tree, walk
from mailer.compose.figures import wanted
from mailer.compose.marks import Marks
from mailer.findings import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a campaign may speak of in its workspace."""

    fields: Collection[str]
    lists: Collection[str]
    templates: Collection[str]
    language: str
    site: str
    segments: Mapping[str, str] = field(default_factory=dict)  # name -> text
    types: Mapping[str, str] = field(default_factory=dict)  # of the lists' own fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as its author meant it; texts hold marks for placeholders (see `marks`)."""

    slug: str
    file: str
    title: str
    subjects: tuple[str, ...]  # several: each person gets one of them
    preheader: str
    lists: tuple[str, ...]
    template: str
    questionnaire: str  # as written: a file's name, an https address, another campaign, or empty
    identifiers: tuple[str, ...]  # what that address may say of a person
    tracking: str
    sender: str
    reply_to: str
    language: str
    public: bool
    send_at: datetime | None
    expires: timedelta | None
    exclude: tuple[str, ...]
    segment: str
    attachments: tuple[tuple[str, Place], ...]
    images: str
    sample: bool
    tracts: tuple[tree.Tract, ...]
    marks: Marks
    digest: str
    places: Mapping[str, Place]  # of the front matter's keys
    subject_places: tuple[Place, ...]
    segment_place: Place  # of the text between its quotes
    exclude_places: tuple[Place, ...]

    @property
    def subject(self) -> str:
        """The first one: what stands for the campaign wherever there is room for one."""
        return self.subjects[0] if self.subjects else ""

    @property
    def questionnaire_url(self) -> str:
        """The https address of a questionnaire that lives elsewhere, as written, or empty."""
        return self.questionnaire if "://" in self.questionnaire else ""

    @property
    def questionnaire_file(self) -> str:
        """The name of the questionnaire file beside the campaign, or empty."""
        return self.questionnaire if "." in self.questionnaire and not self.questionnaire_url else ""

    @property
    def questionnaire_of(self) -> str:
        """The name of the campaign whose questionnaire this one leads to, or empty."""
        return self.questionnaire if "." not in self.questionnaire and not self.questionnaire_url else ""

    def pictures(self) -> list[tree.Picture]:
        """Every picture, in reading order."""
        return [inline for inline in self.inlines() if isinstance(inline, tree.Picture)]

    def linked_files(self) -> list[tree.Link]:
        """The links to files beside the campaign."""
        found = (inline for inline in self.inlines() if isinstance(inline, tree.Link))
        return [link for link in found if links.kind(link.href) == "file"]

    def figures(self) -> list[tree.Link]:
        """The links that stand for published figures, in reading order."""
        return [link for tract in self.tracts for link in wanted(tract.blocks)]

    def inlines(self) -> list[tree.Inline]:
        """Every inline of every tract, titles included, in reading order."""
        return [
            inline
            for tract in self.tracts
            for inline in (*walk.deep(tract.title), *walk.inlines_of(tract.blocks))
        ]
