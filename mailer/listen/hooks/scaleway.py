"""Scaleway's Transactional Email, through its Topics and Events: envelopes like those of Amazon's SNS.

scaleway.com/en/docs/transactional-email/reference-content/webhook-events-payloads, and
…/topics-and-events/reference-content/veriying-webhooks (sic). The header of our message
is there, and with it our tokens.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from mailer.bounces.model import Reading
from mailer.listen.hooks.envelopes import Topics
from mailer.listen.hooks.posted import Fields, bounce, failed, headers, text, unwrapped

_STATUSES = {
    "email_mailbox_not_found": "5.1.1",
    "email_dropped": "5.0.0",
    "email_spam": "5.7.1",
    "email_blocklisted": "5.7.1",
}


def topics(region: str) -> Topics:
    """Scaleway's: a certificate is believed that those of its trust chain, which lie beside it, have issued.

    It is rotated every year; a message that is posted again keeps its first date for hours.
    """
    shelf = f"https://messaging.s3.fr-par.scw.cloud/{region}/sns"  # for all regions
    return Topics(
        certificates=re.compile(re.escape(shelf) + r"/[A-Za-z0-9][A-Za-z0-9_-]*\.(?:pem|crt)"),
        issuers=f"{shelf}/sns-trust-chain.pem",
        confirmations=f"https://sns.mnq.{region}.scaleway.com/?",
        patience=timedelta(hours=8),
    )


def readings(said: Fields) -> Iterator[Reading]:
    """What an envelope holds; `email_deferred` is still being tried."""
    found = unwrapped(said)
    if found is None or text(found, "type") not in _STATUSES:
        return
    spoken = text(found, "email_response_message") or text(found, "email_error")
    failing = failed(text(found, "email_to"), _STATUSES[text(found, "type")], spoken)
    yield bounce("scaleway", failing, [text(found, "email_from"), *headers(found, "email_headers")])
