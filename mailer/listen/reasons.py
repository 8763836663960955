"""Why people leave, where they like to say it: a closed list, counted by list and month alone."""

from collections.abc import Mapping
from enum import StrEnum

from mailer.privacy import FEWEST_CLICKS, FEWEST_PEOPLE
from mailer.words import Text


class Reason(StrEnum):
    """What one may say. No free words: they would tell of who wrote them."""

    OFTEN = "often"
    SUBJECT = "subject"
    ADDRESS = "address"
    NEVER = "never"
    GONE = "gone"
    OTHER = "other"


WORDS: Mapping[Reason, Text] = {
    Reason.OFTEN: Text("There are too many messages"),
    Reason.SUBJECT: Text("The messages do not concern me"),
    Reason.ADDRESS: Text("I do not want them at this address"),
    Reason.NEVER: Text("I never asked for them"),
    Reason.GONE: Text("I have left this workplace"),
    Reason.OTHER: Text("For another reason"),
}


def read_reason(text: str) -> Reason | None:
    """The reason a form names; None for anything else."""
    return Reason(text) if text in {reason.value for reason in Reason} else None


def shown_reasons(counts: Mapping[str, int]) -> dict[Reason, int]:
    """What may be shown of `counts`, the most frequent first: nothing below 20 in all, none below 10 (P14).

    What is smaller goes into `other`, and as much with it as brings that to 10: a remainder tells as well
    as a figure does.
    """
    known = {reason: counts.get(reason, 0) for reason in Reason if reason is not Reason.OTHER}
    total = sum(counts.values())
    if total < FEWEST_PEOPLE:
        return {}
    shown = {reason: count for reason, count in known.items() if count >= FEWEST_CLICKS}
    while shown and 0 < total - sum(shown.values()) < FEWEST_CLICKS:
        del shown[min(shown, key=shown.__getitem__)]
    rest = total - sum(shown.values())
    ordered = sorted(shown.items(), key=lambda one: -one[1])
    return dict([*ordered, (Reason.OTHER, rest)] if rest else ordered)
