"""A campaign read whole: its text, its files, its template; checked, and laid out as a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailer.ballots.emailing import emailed
from mailer.ballots.model import Questionnaire
from mailer.ballots.wording import option_said
from mailer.compose.audit import audit, subject_faults
from mailer.compose.campaign import Campaign, Known
from mailer.compose.edition import compile_edition
from mailer.compose.first_question import FirstQuestion
from mailer.compose.materials import House, Materials
from mailer.compose.reading import read_campaign
from mailer.compose.subjects import check_ballot_subjects, each
from mailer.compose.template import LAYOUT, PLAIN, Template
from mailer.errors import FaultsError, SettingsError
from mailer.fields import STANDARD
from mailer.findings import Finding, Place, error, has_errors, warning
from mailer.model import DRAFT_ID, Edition
from mailer.words import Text
from mailer.workspace.beginning import SLUG, slugified
from mailer.workspace.folder import Workspace, shown
from mailer.workspace.house import house_of
from mailer.workspace.materials import take_figures, take_materials, take_questionnaire
from mailer.workspace.people import list_fields
from mailer.workspace.templates import read_template, template_names
from mailer.workspace.texts import read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A campaign with all it needs; `findings` say everything wrong with it, the finished mail included."""

    file: str
    slug: str
    campaign: Campaign | None
    template: Template | None
    materials: Materials
    house: House | None
    edition: Edition | None
    findings: tuple[Finding, ...]


def read_draft(workspace: Workspace, path: Path, known: Mapping[str, frozenset[str]] | None = None) -> Draft:
    """Read, check and lay out the campaign at `path`; faults are findings, all at once.

    `known` holds the fields of the lists that have people; a list that has none yet is looked for in its
    file, so that a tract can be written before anybody is imported.
    """
    file, slug = shown(workspace.root, path), path.stem
    findings = _name_faults(slug, file)
    text, faults = read_text(path, file)
    findings += faults
    campaign = None
    if text is not None:
        fields, unread = fields_of(workspace, known or {})
        campaign, faults = read_campaign(text, slug, file, _known(workspace, fields))
        findings += faults
        findings += [fault for name in campaign.lists for fault in unread.get(name, [])] if campaign else []
    if campaign is None:
        return _draft(file, slug, findings)
    materials, template, faults = _gather(workspace, campaign, path.parent / slug)
    findings += faults
    house = house_of(workspace.settings, campaign)
    if has_errors(findings) or template is None:
        return _draft(file, slug, findings, campaign, template, materials, house)
    edition, faults = _lay_out(campaign, template, house, materials)
    return _draft(file, slug, [*findings, *faults], campaign, template, materials, house, edition)


def _draft(  # one shape, however far the reading went
    file: str,
    slug: str,
    findings: list[Finding],
    campaign: Campaign | None = None,
    template: Template | None = None,
    materials: Materials | None = None,
    house: House | None = None,
    edition: Edition | None = None,
) -> Draft:
    return Draft(
        file=file,
        slug=slug,
        campaign=campaign,
        template=template,
        materials=materials or Materials(),
        house=house,
        edition=edition,
        findings=tuple(findings),
    )


def _lay_out(
    campaign: Campaign, template: Template, house: House, materials: Materials
) -> tuple[Edition | None, list[Finding]]:
    try:
        edition = compile_edition(campaign, template, house, materials, DRAFT_ID)
    except FaultsError as fault:
        return None, list(fault.findings)
    sent = each(edition)
    subjects = zip(sent, campaign.subject_places, strict=True)
    layout, plain = (Place(f"{template.folder}/{name}") for name in (LAYOUT, PLAIN))
    return edition, [
        *(fault for one, place in subjects for fault in subject_faults(one.subject, place)),
        *audit(sent[0], Place(campaign.file), layout, plain),
    ]


def fields_of(
    workspace: Workspace, known: Mapping[str, frozenset[str]]
) -> tuple[frozenset[str], dict[str, list[Finding]]]:
    """The columns of every list, since which of them a campaign names is known once it is read; and the
    faults of those that cannot be read, for the campaigns that name them."""
    fields, faults = {*STANDARD, *workspace.settings.types}, {}
    for name in workspace.settings.lists:
        if name in known:
            fields |= known[name]
            continue
        try:
            fields |= list_fields(workspace.root, [name])
        except SettingsError as fault:
            faults[name] = list(fault.findings)
    return frozenset(fields), faults


