"""Brevo: one event a request, or several (batched). It signs nothing, and can send a password along.

developers.brevo.com/docs/transactional-webhooks, batched-webhooks, secured-webhooks (user and password in the
address, or a bearer token). Brevo's relay writes a Message-ID of its own: of our message it names what
`X-Mailin-custom` said (workspace/house.py), and the recipient.
"""

from collections.abc import Iterator

from mailer.bounces.model import Reading
from mailer.listen.hooks.posted import Fields, bounce, complaint, departure, failed, text

# What Brevo says, where the server's words (`reason`) have no code of their own.
_STATUSES = {
    "hard_bounce": "5.1.1",
    "invalid_email": "5.1.3",
    "soft_bounce": "4.0.0",
    "blocked": "5.7.1",
    "error": "4.0.0",
}


def readings(said: Fields) -> Iterator[Reading]:
    """What an event says; `deferred` is still being tried."""
    event, address = text(said, "event"), text(said, "email")
    traces = [text(said, "message-id"), text(said, "X-Mailin-custom")]
    if event == "spam":
        yield complaint("brevo", address, traces)
    elif event == "unsubscribed":  # by a link that Brevo put in
        yield departure("brevo", address, traces)
    elif event in _STATUSES:
        yield bounce("brevo", failed(address, _STATUSES[event], text(said, "reason")), traces)
