"""`read`: what a mail that came back is, and of whom it speaks."""

import hashlib

from mailer.bounces import automatic, complaints, delivery_status, leaving, notices, returned
from mailer.bounces.failing import from_detectors, from_report, from_words, of_complaint
from mailer.bounces.model import Failing, Kind, Reading
from mailer.bounces.parts import Part, split, unix, walk
from mailer.bounces.sentences import says


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
            return "complaint", of_complaint(complaints.complainants(feedback, original))
        return ("unsubscribe" if complaints.wants_out(feedback) else "report"), []
    if complaints.by_hotmail(mail, original):
        return "complaint", of_complaint(complaints.complainants(None, original))
    ours = returned.address_fields(mail)
    passed_on = automatic.passed_on(mail, text)
    if says("challenges", notice) and not automatic.by_daemon(mail):
        return "auto-reply", []  # some take the form of a report
    if not passed_on and (told := _reported(mail, notice)):
        failed = from_report(told, mail, notice, original)
        return ("bounce", failed) if failed else ("report", [])
    if automatic.is_report(mail) and not _rejected_receipt(mail, notice):
        return "report", []
    if not passed_on and _returns(mail, notice, original):
        found = from_words(mail, notice, original, ours) or from_detectors(raw, notice)
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
