"""The button that takes back what one request changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.signed import mac_of, mint, verify
from mailer.tokens.spelling import subscriber_octets


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What an undo token gives back, before `expires` (Unix time, seconds)."""

    subscriber: int
    lists: tuple[str, ...]
    objected: bool
    expires: int


def undo_token(keys: Keys, undo: Undo) -> str:
    """What one request changed, for the button that takes it back.

    Lists stand in it as keyed marks, filled up to a multiple of eight, eight at least: whoever holds a
    forwarded mail may press the buttons, and must not read in the page which lists the person is on, or how
    many.
    """
    head = _undo_head(undo.subscriber, undo.expires, objected=undo.objected)
    marks = [_undo_mark(keys, keys.current[Purpose.FORM], head, slug) for slug in undo.lists]
    missing = -len(marks) % 8 if marks else 8
    blanks = (f"\0{number}" for number in range(missing))  # no list is called so
    marks += [_undo_mark(keys, keys.current[Purpose.FORM], head, blank) for blank in blanks]
    return mint(keys, Purpose.FORM, head + b"".join(sorted(marks)))


def read_undo_token(keys: Keys, token: str, known_lists: Iterable[str]) -> Undo | None:
    """The token's content, its lists found among `known_lists`; None when it is not ours. Whether it
    has expired is the caller's to see."""
    payload = verify(keys, Purpose.FORM, token)
    if payload is None or payload[:5] != _UNDO or len(payload) < _UNDO_HEAD:
        return None
    head, marks = payload[:_UNDO_HEAD], payload[_UNDO_HEAD:]
    there = {marks[at : at + 8] for at in range(0, len(marks), 8)}
    return Undo(
        subscriber=int.from_bytes(head[5:13]),
        lists=tuple(slug for slug in known_lists if _undo_mark(keys, token[0], head, slug) in there),
        objected=bool(head[21]),
        expires=int.from_bytes(head[13:21]),
    )


_UNDO = b"undo\0"  # the first of the forms that Purpose.FORM signs

_UNDO_HEAD = len(_UNDO) + 8 + 8 + 1


def _undo_head(subscriber: int, expires: int, *, objected: bool) -> bytes:
    return _UNDO + subscriber_octets(subscriber) + expires.to_bytes(8) + bytes([objected])


def _undo_mark(keys: Keys, key_id: str, head: bytes, slug: str) -> bytes:
    return mac_of(keys, Purpose.FORM, key_id, b"mark\0" + head + slug.encode())[:8]
