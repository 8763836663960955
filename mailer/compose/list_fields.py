"""What a message says of its list (RFC 2369, 2919, 8058): its name, how to leave, whom to ask.

And the mailbox of [bounces], where both those who leave by mail and refusals that come late return.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote, urlsplit

from mailer.compose.header import check_address, literal, quoted_string, split_mailbox, urls
from mailer.errors import UsageError
from mailer.model import Edition, Envelope, ListFace
from mailer.tokens.signed import to_base32
from mailer.words import Text

_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
_TOKEN_BASE32 = 46  # of `tokens.to_base32` and `tokens.verp_token`
_SAMPLE = "a" + "A" * 38  # as long as `tokens.unsubscribe_token`
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """How to leave: by the site if there is one, and by mail."""

    site: str
    before: str  # the mailto address, around the token
    after: str
    base32: bool  # the token stands in a local part, whose case may not survive

    @classmethod
    def of(cls, edition: Edition) -> "Exits":
        """Those of an edition; `UsageError` when the mailbox leaves no room for a token."""
        envelope = edition.envelope
        if envelope.unsubscribe_mailbox:
            before, after = around_token(envelope)
            return cls(site=edition.site, before=mailto(before), after=after, base32=True)
        before = mailto(split_mailbox(envelope.contact)[1]) + "?subject=unsubscribe%20"
        return cls(site=edition.site, before=before, after="", base32=False)

    def addresses(self, token: str) -> list[str]:
        """The ways out for the bearer of `token`, the best first."""
        by_mail = self.before + (to_base32(token) if self.base32 else token) + self.after
        return [f"{self.site}/u/{token}", by_mail] if self.site else [by_mail]

    def preferences(self, token: str) -> str:
        """The page at which its bearer says what they want; empty without a site. Signed once for both."""
        return f"{self.site}/p/{token}" if self.site else ""

    def field(self) -> Callable[[Sequence[str]], str]:
        """What writes List-Unsubscribe for the addresses of anybody's token.

        Tokens are all of one length and one alphabet: what may stand in the field, and where it is folded,
        is found out once.
        """
        sample = self.addresses(_SAMPLE)
        rest, around = urls("List-Unsubscribe", sample), []
        for address in sample:
            before, _, rest = rest.partition(address)
            around.append(before)
        lengths = [len(address) for address in sample]

        def written(addresses: Sequence[str]) -> str:
            assert [len(address) for address in addresses] == lengths, "a token of another length"
            return "".join([*chain.from_iterable(zip(around, addresses, strict=True)), rest])

        return written

    def one_click_field(self) -> str:
        """Only where a provider may post: https (RFC 8058, 3.1), or this machine for trials."""
        parts = urlsplit(self.site)
        if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            return literal("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        return ""


def list_id(face: ListFace, domain: str) -> str:
    """`"Title" <slug.domain>`; readers compare what is in the brackets (RFC 2919, 6).

    An id is neither encoded nor folded, so the title is there only when it is ASCII and short.
    """
    identity, title = f"<{face.slug}.{domain}>", quoted_string(face.title)
    plain = face.title.isascii() and face.title.isprintable() and "=?" not in title
    fits = len(f"List-Id: {title} {identity}") <= 78  # RFC 5322, 2.1.1
    return literal("List-Id", f"{title} {identity}" if plain and fits else identity)


def feedback_id(public_id: str, face: ListFace, domain: str) -> str:
    """Gmail's grouping of complaints: per campaign and list, never per person.

    The last part must be the sender's, constant, 5 to 15 characters: 12 of a digest of the domain.
    """
    sender = base64.b32encode(hashlib.sha256(domain.encode()).digest())[:12].decode("ascii").lower()
    return literal("Feedback-ID", f"{public_id}:{face.slug}:tract:{sender}")


def contact_fields(contact: str) -> str:
    """Whom to ask, that nobody can post, and that no answering machine should answer.

    No `Auto-Submitted`: a tract is written by people for people (RFC 3834, 2 and 5.2).
    """
    address = mailto(split_mailbox(contact)[1])
    return (
        urls("List-Help", [address])
        + urls("List-Owner", [address])
        + literal("List-Post", "NO")
        + literal("Precedence", "bulk")
        + literal("X-Auto-Response-Suppress", "All")
    )


def mailto(address: str) -> str:
    """RFC 6068, 2."""
    return "mailto:" + quote(address, safe="@!$'*+")


def around_token(envelope: Envelope) -> tuple[str, str]:
    """The mailbox of [bounces] before and after a token: `retours+` and `@example.org`.

    `UsageError` when it leaves no room for one.
    """
    local, _, domain = check_address(envelope.unsubscribe_mailbox).rpartition("@")
    if len(local) + len(envelope.separator) + _TOKEN_BASE32 > _LOCAL_PART:
        raise UsageError(
            Text(
                "the address {address} of [bounces] is too long to carry a token: "
                "keep {limit} characters at most before the @",
                address=envelope.unsubscribe_mailbox,
                limit=_LOCAL_PART - len(envelope.separator) - _TOKEN_BASE32,
            )
        )
    return f"{local}{envelope.separator}", f"@{domain}"
