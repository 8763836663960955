"""Encoded words (RFC 2047): text that is not ASCII, in a header that must be.

Always UTF-8. Q when it is the shorter (most of French), B otherwise (emoji, Greek); at most
75 characters a word (section 2), never a character cut in two (section 5, 3).
"""

import base64
import re
from collections.abc import Callable
from typing import NamedTuple

LONGEST_WORD = 75
_AROUND = len("=?utf-8?q??=")

# What stands for itself in Q, in a phrase as in a subject (section 5, 3).
_SAFE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/ "
_Q_TABLE = [chr(byte) if byte in _SAFE else f"={byte:02X}" for byte in range(256)]
_Q_TABLE[ord(" ")] = "_"

# What hangs on the character before it: accents, variation selectors, skin tones, tags, joined emoji.
_HANGING = re.compile(
    "[\u0300-\u036f\u20d0-\u20ff\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]|(?<=\u200d)."
)


class _Form(NamedTuple):
    """One of the two encodings."""

    letter: str
    dearest: int  # what one character can cost at most
    cost: Callable[[bytes], int]  # of some bytes, in the units of `room`
    room: Callable[[int], int]  # in a word of so many characters
    write: Callable[[bytes], str]


def encoded_words(text: str, first: int) -> list[str]:
    """`text` as encoded words, to be parted by white space; the first has only `first` characters.

    `first` is 24 at least, the dearest character in Q. A lone surrogate becomes `?`.
    """
    form = _choose(text)
    words, start, width = [], 0, first
    while start < len(text):
        end = _end(text, start, form, width - _AROUND)
        words.append(f"=?utf-8?{form.letter}?{form.write(_bytes(text[start:end]))}?=")
        start, width = end, LONGEST_WORD
    return words


def _choose(text: str) -> _Form:
    """Q for up to one byte in six to quote (n + 2q against 4n/3); B for joined emoji: longer words."""
    data = _bytes(text)
    return _B if "\u200d" in text or 6 * _quoted(data) > len(data) else _Q


def _end(text: str, start: int, form: _Form, width: int) -> int:
    """Where the word that begins at `start` ends: as far as it fits, not within what hangs together."""
    room = form.room(width)
    end = min(start + room, len(text))
    while (excess := form.cost(_bytes(text[start:end])) - room) > 0:
        end -= -(-excess // form.dearest)
    whole = end
    while start < whole < len(text) and _HANGING.match(text, whole):
        whole -= 1
    return whole if whole > start else end  # longer than a word: it must be cut


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _quoted(data: bytes) -> int:
    return len(data.translate(None, _SAFE))


_Q = _Form(
    "q",
    12,
    lambda data: len(data) + 2 * _quoted(data),
    lambda characters: characters,
    lambda data: "".join([_Q_TABLE[byte] for byte in data]),
)
_B = _Form(
    "b",
    4,
    len,
    lambda characters: characters // 4 * 3,
    lambda data: base64.b64encode(data).decode("ascii"),
)
