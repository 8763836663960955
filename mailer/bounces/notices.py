"""Notices in words alone: who did not get a mail, and what is said of each, from the shape of the lines.

Hundreds of programs wrote hundreds of notices. What they share is a shape: some lines that say that a mail
did not arrive, each recipient at the beginning of a line or after a word that announces one, the reason
beside or below, then the mail itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailer.bounces import addresses
from mailer.bounces.sentences import LINE, pattern

_LINES = 400
_SAID = 1_500  # characters kept of what is said of one recipient

_ALONE = re.compile(r"^[\s<>(\[\"'“«*•·:>-]{0,40}$")
_ALONE_AFTER = re.compile(
    r"^[\s<>)\]\"'”»*.,;:]{0,20}(?:<[^<>]{0,254}>|\([^()]{0,254}\)|\[[^\[\]]{0,254}\]|=20|=)?[\s:.,;]{0,9}$"
)
_THEN = re.compile(
    r"^\s{0,3}(?:>|\"|'|\]|\)|»|”)?\s{0,6}(?::|\.\.\.|,|;|-|–|—|\(|\b(?:on|le|"
    r"am|el|il|op|em) \w|\s{2,}\S|=>|\s?\d{3}[ -])"
)
_ANNOUNCED = re.compile(
    r"(?:rcpt to:?|to(?: address)?|recipients?(?: address(?:es)?)?|destinataires?(?: final)?|"
    r"failed recipients?|e-?mail address|empf[äa]nger|user|account|mailbox|address(?:es)?(?:ed)?(?: to)?|"
    r"adresse|for|error-for|intended recipient|userid|generated from|expanded from|"
    r"originally addressed to|[àa]|an|para|a|dest\w{0,12}|orig-?to|reach|deliver(?: your (?:e-?mail|"
    r"message|mail))?(?: to)?|contact|not found|at|usu[áa]rio|usuario|recipient name|"
    r"final-recipient|original-recipient|who|mail-?to|remote recipient|local mailbox|"
    r"message to)"
    r"[\s:=]{0,6}(?:\[?smtp:|rfc822;|<mailto:|mailto:)?[\s<\"'(\[«“*]{0,9}$",
    re.IGNORECASE,
)
_SURELY = re.compile(
    r"(?:rcpt to:?|failed recipient:?|error-for:|undeliverable\s{1,3}to|\[smtp:|"
    r"recipient:|(?:generated|expanded) from:?|failed attempts?:|final delivery userid:|"
    r"unknown user:|\d attempts:|smtp=|"
    r"to the following (?:recipient|address)(?:es)?:?)\s{0,9}[<\[]?(?:smtp:)?$",
    re.IGNORECASE,
)
_NOT_THEIRS = re.compile(
    r"(?:mail from:?|return-?path:?|\bfrom:?|sender:?|reply-to:?|reported-by:?|"
    r"message-?id:?|\bid:?|contact|consult|help|support|questions?.{0,40}|postmaster|"
    r"administrat\w{0,5}|https?://\S{0,80}|www\.\S{0,60}|sent by|envoy[ée] par|"
    r"exp[ée]diteur|absender|de|from address|originator|visit|write to|sending (?:an )?e?-?mail to|"
    r"by writing.{0,20}|references:?|in-reply-to:?|assistance.{0,40})[\s:=]{0,4}[\s<\"'(\[]{0,5}$",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"^(?:mailer-daemon|postmaster|abuse|hostmaster|no-?reply|support|help(?:desk)?|"
    r"webmaster|mdaemon|mail\.?delivery\.?system|majordomo|listserv|bounces?)@",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"^(?:[0-9A-Za-z]{6,}[.$-]){2,}|^[0-9A-F]{14,}\b|\.(?:gif|jpe?g|png|javamail)", re.IGNORECASE
)


@dataclass(slots=True)
class Named:
    """One recipient a notice names, and the words that go with it."""

    address: str
    strength: int  # 3: a line of its own, or said to be one; 2: begins a line; 1: stands somewhere
    line: int
    said: str = ""


def cut(text: str) -> tuple[str, str]:
    """The notice, and the mail that follows it in the same text."""
    lines = text.split("\n")
    sought = pattern("returned")
    for number, line in enumerate(lines[: _LINES * 4]):
        if number and sought.match(line.lstrip("> \t")[:LINE]):
            return "\n".join(lines[:number]), "\n".join(lines[number:])
    return text, ""


def named(notice: str, not_theirs: Sequence[str], likely: Sequence[str]) -> list[Named]:
    """The recipients a notice names, the surest only, with what is said of each.

    `not_theirs`: our own addresses and the program's; `likely`: to whom the returned mail was.
    """
    lines = [line[:LINE] for line in notice.split("\n")[:_LINES]]
    best: dict[str, Named] = {}
    wanted = {address.lower() for address in likely}
    never = {address.lower() for address in not_theirs} - wanted
    for number, line in enumerate(lines):
        for begin, end, address in addresses.found(line):
            key = address.lower()
            strength = _strength(line, begin, end, address)
            if not strength or (key in never and strength < 3) or _is_cut(key, never):
                continue
            if key in wanted:
                strength = max(strength, 2)
            if key not in best or best[key].strength < strength:
                best[key] = Named(address, strength, number)
    surest = max((one.strength for one in best.values()), default=0)
    found = [one for one in best.values() if one.strength == surest]
    # Somebody who wrote to themself is named last: what tells a mailbox's owner that it is full names it too.
    found = [one for one in found if one.address.lower() not in never] or found
    if surest == 1 and len(found) > 1:
        return []
    _say(found, lines)
    return found


def _is_cut(address: str, never: Iterable[str]) -> bool:
    """Whether it is the beginning of one of these, where a notice was cut short."""
    return any(one.startswith(address) and one != address for one in never)


def _strength(line: str, begin: int, end: int, address: str) -> int:
    before, after = line[:begin], line[end:]
    if _MACHINE.search(address):
        return 0
    if _ALONE.match(before) and _ALONE_AFTER.match(after):
        return 3
    if _SURELY.search(before):
        return 3
    if _NOT_THEIRS.search(before):
        return 0
    if _SERVICE.match(address) and not (_ALONE.match(before) and _THEN.match(after)):
        return 0
    if _ALONE.match(before) and _THEN.match(after):
        return 3
    if _ANNOUNCED.search(before):
        return 2
    return 1


def _say(found: list[Named], lines: list[str]) -> None:
    """What is said of each: from its line to the next one's, and the lines elsewhere that name it."""
    starts = sorted(one.line for one in found)
    for one in found:
        following = [start for start in starts if start > one.line]
        end = min(following[0] if following else len(lines), one.line + 14)
        own = lines[one.line : end]
        elsewhere = [
            line
            for number, line in enumerate(lines)
            if one.address.lower() in line.lower() and not one.line <= number < end
        ]
        one.said = " ".join(line.strip() for line in [*own, *elsewhere] if line.strip())[:_SAID]
