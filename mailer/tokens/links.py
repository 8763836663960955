"""What stands in the links of a mail and the forms of a page: who may do what there."""

import hashlib
from functools import lru_cache

from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.signed import mint, verify
from mailer.tokens.spelling import campaign_octets, subscriber_octets


def unsubscribe_token(keys: Keys, subscriber: int, list_slug: str) -> str:
    """Who would leave what: 39 characters. The address is never in it."""
    return mint(keys, Purpose.UNSUBSCRIBE, subscriber_octets(subscriber) + list_mark(list_slug))


def read_unsubscribe_token(keys: Keys, token: str) -> tuple[int, bytes] | None:
    """The subscriber and the `list_mark` of the list they would leave; None when it is not ours.

    A list that has since been removed has no mark among the present ones: the subscriber still counts.
    """
    payload = verify(keys, Purpose.UNSUBSCRIBE, token)
    if payload is None or len(payload) != 12:
        return None
    return int.from_bytes(payload[:8]), payload[8:]


@lru_cache(maxsize=1024)
def list_mark(list_slug: str) -> bytes:
    """Four bytes that stand for a list in a token, short and telling nothing."""
    return hashlib.sha256(list_slug.encode()).digest()[:4]


def mint_own(keys: Keys, strength: bytes, subscriber: int, expires: int) -> str:
    """A token for somebody's own data: one byte says how much it opens, until `expires` (Unix time, s)."""
    return mint(keys, Purpose.PREFERENCES, strength + subscriber_octets(subscriber) + expires.to_bytes(8))


def read_own(keys: Keys, strength: bytes, token: str) -> tuple[int, int] | None:
    """The subscriber and when it expires; None when it is not ours, or of another strength."""
    payload = verify(keys, Purpose.PREFERENCES, token)
    if payload is None or len(payload) != 17 or payload[:1] != strength:
        return None
    return int.from_bytes(payload[1:9]), int.from_bytes(payload[9:])


def link_token(keys: Keys, public_id: str, subscriber: int) -> str:
    """Whose link of a campaign it is, of those who agreed that their clicks are known: 49 characters."""
    return mint(keys, Purpose.FORM, _LINK + campaign_octets(public_id) + subscriber_octets(subscriber))


def read_link_token(keys: Keys, public_id: str, token: str) -> int | None:
    """The subscriber, if the token is ours and of a link of this campaign."""
    payload = verify(keys, Purpose.FORM, token)
    if payload is None or payload[:-8] != _LINK + campaign_octets(public_id):
        return None
    return int.from_bytes(payload[-8:])


_LINK = b"link\0"
