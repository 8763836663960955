"""Every key of mailer.toml: kind, default, what it may hold. docs/contract.md is tested against it."""

from collections.abc import Iterator

from mailer.settings import checks
from mailer.settings.usual import choice, count, needed, several, text
from mailer.settings.ways import BOUNCES, DKIM, HOOK, TRANSPORT
from mailer.toml.kinds import Kind, as_toml
from mailer.toml.table import Key, Table
from mailer.words import LANGUAGES, Text

LEGAL_BASES = ("members", "contact", "consent", "given", "agreement", "employer_permission")

_ORGANISATION: Table = (
    needed("name", Text("who writes, as the footer and the site show it"), checks.filled_line),
    text("address", Text("postal address, in the footer; may have several lines"), check=checks.lines),
    needed(
        "contact", Text("address that a person reads: help, and unsubscribing without a site"), checks.address
    ),
    choice("language", "fr", LANGUAGES, Text("language of mails and pages")),
    text("timezone", Text("rules dates, daily counters, schedules"), "Europe/Paris", checks.timezone),
    text("legal_representative", Text("named on the privacy page")),
    text("dpo", Text("data protection officer, named on the privacy page")),
    text("hosting", Text("who hosts the site and the data, named on the privacy page")),
    text(
        "transfers",
        Text("data outside the European Economic Area, for the privacy page: none, or a sentence"),
    ),
    several(
        "employer_domains", Text("mail domains of the employers, whose use has conditions"), checks.domain
    ),
)
_SENDER: Table = (
    needed("from", Text("From of the mails: Name <address>"), checks.mailbox),
    text("reply_to", Text("Reply-To; nothing: answers go to From"), check=checks.mailbox),
    text("subject_prefix", Text("put before each subject")),
    text(
        "envelope",
        Text("envelope sender; nothing: one per recipient (VERP) with [bounces], else From"),
        check=checks.address,
    ),
)
_SITE: Table = (
    text("url", Text("public address of the site, https; nothing: no site"), check=checks.site_url),
    several("trusted_proxies", Text("networks whose X-Forwarded-For is believed"), checks.network),
    count("view_days", 90, Text("days a mail can be viewed in the browser; 0: for ever")),
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
    choice(
        "durability",
        "full",
        ("full", "process"),
        Text("full survives a power cut; process only a kill, faster"),
    ),
)
_SEND: Table = (
    several("test_to", Text("who receives tests"), checks.address),
    several("witnesses", Text("who receives a campaign first"), checks.address),
    several("approvers", Text("who may approve a campaign"), checks.address),
    count("approvals", 0, Text("approvals a campaign needs")),
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
_ALERTS: Table = (several("to", Text("who is told when something stops"), checks.address),)
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
    needed("title", Text("its name, as members read it"), checks.filled_line),
    choice("legal_basis", "", ("", *LEGAL_BASES), Text("why the law lets us write; needed to send")),
    text("legal_ref", Text("the agreement or permission, if the basis is one")),
    text("reason", Text("why you receive this, in the footer; a sentence with the title if absent")),
    text("source", Text("where its addresses come from, said in the first mail to who did not give theirs")),
    Key(
        "language",
        "string",
        choices=LANGUAGES,
        doc=Text("language of its mails; the organisation's if absent"),
    ),
    several(
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
    Key("transport", "table", keys=TRANSPORT),
    Key("dkim", "array of tables", default=(), keys=DKIM, one=True),
    Key("bounces", "table", keys=BOUNCES),
    Key("hooks", "table of tables", keys=HOOK, check=checks.relay),
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
