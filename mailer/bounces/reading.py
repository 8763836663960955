"""`read`: what a mail that came back is, and of whom it speaks."""

import hashlib
import re
from collections.abc import Sequence

from mailer.bounces import (
    addresses,
    automatic,
    complaints,
    delivery_status,
    detectors,
    leaving,
    notices,
    returned,
)
from mailer.bounces.model import Failing, Kind, Reading, Reason
from mailer.bounces.parts import Part, split, unix, walk
from mailer.bounces.reasons import judge
from mailer.bounces.sentences import says

_DIAGNOSTIC = 500  # characters kept of a server's words
_RECIPIENTS = 40  # our mails have one; a list of thousands would be a way to keep us busy
_HEARD = 8  # of whom all that is said is read; of the others its beginning
_BEGINNING = 120


def read(raw: bytes) -> Reading:
    """What these bytes say; any bytes, any line ends, at most some milliseconds, never an exception.

    A kind other than bounce or complaint names no recipient: nobody is accused by a mail that is none.
    """
    lines = unix(raw).rstrip(b"\n")
    if lines.startswith(b"From "):  # an mbox's own line (RFC 4155): the same mail elsewhere has none
        lines = lines.partition(b"\n")[2]
    mail = split(lines)
    text = _text(mail)
    notice, rest = notices.cut(text)
    original = returned.enclosed(mail) or returned.in_text(rest)
    kind, recipients = _classify(mail, lines, text, notice, rest, original)
    if kind != "bounce" and original is not None and _wrapped(mail, original):
        # A gateway's bounce of which another gateway made an attachment.
        inner = read(returned.enclosed_bytes(mail))
        kind, recipients = inner.kind, list(inner.recipients)
    leaves = leaving.wish(mail, text) if kind in ("other", "unsubscribe") else ""
    return Reading(
        kind=kind,
        recipients=tuple(recipients),
        arrived_at=returned.address_fields(mail),
        traces=returned.traces(mail, original),
        asks_to_leave=leaves,
        digest=hashlib.sha256(lines).hexdigest(),
    )


def _text(mail: Part) -> str:
    """What a person reads first: plain text, else HTML without its tags."""
    texts = [part for part in walk(mail) if part.kind.startswith("text/") and "rfc822" not in part.kind]
    plain = [part for part in texts if part.kind != "text/html"]
    shown = [part.text() for part in (plain or texts)[:4]]
    if plain and not any(one.strip() for one in shown):
        shown = [part.text() for part in texts[:4]]
    return "\n".join(shown) if shown else mail.text()


def _classify(
    mail: Part, raw: bytes, text: str, notice: str, rest: str, original: Part | None
) -> tuple[Kind, list[Failing]]:
    if (feedback := complaints.feedback(mail)) is not None:
        if complaints.is_complaint(feedback):
            return "complaint", _complaint(complaints.complainants(feedback, original))
        return ("unsubscribe" if complaints.wants_out(feedback) else "report"), []
    if complaints.by_hotmail(mail, original):
        return "complaint", _complaint(complaints.complainants(None, original))
    ours = returned.address_fields(mail)
    passed_on = automatic.passed_on(mail, text)
    if says("challenges", notice) and not automatic.by_daemon(mail):
        return "auto-reply", []  # some take the form of a report
    if not passed_on and (told := _reported(mail, notice)):
        failed = _from_report(told, mail, notice, original)
        return ("bounce", failed) if failed else ("report", [])
    if automatic.is_report(mail) and not _rejected_receipt(mail, notice):
        return "report", []
    if not passed_on and _returns(mail, notice, original):
        found = _from_words(mail, notice, original, ours) or _from_detectors(raw, notice)
        if found or (automatic.by_daemon(mail) and automatic.failing_subject(mail)):
            return "bounce", found  # of nobody it names: a token of ours may tell
    if automatic.away(mail, notice) or automatic.says_automatic(mail):
        return "auto-reply", []
    return ("unsubscribe" if leaving.by_link(mail, text) else "other"), []


def _wrapped(mail: Part, original: Part) -> bool:
    return (
        automatic.by_daemon(mail)
        and not delivery_status.reports(mail)
        and bool(delivery_status.reports(original))
    )


def _complaint(whose: Sequence[str]) -> list[Failing]:
    return [Failing(address, "", "", None, Reason.COMPLAINT, "") for address in whose[:_RECIPIENTS]]


def _rejected_receipt(mail: Part, notice: str) -> bool:
    """Dovecot tells in the form of a receipt that it threw a mail away."""
    return "rejected" in mail.words("subject").lower() and says("failing", notice)


def _returns(mail: Part, notice: str, original: Part | None) -> bool:
    """Whether a mail without a report is a bounce all the same: who wrote it, and what it says."""
    if mail.get("x-failed-recipients"):
        return True
    daemon, subject = automatic.by_daemon(mail), automatic.failing_subject(mail)
    if not (daemon or subject):
        # Of nobody, with the mail enclosed, and it says it was not delivered.
        return (
            mail.get("return-path").strip() == "<>"
            and original is not None
            and says("undelivered", notice)
            and automatic.by_program(mail, notice)
            and not automatic.away(mail, notice)
        )
    if not daemon and not automatic.by_program(mail, notice):
        return False
    if automatic.away(mail, notice) and not (daemon and subject):
        return False
    return says("failing", mail.words("subject") + "\n" + notice) or (daemon and subject)


def _reported(mail: Part, notice: str) -> list[delivery_status.Told]:
    told = [one for part in delivery_status.reports(mail) for one in delivery_status.recipients(part.text())]
    if not told and delivery_status.in_text(notice):
        told = list(delivery_status.recipients(notice))
    return [one for one in told if one.action or one.status or one.diagnostic]


def _from_report(
    told: Sequence[delivery_status.Told], mail: Part, notice: str, original: Part | None
) -> list[Failing]:
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


def _from_words(mail: Part, notice: str, original: Part | None, ours: Sequence[str]) -> list[Failing]:
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


def _from_detectors(raw: bytes, notice: str) -> list[Failing]:
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
