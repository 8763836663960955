"""Every key of mailer.toml: kind, default, what it may hold. docs/contract.md is tested against it."""

from collections.abc import Iterator

from mailer.settings import checks
from mailer.toml.kinds import Kind, as_toml
from mailer.toml.table import Key, Table
from mailer.words import LANGUAGES, Text

LEGAL_BASES = ("members", "contact", "consent", "given", "agreement", "employer_permission")


def _text(name: str, doc: Text, default: str = "", check: checks.Check = checks.one_line) -> Key:
    """A text; it may be empty if it is so by default."""
    return Key(name, "string", default=default, check=check if default else checks.optional(check), doc=doc)


def _count(name: str, default: int, doc: Text, maximum: int | None = None, minimum: int = 0) -> Key:
    return Key(name, "integer", default=default, minimum=minimum, maximum=maximum, doc=doc)


def _several(name: str, doc: Text, check: checks.Check) -> Key:
    return Key(name, "strings", default=(), check=check, doc=doc)


def _choice(name: str, default: str, choices: tuple[str, ...], doc: Text) -> Key:
    return Key(name, "string", default=default, choices=choices, doc=doc)


def _needed(name: str, doc: Text, check: checks.Check) -> Key:
    return Key(name, "string", required=True, check=check, doc=doc)


_ORGANISATION: Table = (
    _needed("name", Text("who writes, as the footer and the site show it"), checks.filled_line),
    _text("address", Text("postal address, in the footer; may have several lines"), check=checks.lines),
    _needed(
        "contact", Text("address that a person reads: help, and unsubscribing without a site"), checks.address
    ),
    _choice("language", "fr", LANGUAGES, Text("language of mails and pages")),
    _text("timezone", Text("rules dates, daily counters, schedules"), "Europe/Paris", checks.timezone),
    _text("legal_representative", Text("named on the privacy page")),
    _text("dpo", Text("data protection officer, named on the privacy page")),
    _text("hosting", Text("who hosts the site and the data, named on the privacy page")),
    _text(
        "transfers",
        Text("data outside the European Economic Area, for the privacy page: none, or a sentence"),
    ),
    _several(
        "employer_domains", Text("mail domains of the employers, whose use has conditions"), checks.domain
    ),
)
_SENDER: Table = (
    _needed("from", Text("From of the mails: Name <address>"), checks.mailbox),
    _text("reply_to", Text("Reply-To; nothing: answers go to From"), check=checks.mailbox),
    _text("subject_prefix", Text("put before each subject")),
    _text(
        "envelope",
        Text("envelope sender; nothing: one per recipient (VERP) with [bounces], else From"),
        check=checks.address,
    ),
)
_SITE: Table = (
    _text("url", Text("public address of the site, https; nothing: no site"), check=checks.site_url),
    _several("trusted_proxies", Text("networks whose X-Forwarded-For is believed"), checks.network),
    _count("view_days", 90, Text("days a mail can be viewed in the browser; 0: for ever")),
    Key(
        "tracking_consent",
        "boolean",
        default=False,
        doc=Text("ask members, on the page of their own data, whether their clicks may be known"),
    ),
)
_DATABASE: Table = (
    Key(
        "url",
        "string",
        default="sqlite:subscribers/mailer.db",
        check=checks.database_url,
        private=True,
        doc=Text("sqlite:PATH or postgresql://…"),
    ),
    _choice(
        "durability",
        "full",
        ("full", "process"),
        Text("full survives a power cut; process only a kill, faster"),
    ),
)


_LIMITS: Table = (
    _count("per_second", 0, Text("messages a second; 0: no limit")),
    _count("per_hour", 0, Text("messages an hour; 0: no limit")),
    _count("per_day", 0, Text("messages a day; 0: no limit")),
)


def _way_out(kind: str) -> Table:
    """The keys of [transport] and of each [[transport.relay]]."""
    return (
        _choice(
            "kind", kind, ("folder", "smtp"), Text("folder writes .eml files: nothing leaves by mistake")
        ),
        _text("path", Text("the folder, in the workspace"), "subscribers/outbox", checks.path_inside),
        _text("host", Text("the SMTP server"), check=checks.host),
        Key(
            "port",
            "integer",
            minimum=1,
            maximum=65535,
            doc=Text("465 with tls, 587 with starttls, 25 with none if absent"),
        ),
        _choice("security", "tls", ("tls", "starttls", "none"), Text("none only for this machine")),
        Key(
            "username",
            "string",
            default="",
            check=checks.one_line,
            private=True,
            doc=Text("login; its password is never in this file"),
        ),
        _text(
            "password_file",
            Text("file that holds the password, readable by you alone"),
            check=checks.path_inside_or_absolute,
        ),
        _text("password_command", Text("command that prints the password; run without a shell")),
        _count("connections", 8, Text("connections at the same time"), minimum=1),
        *_LIMITS,
    )