def _known(workspace: Workspace, fields: frozenset[str]) -> Known:
    settings = workspace.settings
    return Known(
        fields=fields,
        lists=tuple(settings.lists),
        templates=tuple(template_names(workspace.root)),
        language=settings.organisation.language,
        site=settings.site.url,
        segments={name: one.text for name, one in settings.segments.items()},
        types=settings.types,
    )


def _gather(
    workspace: Workspace, campaign: Campaign, folder: Path
) -> tuple[Materials, Template | None, list[Finding]]:
    where = shown(workspace.root, folder)
    files, attached, findings = take_materials(campaign, folder, where)
    questionnaire, faults = take_questionnaire(campaign, folder, where)
    findings += faults
    figures, faults = take_figures(campaign, folder, where)
    findings += faults
    if campaign.questionnaire_of:
        questionnaire, faults = _borrowed(workspace, campaign, folder.parent)
        findings += faults
    template, logo = None, None
    if campaign.template in template_names(workspace.root):
        template, logo, faults = read_template(workspace.root, campaign.template)
        findings += faults
    ballots = questionnaire is not None and questionnaire.has_ballots
    if ballots and workspace.settings.organisation.employer_domains:
        findings.append(_read_by_the_employer(campaign))
    if ballots:
        findings += check_ballot_subjects(campaign, site=bool(workspace.settings.site.url))
    first = _first(questionnaire, campaign.language)
    materials = Materials(
        files=files, attachments=attached, logo=logo, first=first, figures=figures, ballots=ballots
    )
    return materials, template, findings


def _first(questionnaire: Questionnaire | None, language: str) -> FirstQuestion | None:
    """The question that the mail asks too, in the mail's language."""
    question = emailed(questionnaire) if questionnaire else None
    if question is None:
        return None
    choices = tuple(
        (value, option_said(question, stored, language)) for value, stored in question.offered.items()
    )
    return FirstQuestion(id=question.id, text=question.text, choices=choices)


def _borrowed(
    workspace: Workspace, campaign: Campaign, folder: Path
) -> tuple[Questionnaire | None, list[Finding]]:
    """The questionnaire of another campaign, which this one leads to: its own file says all about it."""
    name, place = campaign.questionnaire_of, campaign.places["questionnaire"]
    path = folder / f"{name}.md"
    other = None
    if SLUG.fullmatch(name) and path.is_file():
        file = shown(workspace.root, path)
        text, _ = read_text(path, file)
        other = read_campaign(text, name, file, _known(workspace, frozenset()))[0] if text else None
    if other is None or not other.questionnaire_file:
        message = Text("there is no campaign '{name}' with a questionnaire file", name=name)
        cure = Text("write a file's name (questionnaire.toml), or a campaign's that has one")
        return None, [error("missing-campaign", place, message, cure)]
    questionnaire, findings = take_questionnaire(other, folder / name, shown(workspace.root, folder / name))
    if has_errors(findings):
        message = Text("the questionnaire of '{name}' has faults", name=name)
        findings = [error("missing-campaign", place, message, Text("mailer check {name}", name=name))]
    return questionnaire, findings


def _read_by_the_employer(campaign: Campaign) -> Finding:
    """A link that is one member's own, in a mailbox that is not theirs."""
    return warning(
        "ballot-at-work",
        campaign.places["questionnaire"],
        Text(
            "this questionnaire has ballots, and [organisation].employer_domains says that the employer runs "
            "some of the mailboxes: whoever reads a mail there holds its member's ballot"
        ),
        Text('write mode = "open", or leave these addresses off the list'),
    )


def _name_faults(slug: str, file: str) -> list[Finding]:
    if SLUG.fullmatch(slug):
        return []
    return [
        error(
            "bad-slug",
            Place(file),
            Text("'{slug}' cannot name a campaign", slug=slug),
            Text("rename the file: '{better}.md'", better=slugified(slug) or "tract"),
        )
    ]
