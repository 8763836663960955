"""What a network says, in words: an operator reads a cause, not the sentences of three libraries."""

import re

from mailer.words import Text

# The first that fits; of Python's sockets and TLS, of aiosmtplib, of transport/stream.py.
_CAUSES = (
    (
        r"WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST",
        Text("it does not speak TLS on this port: security and port of [transport] do not go together"),
    ),
    (
        r"Name or service not known|name resolution|nodename nor|getaddrinfo|No address associated",
        Text("its name leads nowhere, or the network is away"),
    ),
    (r"Network is unreachable|No route to host|Host is unreachable", Text("the network is away")),
    (r"Connect call failed|Connection refused", Text("nothing listens there")),
    (r"SSL|TLS|upgrading transport", Text("TLS could not be agreed upon")),
    (r"Timed out connecting|server ready message", Text("it does not answer")),
    (
        r"Timed out|no reply within|nothing taken within",
        Text("it says nothing more"),
    ),
    (r"Response too long|reply that does not end", Text("it sends a reply without an end")),
    (r"Malformed SMTP|^garbage|out of turn|nobody asked for", Text("what it says is no SMTP")),
    (
        r"EOF|Connection lost|server closed|connection was closed|Connection reset|Broken pipe|not connected",
        Text("it closed the connection"),
    ),
)


def cause(said: str) -> Text | None:
    """The sentence of what a library said; None when nothing fits: then its own words must do."""
    return next((text for pattern, text in _CAUSES if re.search(pattern, said)), None)