_RELAY: Table = (
    *_way_out("smtp"),
    _count("weight", 1, Text("its part of the mail, beside the other relays'"), minimum=1),
    _several("from_domains", Text("From domains it carries; nothing: all"), checks.domain),
)
_GROUP: Table = (
    _several(
        "domains", Text("recipients' domains; nothing: those of the provider of this name"), checks.domain
    ),
    _count("connections", 0, Text("connections at the same time for these recipients; 0: no limit")),
    *_LIMITS,
)
_TRANSPORT: Table = (
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
_DKIM: Table = (
    _needed("domain", Text("signing domain (d=)"), checks.domain),
    _needed("selector", Text("selector (s=)"), checks.selector),
    _needed("key_file", Text("private key, PEM"), checks.path_inside_or_absolute),
)
_BOUNCES: Table = (
    _text("address", Text("where bounces return; nothing: no VERP"), check=checks.address),
    _choice("separator", "+", ("+", "-", "="), Text("between the mailbox and what is added to it")),
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
    _text(
        "password_file",
        Text("file that holds the mailbox's password, readable by you alone"),
        check=checks.path_inside_or_absolute,
    ),
    _text("password_command", Text("command that prints the mailbox's password; run without a shell")),
)
_HOOK: Table = (
    _needed(
        "secret_file",
        Text("file that holds the secret in the address its events are posted to; 20 characters at least"),
        checks.path_inside_or_absolute,
    ),
    _text(
        "password_file",
        Text("file that holds the password its posts bring along; brevo, mailjet and postmark can"),
        check=checks.path_inside_or_absolute,
    ),
    _text("topic", Text("the topic that posts, as arn:…; needed for ses and scaleway")),
    Key(
        "check_signature",
        "boolean",
        default=True,
        doc=Text("whether a topic's signature is verified, by a certificate fetched from its provider"),
    ),
)
_SEND: Table = (
    _several("test_to", Text("who receives tests"), checks.address),
    _several("witnesses", Text("who receives a campaign first"), checks.address),
    _several("approvers", Text("who may approve a campaign"), checks.address),
    _count("approvals", 0, Text("approvals a campaign needs")),
    Key("hold", "duration", default="10m", doc=Text("pause after the first 20 messages of a large campaign")),
    Key(
        "retry",
        "strings",
        default=("45m", "2h", "3h"),
        check=checks.wait,
        doc=Text(
            'waits before who was told "later" is tried again, the last one again and again; when the server '
            "greylists, 15m comes first"
        ),
    ),
)
_ALERTS: Table = (_several("to", Text("who is told when something stops"), checks.address),)
_RETENTION: Table = (
    Key("deliveries", "duration", default="6 months", doc=Text("how long each delivery is kept")),
    Key("bounces", "duration", default="12 months", doc=Text("how long bounces are kept")),
    Key(
        "contacts",
        "duration",
        default="3 years",
        doc=Text("how long a contact is kept after their last act: a list whose basis is contact"),
    ),
    Key("departed", "duration", default="12 months", doc=Text("how long who is on no list any more is kept")),
    Key("pending", "duration", default="30 days", doc=Text("how long who has not confirmed is kept")),
)
_LIST: Table = (
    _needed("title", Text("its name, as members read it"), checks.filled_line),
    _choice("legal_basis", "", ("", *LEGAL_BASES), Text("why the law lets us write; needed to send")),
    _text("legal_ref", Text("the agreement or permission, if the basis is one")),
    _text("reason", Text("why you receive this, in the footer; a sentence with the title if absent")),
    _text("source", Text("where its addresses come from, said in the first mail to who did not give theirs")),
    Key(
        "language",
        "string",
        choices=LANGUAGES,
        doc=Text("language of its mails; the organisation's if absent"),
    ),
    _several(
        "identifiers",
        Text("own fields by which another service knows its members, such as token: imported only if named"),
        checks.own_field,
    ),
    Key(
        "fields",
        "named values",
        default={},
        doc=Text("what an own field holds: text, number, date or yes-no; a text if nothing says so"),
    ),
    Key(
        "columns",
        "named values",
        default={},
        doc=Text("which field a column of its members' files is, by its title; empty: it is left aside"),
    ),
    Key("open", "boolean", default=False, doc=Text("whether anybody may sign up on the site, at /s/<list>")),
)

SCHEMA: Table = (
    Key("organisation", "table", required=True, keys=_ORGANISATION),
    Key("sender", "table", required=True, keys=_SENDER),
    Key("site", "table", keys=_SITE),
    Key("database", "table", keys=_DATABASE),
    Key("transport", "table", keys=_TRANSPORT),
    Key("dkim", "array of tables", default=(), keys=_DKIM, one=True),
    Key("bounces", "table", keys=_BOUNCES),
    Key("hooks", "table of tables", keys=_HOOK, check=checks.relay),
    Key("send", "table", keys=_SEND),
    Key("alerts", "table", keys=_ALERTS),
    Key("retention", "table", keys=_RETENTION),
    Key("lists", "table of tables", keys=_LIST, check=checks.slug),
    Key(
        "segments",
        "named values",
        default={},
        doc=Text("a part of the lists, such as {example}", example="site = 'Nantes'"),
    ),
)


def _flat(table: Table, prefix: str = "") -> Iterator[tuple[str, Kind, str, str]]:
    for key in table:
        name = prefix + key.name
        if key.keys:
            mark = {"array of tables": "[]", "table of tables": ".*"}.get(key.kind, "")
            yield from _flat(key.keys, f"{name}{mark}.")
        else:
            each = ".*" if key.kind == "named values" else ""
            yield name + each, key.kind, "" if each else _default(key), str(key.doc)


def _default(key: Key) -> str:
    if key.required:
        return "required"
    return "" if key.default is None else as_toml(key.default)


SETTINGS_KEYS: tuple[tuple[str, Kind, str, str], ...] = tuple(_flat(SCHEMA))
"""(dotted key, kind, default as TOML writes it, what it is for) of every key.

`lists.*.title` is of each list, `dkim[].domain` of each element; the default is "required" where
there is none, and empty where it follows from other keys (the sentence tells how).
"""
