"""Signing up: the form's token, the confirmation's, and the words somebody agrees to.

Both tokens are forms that `Purpose.FORM` signs, told apart by their first bytes: neither opens the other's
door, nor any other purpose's. The form's says which list and until when, so that a sign-up begins on a page
of ours, without a cookie. The confirmation's says which sign-up; who, only the database knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from mailer.settings.model import ListSettings, Organisation
from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.links import list_mark
from mailer.tokens.signed import mint, verify
from mailer.words import Text

FORM_FOR = timedelta(hours=2)
_FORM, _CONFIRMATION = b"form\0", b"conf\0"  # beside `undo\0` (tokens/undoing.py)
_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Signup:
    """One that was asked for, as its confirmation finds it."""

    id: str
    list: str
    language: str
    confirmed: bool


class Confirmed(StrEnum):
    """What a confirmation did."""

    DONE = "done"  # now, or the first time it was pressed
    OBJECTED = "objected"  # since the mail was sent, they asked for nothing more
    GONE = "gone"  # too late, or asked anew meanwhile


def open_list(lists: Mapping[str, ListSettings], slug: str) -> ListSettings | None:
    """The list of this name, if anybody may sign up for it."""
    found = lists.get(slug)
    return found if found is not None and found.open else None


def form_token(keys: Keys, slug: str, now: datetime) -> str:
    """What a form for this list carries, good for two hours."""
    expires = int((now + FORM_FOR).timestamp())
    return mint(keys, Purpose.FORM, _FORM + list_mark(slug) + expires.to_bytes(8))


def is_our_form(keys: Keys, token: str, slug: str, now: datetime) -> bool:
    """Whether `token` is of a form of ours for this list, and still good."""
    payload = verify(keys, Purpose.FORM, token)
    if payload is None or len(payload) != len(_FORM) + 12 or not payload.startswith(_FORM + list_mark(slug)):
        return False
    return now < datetime.fromtimestamp(int.from_bytes(payload[-8:]), UTC)


def confirmation_token(keys: Keys, id: str) -> str:
    """What the mail's link carries: the sign-up's id, 32 hexadecimal digits."""
    return mint(keys, Purpose.FORM, _CONFIRMATION + bytes.fromhex(id))


def read_confirmation(keys: Keys, token: str) -> str | None:
    """The sign-up's id; None when the token is not one of ours. Whether it still lasts the store knows."""
    payload = verify(keys, Purpose.FORM, token)
    if payload is None or not payload.startswith(_CONFIRMATION):
        return None
    found = payload.removeprefix(_CONFIRMATION)
    return found.hex() if len(found) == _ID_BYTES else None


def proof_of(token: str) -> str:
    """What is kept of a confirmation: a digest, which opens nothing."""
    return sha256(token.encode()).hexdigest()


def terms(one: ListSettings, house: Organisation, language: str) -> list[str]:
    """What somebody who confirms agrees to, in the words they are shown and that are kept."""
    return [
        Text(
            "I wish to receive “{list}” from {organisation} by e-mail.",
            list=one.title,
            organisation=house.name,
        ).say(language),
        Text(
            "To receive union messages is a sensitive fact: I agree that {organisation} keeps my address for "
            "them. It serves nothing else and is given to nobody.",
            organisation=house.name,
        ).say(language),
        Text("I may leave at any time, by the link at the end of each message.").say(language),
    ]


def kept(said: list[str]) -> str:
    """These words as the record of consent keeps them."""
    return "\n".join(said)


def digest_of(said: list[str]) -> str:
    """By which a form says which words it showed."""
    return sha256(kept(said).encode()).hexdigest()
