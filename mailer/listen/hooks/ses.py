"""Amazon SES through SNS: bounces and complaints, as notifications or as events of a configuration set.

docs.aws.amazon.com/ses/latest/dg/notification-contents.html. `mail.source` is the envelope sender that we
said; the original header is there when the topic is told to include it.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from mailer.bounces.model import Reading
from mailer.listen.hooks.envelopes import Topics
from mailer.listen.hooks.posted import (
    Fields,
    bounce,
    complaint,
    each,
    failed,
    headers,
    text,
    unwrapped,
    within,
)

# Where the server said nothing that was passed on.
_STATUSES = {
    ("Permanent", "General"): "5.1.1",
    ("Permanent", "NoEmail"): "5.1.1",
    ("Transient", "MailboxFull"): "4.2.2",
    ("Transient", "MessageTooLarge"): "5.3.4",
    ("Transient", "ContentRejected"): "5.6.0",
    ("Transient", "AttachmentRejected"): "5.6.0",
}


# Not tried, by what Amazon had seen before, perhaps for somebody else: no second proof that it is dead (F5).
_NOT_TRIED = ("Suppressed", "OnAccountSuppressionList")


def topics(region: str) -> Topics:
    """Amazon's: whoever answers under the name of SNS in the topic's own region, over TLS, is SNS.

    It posts again for an hour at most (sns-message-delivery-retries.html), and rotates its certificate.
    """
    host = f"https://sns.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")
    return Topics(
        certificates=re.compile(re.escape(host) + r"(?::443)?/[A-Za-z0-9][A-Za-z0-9_-]*\.pem"),
        issuers="",
        confirmations=f"{host}/?",
        patience=timedelta(hours=1),
    )


def readings(said: Fields) -> Iterator[Reading]:
    """What an envelope holds."""
    found = unwrapped(said)
    if found is None:
        return
    mail = within(found, "mail")
    traces = [text(mail, "source"), *headers(mail, "headers")]
    match text(found, "notificationType") or text(found, "eventType"):
        case "Bounce":
            told = within(found, "bounce")
            tried = text(told, "bounceSubType") not in _NOT_TRIED
            usual = _STATUSES.get((text(told, "bounceType"), text(told, "bounceSubType")), "4.0.0")
            for one in each(told, "bouncedRecipients"):
                spoken = text(one, "diagnosticCode") if tried else ""
                status = (text(one, "status") if tried else "") or ("" if spoken else usual)
                yield bounce("ses", failed(text(one, "emailAddress"), status, spoken), traces)
        case "Complaint":
            for one in each(within(found, "complaint"), "complainedRecipients"):
                yield complaint("ses", text(one, "emailAddress"), traces)
