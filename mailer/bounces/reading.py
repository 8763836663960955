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
_RECIPIENTS = 100


def read(raw: bytes) -> Reading:
    """What these bytes say; any bytes, any line ends, at most some milliseconds, never an exception.

    A kind other than bounce or complaint names no recipient: nobody is accused by a mail that is none.
    """
    lines = unix(raw)
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
        recipients=tuple(recipients[:_RECIPIENTS]),
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
    if (fields := complaints.feedback(mail)) is not None:
        if complaints.is_complaint(fields):
            return "complaint", _complaint(complaints.complainants(fields, original))
        return ("unsubscribe" if complaints.wants_out(fields) else "report"), []
    if complaints.by_hotmail(mail, original):
        return "complaint", _complaint(complaints.complainants({}, original))
    ours = returned.address_fields(mail)
    passed_on = automatic.passed_on(mail, text)
    if not passed_on and (told := _reported(mail, notice)):
        failed = _from_report(told, mail, notice, original)
        return ("bounce", failed) if failed else ("report", [])
    if automatic.is_report(mail) and not _rejected_receipt(mail, notice):
        return "report", []
    if not passed_on and _returns(mail, text, notice):
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
    return [Failing(address, "", "", None, Reason.COMPLAINT, "") for address in whose]


def _rejected_receipt(mail: Part, notice: str) -> bool:
    """Dovecot tells in the form of a receipt that it threw a mail away."""
    return "rejected" in mail.words("subject").lower() and says("failing", notice)


def _returns(mail: Part, text: str, notice: str) -> bool:
    """Whether a mail without a report is a bounce all the same: who wrote it, and what it says."""
    if mail.get("x-failed-recipients"):
        return True
    daemon, subject = automatic.by_daemon(mail), automatic.failing_subject(mail)
    if not (daemon or subject):
        return False
    if automatic.away(mail, notice) and not subject:
        return False
    return says("failing", mail.words("subject") + "\n" + notice) or (daemon and subject)


def _reported(mail: Part, notice: str) -> list[delivery_status.Told]:
    told = [one for part in delivery_status.reports(mail) for one in delivery_status.recipients(part.text())]
    if not told and delivery_status.in_text(notice):
        told = list(delivery_status.recipients(notice))
    return [one for one in told if one.addresses() or one.action or one.status]


def _from_report(
    told: Sequence[delivery_status.Told], mail: Part, notice: str, original: Part | None
) -> list[Failing]:
    likely = returned.written_to(original)
    failed: list[Failing] = []
    for one in told:
        action = one.action or ("delayed" if one.status.startswith("4") and says("delayed", notice) else "")
        if action in ("delivered", "relayed", "expanded") or (not action and one.status.startswith("2")):
            continue
        known = one.addresses()
        address = next(
            (a for a in known if any(addresses.same(a, b) for b in likely)), known[0] if known else ""
        )
        spoken = notices.named(notice, returned.address_fields(mail), likely)
        if not address:
            names = [named.address for named in spoken] or (likely[:1] if len(told) == 1 else [])
            address = next(
                (a for a in names if one.name and a.lower().startswith(one.name.lower())), ""
            ) or next(iter(names), "")
        if not address:
            continue
        beside = next((named.said for named in spoken if addresses.same(named.address, address)), "")
        said = one.diagnostic if _telling(one.diagnostic) else f"{one.diagnostic} {beside or notice[:800]}"
        failed.append(_failing(address, "delayed" if action == "delayed" else "failed", one.status, said))
    return _once(failed)


def _telling(diagnostic: str) -> bool:
    """Whether a server's words say more than that it failed."""
    return len(diagnostic.split()) > 3


def _from_words(mail: Part, notice: str, original: Part | None, ours: Sequence[str]) -> list[Failing]:
    likely = returned.written_to(original)
    daemon = [
        address
        for name in ("from", "reply-to", "sender", "return-path")
        for value in mail.all(name)
        for _, _, address in addresses.found(value)
    ]
    found = notices.named(notice, [*ours, *daemon], likely)
    listed = addresses.distinct(
        [one for value in mail.all("x-failed-recipients") for _, _, one in addresses.found(value)]
    )
    if listed:
        found = [
            next((one for one in found if addresses.same(one.address, a)), notices.Named(a, 3, 0))
            for a in listed
        ]
    if not found:
        about = [
            a
            for _, _, a in addresses.found(mail.words("subject"))
            if not any(addresses.same(a, b) for b in ours)
        ]
        others = about or [a for a in likely if not _a_list(a, [*ours, *daemon])]
        found = [notices.Named(a, 1, 0) for a in others[:1]]
    action = "delayed" if says("delayed", mail.words("subject") + "\n" + notice) else "failed"
    whole = " ".join(notice.split())[:1_500]
    subject = mail.words("subject")
    return _once([_failing(one.address, action, "", _said(one.said, whole, subject)) for one in found])


def _from_detectors(raw: bytes, notice: str) -> list[Failing]:
    delayed, failed = detectors.recipients(raw)
    said = " ".join(notice.split())[:1_500]
    return [_failing(one, "failed", "", said) for one in failed] + [
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


def _said(own: str, whole: str, subject: str) -> str:
    """What is said of one recipient; the whole notice where nothing stands beside the address."""
    bare = " ".join(word for word in own.split() if "@" not in word)
    return own if len(bare.split()) > 2 else f"{own} {whole} {subject}"


def _failing(address: str, action: str, status: str, said: str) -> Failing:
    said = " ".join(said.split())
    judged = judge(address, action, status, said)
    shown = "".join(one if one.isprintable() else " " for one in said[:_DIAGNOSTIC])
    return Failing(address, action, judged.status, judged.permanent, judged.reason, shown)


def _once(failed: list[Failing]) -> list[Failing]:
    seen: dict[str, Failing] = {}
    for one in failed:
        seen.setdefault(one.address.lower(), one)
    return list(seen.values())
