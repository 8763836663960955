"""Whose mail came back: the signed tokens of ours that a reading holds (security.md: forged bounces).

Anybody can write a bounce; only who received the message, or a server on its way, has the token in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from mailer.bounces.model import Reading
from mailer.tokens.keys import Keys
from mailer.tokens.links import read_unsubscribe_token
from mailer.tokens.mails import read_verp
from mailer.tokens.signed import from_base32

# Base 32 in a local part, whatever became of its case; base64url in an address of the site or a subject.
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{39}(?![A-Za-z0-9_-])|(?<![A-Za-z0-9])[A-Za-z2-7]{46}(?![A-Za-z0-9])"
)
_TOKENS = 200  # of one reading that are tried: 10 µs each


@dataclass(frozen=True, slots=True)
class Proof:
    """A token of ours: it names the subscriber; an envelope's names the campaign too."""

    subscriber: int  # 0 is nobody: a test, or a witness's copy
    public_id: str = ""  # of the campaign; "" from a link to leave
    list_mark: bytes = b""  # of the list, from a link to leave
    arrived: bool = False  # it stands in the address the mail came to, not in what is quoted


def proofs(keys: Keys, reading: Reading) -> tuple[Proof, ...]:
    """Each once: those of the address the mail came to first."""
    found: dict[tuple[int, str, bytes], Proof] = {}
    tried = 0
    for arrived, text in chain(
        ((True, one) for one in reading.arrived_at), ((False, one) for one in reading.traces)
    ):
        for token in _TOKEN.finditer(text):
            tried += 1
            if tried > _TOKENS:
                return tuple(found.values())
            for proof in _read(keys, token[0], arrived=arrived):
                found.setdefault((proof.subscriber, proof.public_id, proof.list_mark), proof)
    return tuple(found.values())


def _read(keys: Keys, token: str, *, arrived: bool) -> Iterator[Proof]:
    if len(token) == 46 and (envelope := read_verp(keys, token)) is not None:
        yield Proof(subscriber=envelope[1], public_id=envelope[0], arrived=arrived)
    else:
        leaving = from_base32(token) if len(token) == 46 else token
        departure = read_unsubscribe_token(keys, leaving) if leaving else None
        if departure is not None:
            yield Proof(subscriber=departure[0], list_mark=departure[1], arrived=arrived)
