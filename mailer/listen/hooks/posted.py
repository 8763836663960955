"""What a relay has posted, taken apart: JSON whose every value may be anything."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from mailer.bounces.model import Failing, Reading, Reason
from mailer.bounces.reasons import judge

Fields = Mapping[str, Any]
_CODED = re.compile(r"(?<![\d.])(?:[45]\.\d{1,3}\.\d|[45]\d\d[ -])")
_LONGEST = 20_000  # characters of one value that are looked at
_MOST = 50  # recipients, or header fields
_STOPPED = "UnsubscribeConfirmation"
MOST_EVENTS = 5000  # of one request: Mailjet groups those of a second


def read(body: bytes | str) -> list[Fields] | None:
    """The events of a body: an object, or a list of them; None when it is neither."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    events = found if isinstance(found, list) else [found]
    if not events or not all(isinstance(one, dict) for one in events):
        return None
    return events


def unwrapped(said: Fields) -> Fields | None:
    """What lies in an envelope of Amazon's SNS, which Scaleway's topics have too; itself without one."""
    if said.get("Type") != "Notification":
        return said
    message = said.get("Message")
    found = read(message) if isinstance(message, str) else None
    return found[0] if found is not None and len(found) == 1 else None


def confirmation(said: Fields) -> str:
    """The address that a topic wants to have visited before it posts, or posts again after somebody had told
    it to stop (`stopped`); empty: it asks for nothing.

    It is shown to a person and never visited: whoever can post could name any address.
    """
    return text(said, "SubscribeURL") if said.get("Type") in ("SubscriptionConfirmation", _STOPPED) else ""


def stopped(said: Fields) -> bool:
    """Whether a topic has been told to post no more: the address to do so is in all that it posts."""
    return said.get("Type") == _STOPPED


def text(said: Fields, name: str) -> str:
    """A value as text; whatever else it is, nothing."""
    value = said.get(name)
    return value[:_LONGEST] if isinstance(value, str) else ""


def within(said: Fields, name: str) -> Fields:
    """An object within."""
    value = said.get(name)
    return value if isinstance(value, dict) else {}


def each(said: Fields, name: str) -> list[Fields]:
    """The objects of a list within."""
    value = said.get(name)
    return [one for one in value[:_MOST] if isinstance(one, dict)] if isinstance(value, list) else []


def headers(said: Fields, name: str) -> list[str]:
    """The values of a list of `name` and `value`."""
    return [text(one, "value") for one in each(said, name)]


def failed(address: str, status: str, said: str) -> Failing:
    """A recipient who did not get it, judged as a bounce is; `status` where the server's words have none."""
    judged = judge(address, "failed", "" if _CODED.search(said[:_LONGEST]) else status, said)
    return Failing(address, "failed", judged.status, judged.permanent, judged.reason, "")


def complained(address: str) -> Failing:
    """A recipient who calls it junk."""
    return Failing(address, "", "", None, Reason.COMPLAINT, "")


def bounce(relay: str, failing: Failing, traces: Iterable[str]) -> Reading:
    """A message that came back to the relay."""
    return _reading(relay, "bounce", failing, tuple(traces))


def departure(relay: str, address: str, traces: Iterable[str]) -> Reading:
    """A person who left by a link of the relay's own."""
    return _reading(relay, "unsubscribe", Failing(address, "", "", None, Reason.OTHER, ""), tuple(traces))


def complaint(relay: str, address: str, traces: Iterable[str]) -> Reading:
    """A message that somebody calls junk."""
    return _reading(relay, "complaint", complained(address), tuple(traces))


def _reading(relay: str, kind: Any, failing: Failing, traces: tuple[str, ...]) -> Reading:
    """Known by what it says: posted again, it is the same."""
    parts = (relay, kind, failing.address.lower(), failing.status, failing.reason, *traces)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    return Reading(kind=kind, recipients=(failing,), traces=traces, digest=digest)
