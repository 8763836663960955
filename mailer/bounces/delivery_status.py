"""Delivery reports: the fields that say who did not get a mail (RFC 3464; beyond ASCII: RFC 6533)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailer.bounces import addresses
from mailer.bounces.parts import Part, decoded, walk

_LINES = 4_000  # of one report
_RECIPIENTS = 200
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,40})[ \t]{0,9}:[ \t]{0,9}(.*)")
_NAMES = frozenset(
    {"final-recipient", "original-recipient", "action", "status", "diagnostic-code", "x-actual-recipient"}
)
_WHO = ("final-recipient", "original-recipient")
_UTF8 = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")  # RFC 6533, 3: utf-8-addr-xtext
_XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461, 4


@dataclass(slots=True)
class Told:
    """What a report says of one recipient, field by field, as written."""

    fields: dict[str, str] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """RFC 3464, 2.3.3: one word; what stands after it is a comment."""
        found = re.match(r"[a-z]+", self.fields.get("action", "").strip().lower())
        return {"expired": "failed", "fail": "failed", "delay": "delayed", "deliverable": "delivered"}.get(
            word := found[0] if found else "", word
        )

    @property
    def status(self) -> str:
        """The field's value: it may have a comment."""
        return self.fields.get("status", "").strip()

    @property
    def diagnostic(self) -> str:
        """What the other server said, its type left out (RFC 3464, 2.3.6)."""
        value = decoded(self.fields.get("diagnostic-code", "")).strip()
        return re.sub(
            r"^\s*(?:smtp|x-[\w-]{1,30}|dns|x\.400|local|unix)\s{0,3};\s{0,3}", "", value, flags=re.IGNORECASE
        )

    def addresses(self) -> list[str]:
        """The one we wrote to first: a report may name where that one was forwarded to (RFC 3464, 2.3.1)."""
        names = ("original-recipient", "final-recipient", "x-actual-recipient")
        told = [_address(self.fields[name]) for name in names if name in self.fields]
        return addresses.distinct([one for one in told if "@" in one])

    @property
    def name(self) -> str:
        """What stands where the address should, when it is none: a user's name without a domain."""
        value = self.fields.get("final-recipient", "") or self.fields.get("original-recipient", "")
        return value.rpartition(";")[2].strip(" <>\"'")


def reports(mail: Part) -> list[Part]:
    """The parts that are delivery reports, whatever the multipart around them is called."""
    return [part for part in walk(mail) if part.kind.endswith("delivery-status")]


def in_text(text: str) -> bool:
    """Whether a text holds the fields of a report, as programs write that know of no parts."""
    return bool(
        re.search(r"^[ \t>]{0,4}Final-Recipient[ \t]*:", text, re.IGNORECASE | re.MULTILINE)
    ) and bool(
        re.search(r"^[ \t>]{0,4}(?:Action|Status|Diagnostic-Code)[ \t]*:", text, re.IGNORECASE | re.MULTILINE)
    )


def recipients(text: str) -> Iterator[Told]:
    """Those of a report, in order. Blank lines lie between them (2.1), or within, or not at all."""
    current: Told | None = None
    count = 0
    for block in re.split(r"\n[ \t]*\n", text)[:_LINES]:
        fields = [(name, value) for name, value in _fields(block) if name in _NAMES]
        # Some name the recipient last: what stands before in its block is said of it all the same.
        fresh = any(name in _WHO for name, _ in fields)
        for name, value in fields:
            if current is None or fresh or (name in _WHO and name in current.fields):
                if current is not None:
                    yield current
                    count += 1
                    if count == _RECIPIENTS:
                        return
                current, fresh = Told(), False
            current.fields.setdefault(name, value)
    if current is not None:
        yield current


def _fields(block: str) -> Iterator[tuple[str, str]]:
    """Fields of a block, unfolded; a program that wraps without the blank is understood."""
    name, lines = "", [""]
    for line in block.split("\n")[:_LINES]:
        found = None if line[:1] in (" ", "\t") and name else _FIELD.match(line.lstrip("> \t"))
        if found is not None:
            if name:
                yield name, " ".join(lines)[:2_000].strip()
            name, lines = found[1].lower(), [found[2].strip()]
        elif name and len(lines) < 40:
            lines.append(line.strip())
    if name:
        yield name, " ".join(lines)[:2_000].strip()


def _address(value: str) -> str:
    """`rfc822; <user@example.org>`; `utf-8; \\x{E9}t\\x{E9}@…` and xtext too (RFC 6533, 3; RFC 3461, 4)."""
    kind, semicolon, rest = value.partition(";")
    rest = (rest if semicolon else kind).strip()
    if kind.strip().lower() == "utf-8":
        rest = _UTF8.sub(lambda found: _character(found[1]), rest)
    rest = decoded(rest)
    if "@" not in rest and "+40" in rest:
        rest = _XTEXT.sub(lambda found: _character(found[1]), rest)
    return addresses.first(rest)


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if 32 < number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
