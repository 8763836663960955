"""Letters that a segment takes for one another: their case, their accents, two ways of writing an apostrophe.

Only letters that are one with or without their accent (NFKD); `œ` and `oe` are two spellings, not one.
"""

import unicodedata
from functools import cache

_LATIN = (*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_APOSTROPHES = "'\u2019"


@cache
def variants(letter: str) -> str:
    """All that stands for `letter`, itself first; one letter each."""
    if letter in _APOSTROPHES:
        return _APOSTROPHES
    if same := _by_base().get(base(letter), ""):
        return letter + same.replace(letter, "")
    cases = (letter, letter.lower(), letter.upper())
    return "".join(dict.fromkeys(one for one in cases if len(one) == 1))


def base(letter: str) -> str:
    """The letter without case or accent: `É` is `e`, `Œ` is `œ`."""
    apart = unicodedata.normalize("NFKD", letter)
    if apart[0].isascii() and apart[0].isalpha() and all(map(unicodedata.combining, apart[1:])):
        return apart[0].lower()
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


@cache
def _by_base() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in _LATIN:
        if chr(code).isalpha():
            found[base(chr(code))] = found.get(base(chr(code)), "") + chr(code)
    return found
