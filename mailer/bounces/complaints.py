"""Complaints: what a provider sends when one of its members presses "this is spam" (ARF, RFC 5965)."""

import re

from mailer.bounces import addresses
from mailer.bounces.parts import Part, decoded, header_of, walk

# RFC 5965, 7.3; others ("not-spam", "auth-failure" of RFC 6591, "dmarc") tell of no wish of the person.
_ABUSE = frozenset({"abuse", "fraud", "virus", "other", "miscategorized", ""})
_WHOSE = ("original-rcpt-to", "removal-recipient", "x-hmxmroriginalrecipient", "recipient")
_REDACTED = re.compile(r"redacted|undisclosed|^removed|^x+@|\*{2}", re.IGNORECASE)


def feedback(mail: Part) -> Part | None:
    """The feedback report, its fields as a header's; None if the mail is none."""
    for part in walk(mail):
        if part.kind == "message/feedback-report":
            return Part(header_of(part.text().encode().lstrip(b"\n") + b"\n\n")[0], b"", part.kind)
    return None


def is_complaint(report: Part) -> bool:
    """Whether the report says that somebody does not want this mail."""
    return report.get("feedback-type").strip().lower() in _ABUSE


def wants_out(report: Part) -> bool:
    """The types of early drafts by which a provider passes on a wish to leave."""
    return report.get("feedback-type").strip().lower() in ("opt-out", "opt-out-list", "unsubscribe")


def complainants(report: Part | None, returned: Part | None) -> list[str]:
    """Whose complaint it is; none when the provider hides it: then only a token of ours can tell."""
    told = [_plain(value) for name in _WHOSE for value in (report.all(name) if report else [])]
    if not any(told) and returned is not None:
        told = [
            _plain(returned.get(name))
            for name in ("x-hmxmroriginalrecipient", "x-original-to", "delivered-to", "to")
        ]
        told = [one for one in told if one][:1]
    return addresses.distinct([one for one in told if one])


def by_hotmail(mail: Part, returned: Part | None) -> bool:
    """Microsoft's junk mail reports: the mail enclosed, who complained in a field of it, no report part."""
    return (
        returned is not None
        and bool(returned.get("x-hmxmroriginalrecipient"))
        and "complaint" in mail.words("subject").lower()
    )


def _plain(value: str) -> str:
    found = addresses.first(decoded(value))
    return "" if _REDACTED.search(found) else found
