"""What a setting may hold: each check answers with what to write instead, or None."""

import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from mailer.addresses import AddressError, check_address, check_domain, split_mailbox
from mailer.fields import STANDARD, canonical, is_field_name
from mailer.letters import is_one_line
from mailer.toml.kinds import duration
from mailer.words import Text

_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=7)

Check = Callable[[str], Text | None]


def optional(check: Check) -> Check:
    """The check, for a setting that may be left empty."""
    return lambda value: check(value) if value else None


def one_line(value: str) -> Text | None:
    """No line break: it goes into a header or a title."""
    return None if is_one_line(value) else Text("write it on one line, without invisible characters")


def filled_line(value: str) -> Text | None:
    return one_line(value) if value.strip() else Text("write something between the quotes")


def lines(value: str) -> Text | None:
    return one_line(value.replace("\n", ""))


def address(value: str) -> Text | None:
    try:
        check_address(value)
    except AddressError as error:
        return error.message
    return None


def mailbox(value: str) -> Text | None:
    try:
        split_mailbox(value)
    except AddressError as error:
        return Text("{reason}; write Name <name@example.org>", reason=error.message)
    return None


def domain(value: str) -> Text | None:
    try:
        check_domain(value)
    except AddressError:
        return Text("write a domain such as lettre.example.org")
    return None


def own_field(value: str) -> Text | None:
    """A field of a list's own; the standard ones are in every list."""
    if is_field_name(value) and (canonical(value) or value) not in STANDARD:
        return None
    return Text("write a field such as token: letters without accents, digits and _")


def wait(value: str) -> Text | None:
    """RFC 5321, 4.5.4.1 wants half an hour in general; less than five minutes is a nuisance."""
    found = duration(value)
    if found is not None and _SHORTEST <= found <= _LONGEST:
        return None
    return Text("write a wait from 5m to 7 days, such as 45m")


def selector(value: str) -> Text | None:
    """RFC 6376, 3.1: names of the DNS."""
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", value):
        return None
    return Text("write a name of letters and digits, such as s202611")


def host(value: str) -> Text | None:
    """A name or an IP address, without scheme or port."""
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", value) or _ip(value):
        return None
    return Text("write a server's name, such as smtp.example.org")


def is_loopback(name: str) -> bool:
    """Whether a host is this machine: 127.0.0.0/8, ::1, localhost (RFC 6761, 6.3)."""
    ip = _ip(name)
    return name.lower() == "localhost" or (ip is not None and ip.is_loopback)


def site_url(value: str) -> Text | None:
    parts = _split(value)
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname:
        return Text("write an address such as https://lettre.example.org, or nothing when there is no site")
    if "@" in parts.netloc:
        return Text("write it without a user name or a password")
    if "?" in value or "#" in value:
        return Text("write it without ? and #")
    if not _ip(parts.hostname) and (cure := domain(parts.hostname)):
        return cure
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return Text("write https://: http is only for this machine (127.0.0.1, ::1, localhost)")
    return None


def normal_url(value: str) -> str:
    """A checked site address: its host in lower case and ASCII, no final slash."""
    if not value:
        return ""
    parts = urlsplit(value)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name if _ip(name) else check_domain(name)
    port = f":{parts.port}" if parts.port is not None else ""
    return f"{parts.scheme}://{name}{port}{parts.path}".rstrip("/")


def database_url(value: str) -> Text | None:
    if value.startswith("postgresql://") and _split(value):
        return None
    path = value.removeprefix("sqlite:")
    if path == value or not path or path.startswith(("//", ":")):
        return Text("write sqlite:PATH, such as sqlite:subscribers/mailer.db, or postgresql://…")
    return path_inside_or_absolute(path)


def bounce_mailbox(value: str) -> Text | None:
    """An account, whose password is never in it, or files of this machine."""
    for scheme in ("maildir:", "mbox:"):
        if path := value.removeprefix(scheme) if value.startswith(scheme) else "":
            return path_inside_or_absolute(path)
    parts = _split(value)
    if parts is None or not parts.hostname or not parts.username:
        return _MAILBOX
    if parts.password is not None:
        return Text("write it without the password: that is in password_file, or in MAILER_BOUNCES_PASSWORD")
    if parts.query or parts.fragment or not value.isascii():
        return _MAILBOX
    clear = parts.scheme in ("imap", "pop3") and is_loopback(parts.hostname)
    return None if clear or parts.scheme in ("imaps", "pop3s") else _MAILBOX


_MAILBOX = Text(
    "write imaps://user@host/folder or pop3s://user@host (the user's own @ as %40), maildir:PATH or mbox:PATH"
)


RELAYS = ("ses", "brevo", "mailjet", "postmark", "scaleway")


# Those whose posts are signed, and what their topics are called: partition, region, account, name.
TOPICS = {
    "ses": re.compile(
        r"arn:aws(?:-cn|-us-gov)?:sns:[a-z]{2,3}(?:-[a-z]{2,12}){1,2}-\d{1,2}:\d{12}:[A-Za-z0-9_-]{1,256}"
    ),
    "scaleway": re.compile(r"arn:scw:sns:[a-z]{2}-[a-z]{3}:[A-Za-z0-9-]{1,80}:[A-Za-z0-9_.-]{1,256}"),
}


def relay(value: str) -> Text | None:
    """A relay whose events we read."""
    if value in RELAYS:
        return None
    return Text("write one of these: {names}", names=", ".join(RELAYS))


def network(value: str) -> Text | None:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return Text("write an IP address or a network, such as 10.0.0.0/8")
    return None


def timezone(value: str) -> Text | None:
    import zoneinfo  # noqa: PLC0415  10 ms

    try:
        zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder such as "Europe"
        return Text("write a time zone such as Europe/Paris (the IANA's names)")
    return None


def slug(value: str) -> Text | None:
    if re.fullmatch(r"[a-z0-9-]{1,40}", value):
        return None
    return Text("write only a to z, 0 to 9 and -, at most 40")


def path_inside(value: str) -> Text | None:
    """A path that stays in the workspace on any system."""
    if _climbs(value) or _is_absolute(value):
        return Text("write a path inside this folder, such as subscribers/outbox")
    return None


def path_inside_or_absolute(value: str) -> Text | None:
    if _climbs(value):
        return Text("write a path inside this folder, or a whole path from /, without ..")
    return None


def _climbs(value: str) -> bool:
    return ".." in re.split(r"[/\\]", value) or not value.isprintable() or value.startswith("~")


def _is_absolute(value: str) -> bool:
    """As Linux or as Windows sees it: a root, a share, a drive."""
    return re.match(r"[/\\]|[A-Za-z]:", value) is not None


def _ip(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _split(value: str) -> SplitResult | None:
    """The parts of a URL without spaces or backslashes, whose port is a number."""
    if re.search(r"[\s\\<>\"]", value) or not value.isprintable():
        return None
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts
