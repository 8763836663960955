"""Postmark: bounces and spam complaints, one a request. It signs nothing, and can send a password along.

postmarkapp.com/developer/webhooks/bounce-webhook, webhooks-overview (user and password in the address).
Postmark gives our message another Message-ID; what proves it is what `X-PM-Metadata-message` said
(workspace/house.py; support/article/1125-custom-metadata-faq), or the bounce itself (`Content`), which the
webhook includes when it is told to.
"""

from collections.abc import Iterator

from mailer.bounces.model import Reading
from mailer.listen.hooks.posted import Fields, bounce, complaint, departure, failed, text, within

_STATUSES = {
    "HardBounce": "5.1.1",
    "BadEmailAddress": "5.1.3",
    "SoftBounce": "4.0.0",
    "DnsError": "4.4.3",
    "Blocked": "5.7.1",
    "SpamNotification": "5.7.1",
    "DMARCPolicy": "5.7.26",
    "VirusNotification": "5.6.0",
}


def readings(said: Fields) -> Iterator[Reading]:
    """What an event says; `Transient` is still being tried, auto-replies say nothing."""
    kind, address = text(said, "Type"), text(said, "Email")
    traces = [text(within(said, "Metadata"), "message"), text(said, "Content")]
    if text(said, "RecordType") == "SpamComplaint" or kind == "SpamComplaint":
        yield complaint("postmark", address, traces)
    elif text(said, "RecordType") == "SubscriptionChange" and _left(said):
        yield departure("postmark", text(said, "Recipient"), traces)
    elif text(said, "RecordType") == "Bounce" and kind in _STATUSES:
        yield bounce("postmark", failed(address, _STATUSES[kind], text(said, "Details")), traces)


def _left(said: Fields) -> bool:
    """By themselves, through a link that Postmark put in (subscription-change-webhook)."""
    return said.get("SuppressSending") is True and text(said, "Origin") == "Recipient"
