"""What a campaign's mails say of their sender, from the settings."""

from mailer.compose.campaign import Campaign
from mailer.compose.materials import House
from mailer.model import Envelope, ListFace
from mailer.settings import Settings
from mailer.settings.model import ListSettings
from mailer.words import Text

# Of relays that write a Message-ID of their own: the field whose value they give back with their events. It
# is not signed (signing/signer.py), since they may take it away.
HANDED_BACK = {
    "brevo": "X-Mailin-custom",
    "mailjet": "X-MJ-CustomID",
    "postmark": "X-PM-Metadata-message",
}


def house_of(settings: Settings, campaign: Campaign) -> House:
    """The sender of `campaign`: the organisation, unless its front matter says otherwise."""
    organisation = settings.organisation
    return House(
        name=organisation.name,
        address=organisation.address,
        contact=organisation.contact,
        envelope=Envelope(
            sender=campaign.sender or settings.sender.mailbox,
            reply_to=campaign.reply_to or settings.sender.reply_to,
            contact=organisation.contact,
            unsubscribe_mailbox=settings.bounces.address,
            separator=settings.bounces.separator,
            handed_back=tuple(field for relay, field in HANDED_BACK.items() if relay in settings.hooks),
        ),
        site=settings.site.url,
        lists=tuple(
            ListFace(
                slug=slug,
                title=one.title,
                reason=one.reason,
                language=one.language,
                origin=_origin(one),
            )
            for slug, one in settings.lists.items()
            if slug in campaign.lists
        ),
        subject_prefix=settings.sender.subject_prefix,
    )


# The sentences of /privacy: what a legal basis says by itself of where the addresses come from.
_ORIGINS = {
    "agreement": Text("Your work address was made available to trade unions under the company agreement."),
    "employer_permission": Text(
        "Your work address was made available to trade unions with the employer’s permission."
    ),
}


def _origin(one: ListSettings) -> str:
    """Where the addresses of a list come from, when not from the people themselves."""
    if one.source:
        source = one.source.rstrip(". ")
        return Text("Where your address comes from: {source}.", source=source).say(one.language)
    known = _ORIGINS.get(one.legal_basis)
    return known.say(one.language) if known is not None else ""
