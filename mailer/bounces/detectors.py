"""flufl.bounce, asked last: it knows programs that name nobody in a way others do (a screen name at AOL)."""

from email import message_from_bytes
from email.policy import compat32

from flufl.bounce import all_failures

_READ = 60_000  # bytes: its notices are short, and its parser keeps every part
_MARKS = 100  # lines that may begin a part


def recipients(raw: bytes) -> tuple[list[str], list[str]]:
    """Those not yet reached, and those who failed; `raw` has LF for line ends."""
    raw = raw[:_READ]
    if raw.count(b"\n--") > _MARKS:
        return [], []
    try:
        delayed, failed = all_failures(message_from_bytes(raw, policy=compat32))
    except Exception:  # whatever a hostile mail makes it do
        return [], []
    return _texts(delayed), _texts(failed)


def _texts(found: "frozenset[bytes]") -> list[str]:
    return sorted(one.decode("ascii", "replace") for one in found if b"@" in one)
