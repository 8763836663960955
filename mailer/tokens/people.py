"""What stands for an address where the address must not: a keyed hash, and a number."""

from collections.abc import Iterable

from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.signed import MAC_BYTES, mac_of, macs_of


def address_hash(keys: Keys, key: str) -> str:
    """What stands for an address (its `addresses.address_key`) where the address must not: 32 hex digits.

    Its key never rotates, so that somebody who objected is recognised years later.
    """
    key_id = keys.current[Purpose.SUPPRESSION]
    return mac_of(keys, Purpose.SUPPRESSION, key_id, key.encode()).hex()


def address_hashes(keys: Keys, found: Iterable[str]) -> list[str]:
    """`address_hash` of each of many, in their order."""
    key_id = keys.current[Purpose.SUPPRESSION]
    return [mac.hex() for mac in macs_of(keys, Purpose.SUPPRESSION, key_id, map(str.encode, found))]


def subscriber_number(keys: Keys, hashed: str) -> int:
    """The number of who has the address behind an `address_hash`: 62 bits, never 0, which is nobody's.

    Derived, so that a list brought into a new database finds the departures and the links of the old one;
    keyed, so that it tells neither the address, nor how many people there are, nor who came first.
    """
    key_id = keys.current[Purpose.SUPPRESSION]
    return _number(mac_of(keys, Purpose.SUPPRESSION, key_id, _SUBSCRIBER + hashed.encode()))


def subscriber_numbers(keys: Keys, hashes: Iterable[str]) -> list[int]:
    """`subscriber_number` of each of many, in their order."""
    key_id = keys.current[Purpose.SUPPRESSION]
    payloads = (_SUBSCRIBER + hashed.encode() for hashed in hashes)
    return [
        (int.from_bytes(mac) >> _BEYOND) + 1 for mac in macs_of(keys, Purpose.SUPPRESSION, key_id, payloads)
    ]


_SUBSCRIBER = b"subscriber\0"  # no address holds a NUL: this never meets what `address_hash` covers
_BEYOND = 8 * MAC_BYTES - 62


def _number(mac: bytes) -> int:
    return (int.from_bytes(mac) >> _BEYOND) + 1
