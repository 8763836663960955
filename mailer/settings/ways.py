"""The ways of mail in mailer.toml: out of here, signed; and back, when it was not delivered."""

from mailer.settings import checks
from mailer.settings.usual import choice, count, needed, several, text
from mailer.toml.table import Key, Table
from mailer.words import Text

_LIMITS: Table = (
    count("per_second", 0, Text("messages a second; 0: no limit")),
    count("per_hour", 0, Text("messages an hour; 0: no limit")),
    count("per_day", 0, Text("messages a day; 0: no limit")),
)


def _way_out(kind: str) -> Table:
    """The keys of [transport] and of each [[transport.relay]]."""
    return (
        choice("kind", kind, ("folder", "smtp"), Text("folder writes .eml files: nothing leaves by mistake")),
        text("path", Text("the folder, in the workspace"), "subscribers/outbox", checks.path_inside),
        text("host", Text("the SMTP server"), check=checks.host),
        Key(
            "port",
            "integer",
            minimum=1,
            maximum=65535,
            doc=Text("465 with tls, 587 with starttls, 25 with none if absent"),
        ),
        choice("security", "tls", ("tls", "starttls", "none"), Text("none only for this machine")),
        Key(
            "username",
            "string",
            default="",
            check=checks.one_line,
            private=True,
            doc=Text("login; its password is never in this file"),
        ),
        text(
            "password_file",
            Text("file that holds the password, readable by you alone"),
            check=checks.path_inside_or_absolute,
        ),
        text("password_command", Text("command that prints the password; run without a shell")),
        count("connections", 8, Text("connections at the same time"), minimum=1),
        *_LIMITS,
    )


_RELAY: Table = (
    *_way_out("smtp"),
    count("weight", 1, Text("its part of the mail, beside the other relays'"), minimum=1),
    several("from_domains", Text("From domains it carries; nothing: all"), checks.domain),
)
_GROUP: Table = (
    several(
        "domains", Text("recipients' domains; nothing: those of the provider of this name"), checks.domain
    ),
    count("connections", 0, Text("connections at the same time for these recipients; 0: no limit")),
    *_LIMITS,
)
TRANSPORT: Table = (
    *_way_out("folder"),
    Key(
        "relay",
        "array of tables",
        default=(),
        keys=_RELAY,
        one=True,
        doc=Text("several servers, in place of the keys above"),
    ),
    Key("groups", "table of tables", keys=_GROUP, check=checks.slug),
)
DKIM: Table = (
    needed("domain", Text("signing domain (d=)"), checks.domain),
    needed("selector", Text("selector (s=)"), checks.selector),
    needed("key_file", Text("private key, PEM"), checks.path_inside_or_absolute),
)
BOUNCES: Table = (
    text("address", Text("where bounces return; nothing: no VERP"), check=checks.address),
    choice("separator", "+", ("+", "-", "="), Text("between the mailbox and what is added to it")),
    Key(
        "mailbox",
        "string",
        default="",
        check=checks.optional(checks.bounce_mailbox),
        private=True,
        doc=Text(
            "where they are read: imaps://user@host/folder, pop3s://user@host, maildir:PATH or mbox:PATH"
        ),
    ),
    text(
        "password_file",
        Text("file that holds the mailbox's password, readable by you alone"),
        check=checks.path_inside_or_absolute,
    ),
    text("password_command", Text("command that prints the mailbox's password; run without a shell")),
)
HOOK: Table = (
    needed(
        "secret_file",
        Text("file that holds the secret in the address its events are posted to; 20 characters at least"),
        checks.path_inside_or_absolute,
    ),
    text(
        "password_file",
        Text("file that holds the password its posts bring along; brevo, mailjet and postmark can"),
        check=checks.path_inside_or_absolute,
    ),
    text("topic", Text("the topic that posts, as arn:…; needed for ses and scaleway")),
    Key(
        "check_signature",
        "boolean",
        default=True,
        doc=Text("whether a topic's signature is verified, by a certificate fetched from its provider"),
    ),
)
