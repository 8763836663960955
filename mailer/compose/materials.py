"""What an edition is made of beside its campaign and its template: the house that sends it, its files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.compose.figures import Figures
from mailer.compose.first_question import FirstQuestion
from mailer.model import Asset, Envelope, ListFace


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What an edition says of its sender, whatever the campaign."""

    name: str
    address: str
    contact: str
    envelope: Envelope
    site: str
    lists: tuple[ListFace, ...]
    subject_prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """The files a campaign names, by the name it gives them; the template's logo."""

    files: Mapping[str, Asset] = field(default_factory=dict)
    attachments: tuple[Asset, ...] = ()
    logo: Asset | None = None
    asked: str = ""  # the public id of the campaign whose questionnaire it leads to; empty: its own
    first: FirstQuestion | None = None  # of the questionnaire, where the mail asks it
    figures: Mapping[str, Figures] = field(default_factory=dict)  # files of them, by name
    ballots: bool = False  # whether each reader's link to the questionnaire is their own
