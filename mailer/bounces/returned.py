"""The mail that is returned within a bounce: found, and searched for what only we can have written."""

import re

from mailer.bounces import addresses
from mailer.bounces.parts import Part, decoded, split, unix, walk

_ENCLOSED = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "text/rfc822",
    "message/global",
    "message/global-headers",
    "message/partial",
    "message/news",
)
_OURS = (
    "return-path", "message-id", "list-unsubscribe", "list-id", "cfbl-address",
    "cfbl-feedback-id", "feedback-id",
    "references", "in-reply-to", "x-original-to", "delivered-to", "to", "x-envelope-from", "x-sender",
    "envelope-to", "x-envelope-to", "resent-from", "errors-to", "x-failed-recipients",
)  # fmt: skip
_TO = (
    "x-original-to",
    "delivered-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "to",
    "apparently-to",
    "x-actual-recipient",
    "cc",
    "bcc",
)
_TRACES = 60
_FOR = re.compile(r"\bfor <?([^\s<>;]{1,254}@[^\s<>;]{1,254})>?;")
_BEGINS = re.compile(
    r"^[> \t]{0,8}(?:Return-Path|Received|Message-I[Dd]|From|To|Date|Subject|"
    r"X-[\w-]{1,40}|DKIM-Signature|MIME-Version|Delivered-To|Reply-To|Sender|"
    r"List-[\w-]{1,30}|Content-Type|Authentication-Results|ARC-[\w-]{1,30})[ \t]{0,3}:",
    re.MULTILINE,
)


def enclosed(mail: Part) -> Part | None:
    """The mail within, or its header, as a part of the bounce."""
    raw = enclosed_bytes(mail)
    return split(raw) if raw else None


def enclosed_bytes(mail: Part) -> bytes:
    """The bytes of the mail within; none without one."""
    for part in walk(mail):
        if part.kind in _ENCLOSED:
            coded = part.get("content-transfer-encoding").strip().lower() in ("base64", "quoted-printable")
            return unix(part.text().encode() if coded else part.body).lstrip(b"\n ")
    return b""


def in_text(rest: str) -> Part | None:
    """The mail that follows a notice in the same text, if its header does."""
    found = _BEGINS.search(rest)
    if found is None:
        return None
    lines = rest[found.start() : found.start() + 32_000].split("\n")
    quoted = found[0][: len(found[0]) - len(found[0].lstrip("> \t"))]
    return split("\n".join(line.removeprefix(quoted) for line in lines).encode())


def traces(mail: Part, returned: Part | None) -> tuple[str, ...]:
    """Values in which a token of ours may stand: of the returned mail, and what the bounce refers to."""
    kept = [mail.get("in-reply-to"), mail.get("references")]
    if returned is not None:
        kept += [
            value
            for name, value in returned.fields
            if name in _OURS or name.startswith(("x-", "cfbl-", "list-"))
        ]
    return tuple(dict.fromkeys(value for value in kept if value))[:_TRACES]


def written_to(returned: Part | None) -> list[str]:
    """To whom the returned mail was: the closest word first."""
    if returned is None:
        return []
    told: list[str] = []
    for name in _TO:
        for value in returned.all(name)[:20]:
            told += [address for _, _, address in addresses.found(decoded(value))]
    for value in returned.all("received")[:20]:
        told += [found[1] for found in _FOR.finditer(value)]
    return addresses.distinct(told)


def address_fields(mail: Part) -> tuple[str, ...]:
    """The addresses a mail was delivered to."""
    names = (
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "x-envelope-to",
        "x-rcpt-to",
        "apparently-to",
        "to",
        "cc",
    )
    told = [
        address
        for name in names
        for value in mail.all(name)[:20]
        for _, _, address in addresses.found(decoded(value))
    ]
    for value in mail.all("received")[:5]:
        told += [found[1] for found in _FOR.finditer(value)]
    return tuple(addresses.distinct(told)[:_TRACES])
