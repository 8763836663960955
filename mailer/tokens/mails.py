"""What the envelope and the header of a mail say of whom it is for, to nobody but us."""

import hmac

from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.signed import mac_of
from mailer.tokens.spelling import (
    CAMPAIGN_BYTES,
    base32,
    campaign_octets,
    read_base32,
    read_campaign,
    subscriber_octets,
)

# 104 bits, which a local part has room for (RFC 2104, 5: 80 at least); a guess is a mail.
_VERP_MAC_BYTES = 13


def verp_token(keys: Keys, public_id: str, subscriber: int, *, version: str | None = None) -> str:
    """What MAIL FROM bears so that a refusal which comes back later tells whose it is: 46 characters.

    Letters and digits of one case, as `to_base32` writes; the same for each attempt, since who greylists
    compares senders. `version` is the key id in force when the campaign was launched, if there is one of
    that name; the current one otherwise.
    """
    key_id = version or ""
    if key_id not in keys.versions[Purpose.VERP]:
        key_id = keys.current[Purpose.VERP]
    payload = campaign_octets(public_id) + subscriber_octets(subscriber)
    return key_id + base32(payload + mac_of(keys, Purpose.VERP, key_id, payload)[:_VERP_MAC_BYTES])


def read_verp(keys: Keys, token: str) -> tuple[str, int] | None:
    """The campaign's public id and the subscriber, whatever became of the token's case; None when it is not
    ours. Subscriber 0 is nobody: a test, or a witness's copy."""
    key_id, signed = token[:1].lower(), read_base32(token[1:])
    if key_id not in keys.versions[Purpose.VERP] or signed is None or len(signed) != _VERP_BYTES:
        return None
    payload, mac = signed[:-_VERP_MAC_BYTES], signed[-_VERP_MAC_BYTES:]
    if not hmac.compare_digest(mac, mac_of(keys, Purpose.VERP, key_id, payload)[:_VERP_MAC_BYTES]):
        return None
    return read_campaign(payload[:CAMPAIGN_BYTES]), int.from_bytes(payload[CAMPAIGN_BYTES:])


_VERP_BYTES = CAMPAIGN_BYTES + 8 + _VERP_MAC_BYTES


def message_id(
    keys: Keys, public_id: str, subscriber: int, domain: str, *, version: str | None = None
) -> str:
    """`<…@domain>`: the same for each attempt at one message, and saying nothing of whom it is for.

    `version` is the key id in force when the message was first written, the current one if None
    (RFC 5322, 3.6.4; Gmail limits messages that share an id: 421 4.7.28).
    """
    key_id = version or keys.current[Purpose.MESSAGE_ID]
    mac = mac_of(keys, Purpose.MESSAGE_ID, key_id, subscriber_octets(subscriber) + public_id.encode())
    return f"<{mac.hex()}@{domain}>"


def variant_of(keys: Keys, public_id: str, subscriber: int, count: int, *, version: str | None = None) -> int:
    """Which of `count` subjects is this person's, from 0: the same at each attempt, stored nowhere.

    `version` is the key id in force when the edition was frozen. It takes nothing from the Message-ID: no
    Message-ID's payload is as long.
    """
    key_id = version or keys.current[Purpose.MESSAGE_ID]
    mac = mac_of(
        keys, Purpose.MESSAGE_ID, key_id, b"subject\0" + public_id.encode() + subscriber_octets(subscriber)
    )
    return int.from_bytes(mac) % count
