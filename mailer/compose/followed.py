"""Links of those who agreed that their clicks are known; everybody else's lead straight where they lead.

Which of both a mail has is decided when it is written, by the consent in force at that instant. Once it is
withdrawn, the addresses in mails already sent go on leading there, and nothing of them is counted any more
(standards.md, G12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap

from mailer.compose.links import OWN_LINK
from mailer.compose.plain import WIDTH
from mailer.model import Edition, Recipient
from mailer.tokens.keys import Keys
from mailer.tokens.links import link_token
from mailer.words import Text

FOLLOWED_SLOTS = ("tracking_words", "tracking_words_lines")  # of the HTML and of the text
_KNOWN = Text(
    "You agreed that we know which links you follow in our messages. You may withdraw that whenever you "
    "like, under “Your data and your rights”: what we knew is then deleted."
)
_UNKNOWN = Text("We do not know who clicks.")


def nobody(edition: Edition) -> dict[str, str]:
    """The slots of a mail whose reader did not agree, or is not known: plain addresses."""
    own = {OWN_LINK.format(number=link.number): link.destination for link in edition.links if link.own}
    return own | _words(_UNKNOWN, edition.language) if own else {}


def _words(said: Text, language: str) -> dict[str, str]:
    words = said.say(language)
    return {"tracking_words": words, "tracking_words_lines": "\n".join(wrap(words, WIDTH))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Fills these slots for one person after the other; `addresses`: of each slot, but for the token."""

    keys: Keys
    public_id: str
    plain: Mapping[str, str]
    addresses: Mapping[str, str]
    words: dict[str, str]

    @classmethod
    def of(cls, edition: Edition, keys: Keys) -> "Followed | None":
        """None where nobody is followed, as in nearly all campaigns."""
        plain = nobody(edition)
        if not plain:
            return None
        counted = f"{edition.site}/l/{edition.public_id}"
        own = [link.number for link in edition.links if link.own]
        return cls(
            keys=keys,
            public_id=edition.public_id,
            plain=plain,
            addresses={OWN_LINK.format(number=number): f"{counted}/{number}/" for number in own},
            words=_words(_KNOWN, edition.language),
        )

    def values(self, recipient: Recipient) -> Mapping[str, str]:
        """What their slots say."""
        if not recipient.followed:
            return self.plain
        token = link_token(self.keys, self.public_id, recipient.subscriber)
        return {name: address + token for name, address in self.addresses.items()} | self.words
