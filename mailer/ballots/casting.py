"""Ballots: a member's single right to answer, as the link in their mail carries it.

In the mode `ballot` it is made of the questionnaire's own key and of the member, so that a resend or a
reminder carries the same one, and bears a check, so that a forged one is told from ours without a list of
them. Once the key is destroyed nobody can tell any more whose it was. In the mode `named` it says who the
member is, signed with the workspace's keys.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from enum import Enum, auto

from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.signed import mint, verify

KEY_BYTES = 32  # as long as what SHA-256 gives (RFC 2104, 3)
_BYTES = 16  # 128 bits each, of the ballot and of its check (RFC 2104, 5)
_NOBODY = 0  # the subscriber of tests and of witnesses' copies
_NAMED = b"named\0"  # among the forms that Purpose.FORM signs


class Taken(Enum):
    """What became of an answer."""

    STORED = auto()
    SPENT = auto()  # the ballot was cast before: nothing was stored
    CLOSED = auto()  # nothing more is taken: nothing was stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A ballot of ours: what is kept once it is cast, and whose it is in the mode that says so."""

    spending: bytes  # SHA-256: neither a ballot nor a member is found from it
    member: int | None = None  # the subscriber
    is_test: bool = False  # nobody's: there is nothing to answer with it


def ballot(key: bytes, subscriber: int) -> str:
    """The ballot of a member under a questionnaire's `key` (32 bytes): 43 characters of base64url."""
    drawn = _mac(key, b"ballot\0" + subscriber.to_bytes(8))
    return base64.urlsafe_b64encode(drawn + _check(key, drawn)).rstrip(b"=").decode("ascii")


def read_ballot(key: bytes, text: str) -> Ballot | None:
    """The ballot that stands in a link; None when it is not this questionnaire's, whatever is wrong."""
    content = _decode(text)
    if len(content) != 2 * _BYTES:
        return None
    drawn, check = content[:_BYTES], content[_BYTES:]
    if not hmac.compare_digest(check, _check(key, drawn)):
        return None
    is_test = hmac.compare_digest(drawn, _mac(key, b"ballot\0" + _NOBODY.to_bytes(8)))
    return Ballot(spending=_digest(drawn), is_test=is_test)


def named_ballot(keys: Keys, public_id: str, subscriber: int) -> str:
    """The same in the mode `named`, for the campaign of this public id."""
    return mint(keys, Purpose.FORM, _NAMED + subscriber.to_bytes(8) + public_id.encode())


def read_named_ballot(keys: Keys, public_id: str, text: str) -> Ballot | None:
    """The same; None when it is another campaign's, or not ours."""
    payload = verify(keys, Purpose.FORM, text)
    if payload is None or not payload.startswith(_NAMED):
        return None
    member, campaign = payload[len(_NAMED) :][:8], payload[len(_NAMED) + 8 :]
    if campaign != public_id.encode():
        return None
    number = int.from_bytes(member)
    return Ballot(spending=_digest(payload), member=number, is_test=number == _NOBODY)


def _mac(key: bytes, words: bytes) -> bytes:
    return hmac.digest(key, words, "sha256")[:_BYTES]


def _check(key: bytes, drawn: bytes) -> bytes:
    return _mac(key, b"check\0" + drawn)


def _digest(drawn: bytes) -> bytes:
    return hashlib.sha256(b"spent\0" + drawn).digest()


def _decode(text: str) -> bytes:
    """Bytes of unpadded base64url in its one canonical form, so that no ballot has a twin; else none."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:  # binascii.Error, or not ASCII
        return b""
    return content if base64.urlsafe_b64encode(content).rstrip(b"=") == text.encode() else b""
