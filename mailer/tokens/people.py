"""What stands for an address where the address must not: a keyed hash, and a number."""

from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.signed import mac_of


def address_hash(keys: Keys, key: str) -> str:
    """What stands for an address (its `addresses.address_key`) where the address must not: 32 hex digits.

    Its key never rotates, so that somebody who objected is recognised years later.
    """
    key_id = keys.current[Purpose.SUPPRESSION]
    return mac_of(keys, Purpose.SUPPRESSION, key_id, key.encode()).hex()


def subscriber_number(keys: Keys, hashed: str) -> int:
    """The number of who has the address behind an `address_hash`: 62 bits, never 0, which is nobody's.

    Derived, so that a list brought into a new database finds the departures and the links of the old one;
    keyed, so that it tells neither the address, nor how many people there are, nor who came first.
    """
    key_id = keys.current[Purpose.SUPPRESSION]
    # No address holds a NUL: this never meets what `address_hash` covers.
    mac = mac_of(keys, Purpose.SUPPRESSION, key_id, b"subscriber\0" + hashed.encode())
    return (int.from_bytes(mac[:8]) >> 2) + 1
