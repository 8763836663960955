"""Settings as the rest of the code reads them: one frozen value per table of mailer.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from mailer.findings import Place
from mailer.toml.kinds import as_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    name: str
    address: str
    contact: str
    language: str  # ISO 639-1, one of words.LANGUAGES
    timezone: str  # IANA
    legal_representative: str
    dpo: str
    hosting: str
    transfers: str  # empty: nothing is said; "none", or which and under what safeguards
    employer_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """`mailbox` is `[sender].from`: "Name <local@domain>"."""

    mailbox: str
    reply_to: str  # empty: no Reply-To
    subject_prefix: str
    envelope: str  # empty: VERP when there is a mailbox for bounces


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`url` has no final slash; empty when there is no site."""

    url: str
    trusted_proxies: tuple[str, ...]  # networks, as 10.0.0.0/8
    view_days: int
    tracking_consent: bool  # whether members are asked, on their own page, if their clicks may be known


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    url: str  # sqlite:PATH or postgresql://…
    durability: str  # full | process


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """A way out: the folder, or one SMTP server. 0 of a rate is no limit of ours."""

    kind: str  # folder | smtp
    path: str
    host: str
    port: int
    security: str  # tls | starttls | none
    username: str
    password_file: str
    password_command: str
    connections: int
    per_second: int
    per_hour: int
    per_day: int
    relays: tuple["Relay", ...] = ()
    groups: tuple["Group", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay(Transport):
    """One of several servers: how much of the mail it takes, and for which From domains (empty: all)."""

    weight: int
    from_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Recipients behind one provider, with limits of their own; without `domains`, one known by its name."""

    name: str
    domains: tuple[str, ...]
    connections: int  # 0: no limit, here and below
    per_second: int
    per_hour: int
    per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    domain: str
    selector: str
    key_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounces:
    """Where bounces return; without an `address`, no VERP, and mailto unsubscribes go to the contact."""

    address: str
    separator: str
    mailbox: str  # imaps://, pop3s://, maildir:, mbox:
    password_file: str = ""
    password_command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """What a relay posts to the site: `name` is the relay's."""

    name: str
    secret_file: str
    password_file: str = ""
    topic: str = ""  # arn:…, of those that sign
    check_signature: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    test_to: tuple[str, ...]
    witnesses: tuple[str, ...]
    approvers: tuple[str, ...]
    approvals: int
    hold: timedelta
    retry: tuple[timedelta, ...]  # none: the usual ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    deliveries: timedelta
    bounces: timedelta
    contacts: timedelta
    departed: timedelta
    pending: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSettings:
    slug: str
    title: str
    legal_basis: str  # empty: not set, and a real send is refused
    legal_ref: str
    reason: str
    language: str
    source: str = ""  # where its addresses come from; empty: as its legal basis says
    identifiers: tuple[str, ...] = ()  # own fields by which another service knows them
    fields: Mapping[str, str] = field(default_factory=dict)  # own fields -> one of fields.TYPES
    columns: Mapping[str, str] = field(default_factory=dict)  # titles of files -> fields; empty: left aside
    open: bool = False  # anybody may sign up on the site, and confirms by mail


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSettings:
    """A segment as mailer.toml has it, and where its text begins there."""

    name: str
    text: str
    place: Place

    def place_at(self, offset: int) -> Place:
        """Where a character of the text stands; of one with escapes, about there."""
        before = self.text[:offset].split("\n")
        if len(before) == 1:
            return replace(self.place, column=self.place.column + offset)
        return Place(self.place.file, self.place.line + len(before) - 1, len(before[-1]) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One effective value: `origin` is "mailer.toml:12", a variable's name or "default"."""

    key: str  # dotted; elements are counted from 1: dkim[1].domain
    value: str | int | bool | tuple[str, ...]
    origin: str
    secret: bool = False

    def shown(self) -> str | int | bool | list[str]:
        """The value without what is secret in it, for JSON."""
        if self.secret and isinstance(self.value, str):
            return hidden(self.value)
        return list(self.value) if isinstance(self.value, tuple) else self.value

    def as_toml(self) -> str:
        """The same as mailer.toml would hold it."""
        return as_toml(self.shown())


def hidden(value: str) -> str:
    """`***` in place of a secret; of an address, only its user, password and query are hidden."""
    scheme, mark, rest = value.partition("://")
    if not mark:
        return "***" if value else ""
    rest = re.sub(r"^.*@", "***@", rest, flags=re.DOTALL)
    return f"{scheme}://{re.sub(r'[?].*', '?***', rest, flags=re.DOTALL)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """mailer.toml as in force; `sources` tells each value's origin, in the contract's order."""

    organisation: Organisation
    sender: Sender
    site: Site
    database: Database
    transport: Transport
    dkim: tuple[Dkim, ...]
    bounces: Bounces
    hooks: Mapping[str, Hook]
    send: Send
    alerts: Alerts
    retention: Retention
    lists: Mapping[str, ListSettings]
    segments: Mapping[str, SegmentSettings]
    sources: tuple[Setting, ...]

    @property
    def types(self) -> Mapping[str, str]:
        """The type of each own field that has one; a field is one and the same on all lists."""
        return {name: kind for one in self.lists.values() for name, kind in one.fields.items()}
