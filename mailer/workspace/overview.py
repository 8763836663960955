"""The campaigns of a workspace at a glance."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from mailer.compose.campaign import Campaign
from mailer.findings import Level
from mailer.workspace.drafts import read_draft
from mailer.workspace.folder import Workspace, campaign_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One campaign; `errors` counts what keeps it from being sent."""

    slug: str
    file: str
    subject: str
    lists: tuple[str, ...]
    tracts: int
    sample: bool
    errors: int
    warnings: int

    def as_json(self) -> dict[str, object]:
        """The same for machines; keys are the contract's."""
        return asdict(self)


def overview(workspace: Workspace, known: Mapping[str, frozenset[str]] | None = None) -> list[Overview]:
    """Every campaign, by slug; `known` as for `read_draft`."""
    rows = []
    for path in campaign_files(workspace.root):
        draft = read_draft(workspace, path, known)
        campaign = draft.campaign
        rows.append(
            Overview(
                slug=draft.slug,
                file=draft.file,
                subject=_subject(campaign),
                lists=campaign.lists if campaign else (),
                tracts=len(campaign.tracts) if campaign else 0,
                sample=campaign.sample if campaign else False,
                errors=sum(finding.level is Level.ERROR for finding in draft.findings),
                warnings=sum(finding.level is Level.WARNING for finding in draft.findings),
            )
        )
    return rows


def _subject(campaign: Campaign | None) -> str:
    return campaign.marks.blank(campaign.subject).strip() if campaign else ""
