"""What members do with their own data: the two strengths of token, and what the site asks of the store.

A link of a campaign's mail is weak: mails are forwarded, so whoever holds it may leave lists, and learns
nothing. The strong link is mailed to the address on file when it is asked for, works for half an hour, and
opens once: what comes after is proved by a key in the page, never by an address that others may have seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Protocol

from mailer.people.cells import FORBIDDEN, clean
from mailer.tokens.keys import Keys
from mailer.tokens.links import mint_own, read_own
from mailer.words import LANGUAGES

LINK_FOR = timedelta(minutes=30)
CONFIRM_FOR = timedelta(hours=24)  # a new address: some mailboxes let an unknown sender wait
NAMES = ("first_name", "last_name")
LONGEST_NAME = 100  # characters


class Strength(bytes, Enum):
    """What a token of this purpose opens."""

    LINK = b"l"  # mailed to the address on file; opens once
    KEY = b"k"  # in the page that it opened
    ADDRESS = b"a"  # mailed to a new address, to confirm it


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A token of ours, read: whose it is, and whether its time is over."""

    subscriber: int
    expired: bool


def mint(keys: Keys, strength: Strength, subscriber: int, now: datetime, lasts: timedelta) -> str:
    """A token for `subscriber`, good for `lasts` from `now`."""
    return mint_own(keys, strength.value, subscriber, int((now + lasts).timestamp()))


def read(keys: Keys, strength: Strength, token: str, now: datetime) -> Grant | None:
    """What `token` grants; None when it is not one of ours of this strength."""
    found = read_own(keys, strength.value, token)
    if found is None:
        return None
    subscriber, expires = found
    return Grant(subscriber=subscriber, expired=now >= datetime.fromtimestamp(expires, UTC))


def read_names(fields: Mapping[str, str]) -> dict[str, str] | None:
    """First name, last name and language as a form says them, cleaned as an import cleans them.

    None when one of them cannot stand in a mail: too long, of several lines, with what is no letter.
    """
    names = {name: clean(fields.get(name, "")) for name in NAMES}
    for value in names.values():
        if len(value) > LONGEST_NAME or "\n" in value or FORBIDDEN.search(value):
            return None
    language = fields.get("language", "")
    if language and language not in LANGUAGES:
        return None
    return {**names, "language": language}


class Counter(Protocol):
    """Answers from the store about one person. Writing verbs return once the change is on disk."""

    async def send_link(self, subscriber: int, token: str, language: str) -> None:
        """Have the link with this token mailed to the address on file, once an hour at most.

        Nothing is sent where nobody has the number, or where nothing is ever sent; nothing tells which.
        """

    async def spend(self, subscriber: int, token: str) -> bool:
        """Whether this is the last link that was mailed, opened for the first time; it never is again."""

    async def record(self, subscriber: int) -> Mapping[str, object] | None:
        """All that is stored of somebody, as `mailer subscribers show --json` tells it; None: nobody."""

    async def send_address(self, subscriber: int, email: str, token: str, language: str) -> None:
        """Have a link with this token mailed to a new, checked address, for its holder to confirm it.

        Once an hour at most; nothing where nothing is ever sent, or to an address that somebody else has.
        """

    async def move(self, subscriber: int, token: str, language: str) -> bool:
        """Whether their address is now the one that this link was mailed to; the old one is told."""

    async def agrees(self, subscriber: int) -> bool:
        """Whether they agree that their own clicks are known as theirs (consent of purpose `tracking`)."""

    async def agree(self, subscriber: int, words: str | None) -> None:
        """From now on they agree to that in these words; None: no more."""

    async def erase(self, subscriber: int) -> None:
        """Erase them, at once and for good: what stays is a keyed hash, so that no file brings them back."""

    async def rename(self, subscriber: int, names: Mapping[str, str]) -> None:
        """First name, last name, language: as given, emptied where empty."""
