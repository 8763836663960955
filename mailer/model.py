"""The values a campaign becomes on its way: Edition (filled once), Recipient, Message."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

# A text with open slots: texts and tags take turns, so even positions are text, odd ones a
# recipient tag such as "{{ first_name }}" or "{% if site %}". JSON-ready, readable in a database.
Slotted = tuple[str, ...]

# The public id of drafts and of tests. No launch mints a 0 (RFC 4648, 6): their addresses never meet a
# campaign's, and the site knows them for what they are.
DRAFT_ID = "draft00000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that travels with an edition: an image or an attachment.

    `digest` is the SHA-256 of `content` in hexadecimal; with `suffix` it names the file at `/i/`.
    """

    name: str
    digest: str
    suffix: str  # "png", without the dot
    media_type: str  # "image/png" (RFC 2046)
    content: bytes
    width: int = 0  # px, of an image
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedLink:
    """A numbered link: `/l/<public id>/<number>` leads to `destination`."""

    number: int
    destination: str
    label: str
    own: bool = False  # who agreed to it has an address of their own, everybody else the destination


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFace:
    """What a list shows in the mails sent through it."""

    slug: str
    title: str
    reason: str
    language: str
    origin: str = (
        ""  # where the addresses come from, for the first message; empty: from the people themselves
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person of the audience, with the list through which they belong.

    `subscriber` is the store's number (0 is the fictitious person of tests and drafts);
    `fields` holds the values of the closed set; a missing one is the empty string.
    """

    subscriber: int
    email: str
    list: str
    fields: Mapping[str, str] = field(default_factory=dict)
    edition: int = 1  # which of the campaign's texts is theirs
    followed: bool = False  # they agreed that their own clicks are known
    first: bool = False  # nobody has told them yet where their address comes from: not from themselves


class Person(NamedTuple):
    """Somebody a file or an operator brings to a list: a checked address and named values.

    `fields` holds first_name, last_name, language and the list's own fields, those that are filled. A tuple,
    since files bring millions: a frozen dataclass takes three times as long to make.
    """

    email: str
    fields: Mapping[str, str] = MappingProxyType({})
    line: int = 0  # in the file they came from; 0: from none
    proof: str = ""  # what the file says of how and when they agreed, with its titles


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes, in header terms: what every message of an edition says of its origin."""

    sender: str  # From, "Name <local@domain>"
    reply_to: str  # empty: no Reply-To
    contact: str  # List-Help, List-Owner, and mailto unsubscribes without [bounces]
    unsubscribe_mailbox: str  # [bounces].address; empty: contact, with the token in the subject
    separator: str  # of the mailbox's extension, "+"
    handed_back: tuple[str, ...] = ()  # fields whose value relays give back with their events


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The MIME body with its slots open: every text piece is already quoted-printable (RFC 2045, 6.7).

    body = opening + filled(text) + between + filled(html) + closing, lines ending in CRLF.
    """

    content_type: str  # of the whole message, for its header
    opening: bytes
    text: Slotted
    between: bytes
    html: Slotted
    closing: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What one of several subjects changes in an edition: the subject, and the numbers of its links."""

    subject: Slotted
    html: Slotted
    text: Slotted
    frame: Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A campaign compiled with its template: all that sends and pages ever read.

    With several subjects, what is sent are its `variants`, each with its own part of `links`, all parts of
    one length and order; `subject`, `html` and `text` are what is shown to everybody, and count nothing.
    """

    public_id: str
    language: str
    subject: Slotted
    html: Slotted
    text: Slotted
    frame: Frame
    envelope: Envelope
    site: str  # base address without a final slash; empty: no site
    lists: tuple[ListFace, ...]
    links: tuple[TrackedLink, ...]
    images: tuple[Asset, ...]
    files: tuple[Asset, ...]  # linked to: they lie at `/i/`, as hosted images do
    attachments: tuple[Asset, ...]
    questionnaire: Slotted = ()  # its address, where it is each person's own: slots are fields to encode
    fields: frozenset[str]  # the recipient's fields in use
    expires: timedelta | None
    digest: str  # SHA-256 of the normalised campaign text
    asked: str = ""  # the campaign (public id) whose questionnaire it leads to; empty: its own
    variants: tuple[Variant, ...] = ()  # one for each subject; none when there is one subject
    public: bool = False  # shown in the archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One edition filled for one person: bytes ready for DATA, CRLF lines, dots already escaped."""

    recipient: str  # RCPT TO
    message_id: str  # with its angle brackets
    header: bytes  # fields, each with its CRLF
    pieces: tuple[bytes, ...]  # of the body: nearly all of it is everybody's, and is not copied for each
    sender: str = ""  # MAIL FROM: its own (VERP); empty: the way out's
    to_come: int = 0  # octets of signatures that will stand before the header, as far as one can know

    @property
    def body(self) -> bytes:
        """What follows the empty line."""
        return b"".join(self.pieces)

    @property
    def size(self) -> int:
        """Octets, as RFC 1870 counts them."""
        return self.to_come + len(self.header) + 2 + sum(map(len, self.pieces))

    def as_bytes(self) -> bytes:
        """The message of RFC 5322."""
        return self.header + b"\r\n" + self.body


# Awaited when a message's body is about to leave: the message as it leaves, with its signatures.
# None keeps it from leaving.
Mark = Callable[[], Awaitable[Message | None]]


def unmarked(message: Message) -> Mark:
    """Of a message that is in no ledger: it leaves as it is."""

    async def mark() -> Message:
        return message

    return mark
