"""Of whom a bounce or a complaint speaks, and what it says of each."""

import re
from collections.abc import Sequence

from mailer.bounces import addresses, automatic, delivery_status, detectors, notices, returned
from mailer.bounces.model import Failing, Reason
from mailer.bounces.parts import Part
from mailer.bounces.reasons import judge
from mailer.bounces.sentences import says

_DIAGNOSTIC = 500  # characters kept of a server's words
_RECIPIENTS = 40  # our mails have one; a list of thousands would be a way to keep us busy
_HEARD = 8  # of whom all that is said is read; of the others its beginning
_BEGINNING = 120


def of_complaint(whose: Sequence[str]) -> list[Failing]:
    """Who complained; a complaint gives no reason."""
    return [Failing(address, "", "", None, Reason.COMPLAINT, "") for address in whose[:_RECIPIENTS]]


def from_report(
    told: Sequence[delivery_status.Told], mail: Part, notice: str, original: Part | None
) -> list[Failing]:
    """By what a report says of each recipient; by its own words where it says nothing."""
    likely = returned.written_to(original)
    spoken = notices.named(notice, returned.address_fields(mail), likely)
    whole = " ".join(notice.split())[:_DIAGNOSTIC]
    failed: list[Failing] = []
    for one in _failing_ones(told, notice)[:_RECIPIENTS]:
        address = _whose(one, [named.address for named in spoken], likely, alone=len(told) == 1)
        if not address:
            continue
        said_of = next((named.said for named in spoken if addresses.same(named.address, address)), "")
        action = "delayed" if one.action == "delayed" else "failed"
        diagnostic = one.diagnostic if len(failed) < _HEARD else one.diagnostic[:_BEGINNING]
        failed.append(_failing(address, action, one.status, diagnostic, said_of or whole))
    return _once(failed)


def _failing_ones(told: Sequence[delivery_status.Told], notice: str) -> list[delivery_status.Told]:
    """Those not reached: what was delivered, relayed or expanded is no failure (RFC 3464, 2.3.3)."""
    reached = ("delivered", "relayed", "expanded")
    kept = [
        one
        for one in told
        if not (one.action and any(word.startswith(one.action) for word in reached))  # "expa": cut off
        and (one.action or one.status[:1] != "2")
        and (one.action or one.status or one.diagnostic)  # the rest was cut off: it may have been delivered
    ]
    if any(not one.action and one.status.startswith("4") for one in kept) and says("delayed", notice):
        for one in kept:
            one.fields.setdefault("action", "delayed")
    return kept


def _whose(one: delivery_status.Told, spoken: Sequence[str], likely: Sequence[str], *, alone: bool) -> str:
    """Of the addresses a report gives, the one the returned mail was written to; of a name, its address."""
    known = one.addresses()
    if known:
        return next((a for a in known if any(addresses.same(a, b) for b in likely)), known[0])
    names = [*(one for one in spoken if one in likely), *(likely[:1] if alone else []), *spoken]
    begins = next((a for a in names if one.name and a.lower().startswith(one.name.lower())), "")
    return begins or next(iter(names), "")


def from_words(mail: Part, notice: str, original: Part | None, ours: Sequence[str]) -> list[Failing]:
    """By what is written for people alone: who is named there, and is one of those we wrote to."""
    likely = returned.written_to(original)
    daemon = [
        address
        for name in ("from", "reply-to", "sender", "return-path")
        for value in mail.all(name)
        for _, _, address in addresses.found(value)
    ]
    certain = automatic.by_daemon(mail) and automatic.failing_subject(mail)
    found = notices.named(notice, [*ours, *daemon], likely)
    if not certain:  # an address somewhere in it is not enough
        wanted, own = {one.lower() for one in likely}, {one.lower() for one in ours}
        found = [
            one
            for one in found
            if one.address.lower() in wanted or (one.strength == 3 and one.address.lower() not in own)
        ]
    listed = addresses.distinct(
        [one for value in mail.all("x-failed-recipients") for _, _, one in addresses.found(value)]
    )
    if listed:
        said = {one.address.lower(): one for one in found}
        found = [said.get(one.lower(), notices.Named(one, 3, 0)) for one in listed]
    if not found and certain:
        about = [
            one
            for _, _, one in addresses.found(mail.words("subject"))
            if not any(addresses.same(one, other) for other in ours)
        ]
        others = about or [one for one in likely if not _a_list(one, [*ours, *daemon])]
        found = [notices.Named(one, 1, 0) for one in others[:1]]
    action = "delayed" if says("delayed", mail.words("subject") + "\n" + notice) else "failed"
    whole = f"{mail.words('subject')} {' '.join(notice.split())}"[:1_500]
    return _once(
        [
            _failing(one.address, action, "", one.said if at < _HEARD else one.said[:_BEGINNING], whole)
            for at, one in enumerate(found[:_RECIPIENTS])
        ]
    )


def from_detectors(raw: bytes, notice: str) -> list[Failing]:
    """By what flufl.bounce knows of old programs, where neither helps."""
    delayed, failed = detectors.recipients(raw)
    said = " ".join(notice.split())[:1_500]
    return [_failing(one, "failed", "", said) for one in failed[:_RECIPIENTS]] + [
        _failing(one, "delayed", "", said) for one in delayed if one not in failed
    ]


def _a_list(address: str, ours: Sequence[str]) -> bool:
    """Whether it is one of ours, or the list that one of ours is named after: team@ of team-bounces@."""
    local, _, domain = address.lower().rpartition("@")
    for one in ours:
        name, _, host = one.lower().rpartition("@")
        if host == domain and re.match(re.escape(local) + r"(?:$|[-+=])", name):
            return True
    return False


def _failing(address: str, action: str, status: str, said: str, beside: str = "") -> Failing:
    """What is `said` of the address decides; what stands `beside` only where that tells nothing."""
    said, beside = " ".join(said.split()), " ".join(beside.split())
    judged = judge(address, action, status, said)
    if judged.reason is Reason.OTHER and beside:
        judged = judge(address, action, status or judged.status, beside)
        said = f"{said} {beside}".strip()
    shown = "".join(one if one.isprintable() else " " for one in said[:_DIAGNOSTIC])
    return Failing(address, action, judged.status, judged.permanent, judged.reason, shown)


def _once(failed: list[Failing]) -> list[Failing]:
    seen: dict[str, Failing] = {}
    for one in failed:
        seen.setdefault(one.address.lower(), one)
    return list(seen.values())
