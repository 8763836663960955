"""How what a token says is spelt: numbers as octets, octets as letters."""

import base64
from functools import lru_cache

from mailer.tokens.keys import KEY_IDS

CAMPAIGN_BYTES = 7  # a public id: ten of 36 characters


def subscriber_octets(number: int) -> bytes:
    """Eight, the most significant first."""
    return number.to_bytes(8)


@lru_cache(maxsize=64)
def campaign_octets(public_id: str) -> bytes:
    """A public id, read as a number in base 36."""
    return int(public_id, 36).to_bytes(CAMPAIGN_BYTES)


def read_campaign(octets: bytes) -> str:
    """The public id that `campaign_octets` spelt."""
    number, digits = int.from_bytes(octets), ""
    for _ in range(10):
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def base64url(content: bytes) -> str:
    """RFC 4648, 5 without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def read_base64url(text: str) -> bytes | None:
    """Bytes of unpadded base64url in its one canonical form, so that a token has no twin."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:  # binascii.Error, or not ASCII
        return None
    return content if base64.urlsafe_b64encode(content).rstrip(b"=") == text.encode() else None


def base32(content: bytes) -> str:
    """RFC 4648, 6 without padding, in lower case: two characters at a time, a third faster than `base64`."""
    bits = len(content) * 8
    length = -(-bits // 5)
    shift = -(-length // 2) * 10
    number = int.from_bytes(content) << (shift - bits)
    return "".join([_PAIRS[number >> at & 1023] for at in range(shift - 10, -1, -10)])[:length]


def read_base32(text: str) -> bytes | None:
    """What `base32` wrote, whatever became of its case; None for anything else."""
    try:
        content = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:  # binascii.Error, or not ASCII
        return None
    # One canonical form: the K of Kelvin becomes a k, and would be one.
    return content if content and text.isascii() and base32(content) == text.lower() else None


_PAIRS = [one + other for one in KEY_IDS for other in KEY_IDS]
