"""Who has been met in this file: 16 bytes a place, at least two places an address, whatever its length.

A million addresses take 34 MB, where a dictionary of texts takes 200. Of ten million addresses two have
the same 8-byte digest in one file out of 370,000; the second would be counted as a duplicate.
"""

from array import array
from hashlib import blake2b

_SMALLEST = 1 << 12  # places
_LARGEST = 1 << 21  # for what is only expected: 34 MB
_LOW = 0xFFFFFFFF

# Python's own hash takes 0.1 µs where BLAKE2 takes 1.3, but has only 32 bits on 32-bit machines: there,
# one of 80,000 people would be taken for another every second time.
_HASH_IS_WIDE = hash(1 << 40) == 1 << 40


class Seen:
    """A hash table of numbers (open addressing, at most half full): address digest -> line, name."""

    def __init__(self, expected: int = 0) -> None:
        """`expected`: about how many addresses; to grow into a million takes 0.4 µs for each of them."""
        self._count = 0
        places = _SMALLEST
        while places <= 2 * expected and places < _LARGEST:
            places *= 2
        self._digests, self._facts = _empty(places)

    def first_line(self, key: str, name: str, line: int) -> tuple[int, bool]:
        """0 for an address (`address_key`) met for the first time, else the line that has it.

        The second value tells whether that line has another name; where either has none, it does not.
        """
        digest = _digest(key)
        digests = self._digests
        mask = len(digests) - 1
        at = digest & mask
        while met := digests[at]:
            if met == digest:
                return self._compare(at, name)
            at = (at + 1) & mask
        digests[at] = digest
        self._facts[at] = (line & _LOW) << 32 | _short(name)
        self._count += 1
        if self._count * 2 > mask:
            self._grow()
        return 0, False

    def _compare(self, at: int, name: str) -> tuple[int, bool]:
        fact, short = self._facts[at], _short(name)
        return fact >> 32, bool(short and fact & _LOW and short != fact & _LOW)

    def _grow(self) -> None:
        digests, facts = self._digests, self._facts
        self._digests, self._facts = _empty(len(digests) * 2)
        places, mask = self._digests, len(self._digests) - 1
        for digest, fact in zip(digests, facts, strict=True):
            if digest:
                at = digest & mask
                while places[at]:
                    at = (at + 1) & mask
                places[at], self._facts[at] = digest, fact


def _digest(key: str) -> int:
    """64 bits, never 0: an empty place is 0."""
    if _HASH_IS_WIDE:
        return hash(key) & 0xFFFFFFFFFFFFFFFF or 1
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) or 1


def _short(name: str) -> int:
    """32 bits; 0 for no name."""
    return hash(name) & _LOW or 1 if name else 0


def _empty(places: int) -> tuple["array[int]", "array[int]"]:
    return array("Q", (0,)) * places, array("Q", (0,)) * places
