"""flufl.bounce, asked last: it knows programs that name nobody in a way others do (a screen name at AOL)."""

import logging
from email import message_from_string
from email.policy import compat32

from flufl.bounce import all_failures

# It writes down what it met, with a stranger's words.
logging.getLogger("flufl.bounce").disabled = True

_READ = 20_000  # bytes: its notices are short, and it tries each of its sentences on each line
_LINES = 400


def recipients(raw: bytes) -> tuple[list[str], list[str]]:
    """Those not yet reached, and those who failed; `raw` has LF for line ends."""
    raw = raw[:_READ]
    if raw.count(b"\n") > _LINES:
        return [], []
    # It takes a header's value for a string, which a byte beyond ASCII would keep it from being.
    text = raw.decode("ascii", "replace").replace("\ufffd", "?")
    try:
        delayed, failed = all_failures(message_from_string(text, policy=compat32))
    except Exception:  # whatever a hostile mail makes it do
        return [], []
    return _texts(delayed), _texts(failed)


def _texts(found: "frozenset[bytes]") -> list[str]:
    return sorted(one.decode("ascii", "replace") for one in found if b"@" in one)
