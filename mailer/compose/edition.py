"""A campaign and its template become an edition: laid out once, ready to be filled a million times."""

from mailer.compose import template
from mailer.compose.campaign import Campaign
from mailer.compose.external import fields_of
from mailer.compose.layout import Layout
from mailer.compose.materials import House, Materials
from mailer.model import Edition


def compile_edition(
    campaign: Campaign,
    design: template.Template,
    house: House,
    materials: Materials,
    public_id: str,
    *,
    first_link: int = 1,
) -> Edition:
    """The edition of `campaign`: pure, so the same inputs give the same bytes.

    `first_link`: number of its first counted link, beyond those of the campaign's earlier editions.
    Raises FaultsError when the template cannot be used.
    """
    several = len(campaign.subjects) > 1
    counted = bool(house.site) and campaign.tracking != "none"

    def laid_out(first: int, *, counting: bool) -> Layout:
        return Layout(campaign, design, house, materials, public_id, first, counting=counting)

    # With several subjects this is the page of everybody: a click there says nothing of a subject.
    layout = laid_out(first_link, counting=counted and not several)
    sheet = layout.sheet()
    links, variants = list(layout.addresses.links), []
    for subject in campaign.subjects if several else ():
        if not counted:
            variants.append(sheet.under(layout.subject(subject)))
            continue
        own = laid_out(first_link + len(links), counting=True)
        variants.append(own.sheet().under(own.subject(subject)))
        links += own.addresses.links
    return Edition(
        public_id=public_id,
        language=campaign.language,
        subject=layout.marks.open(layout.title),
        html=sheet.html,
        text=sheet.text,
        frame=sheet.frame,
        envelope=house.envelope,
        site=house.site,
        lists=house.lists,
        links=tuple(links),
        images=tuple(layout.images.values()),
        files=tuple(materials.files[link.href] for link in campaign.linked_files()),
        attachments=materials.attachments,
        questionnaire=layout.external if layout.addresses.own else (),
        fields=frozenset({*layout.marks.fields, *fields_of(layout.external)}),
        asked=materials.asked,
        expires=campaign.expires,
        digest=campaign.digest,
        variants=tuple(variants),
        public=campaign.public,
    )


def preview_mjml(
    campaign: Campaign, design: template.Template, house: House, materials: Materials, public_id: str
) -> str:
    """The MJML between template and HTML, for those who write templates."""
    return Layout(campaign, design, house, materials, public_id).mjml()
