"""What a campaign's mails say of their sender, from the settings."""

from mailer.compose.campaign import Campaign
from mailer.compose.edition import House
from mailer.model import Envelope, ListFace
from mailer.settings import Settings


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
        ),
        site=settings.site.url,
        lists=tuple(
            ListFace(slug=slug, title=one.title, reason=one.reason, language=one.language)
            for slug, one in settings.lists.items()
            if slug in campaign.lists
        ),
        subject_prefix=settings.sender.subject_prefix,
    )
