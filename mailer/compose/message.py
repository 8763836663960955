"""One edition filled for one person: the message of RFC 5322, ready for DATA.

All that does not change from one person to the next is written once, when the writer is made; a
message is then three fillings, three HMACs and a joining (measured in bench/message.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.utils import format_datetime
from functools import lru_cache
from textwrap import wrap

from mailer.compose.external import own_address
from mailer.compose.filling import clean, frame_html_filler, frame_text_filler, text_filler
from mailer.compose.followed import Followed
from mailer.compose.header import check_address, literal, mailbox, split_mailbox, unstructured
from mailer.compose.list_fields import Exits, around_token, contact_fields, feedback_id, list_id
from mailer.compose.plain import WIDTH
from mailer.compose.slots import PREFERENCES_SLOT, QUESTIONNAIRE_SLOT
from mailer.errors import RenderError
from mailer.model import Edition, ListFace, Message, Recipient
from mailer.tokens import links, mails
from mailer.tokens.keys import Keys
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _ListPart:
    """What a list puts in the messages of its members."""

    slots: Mapping[str, str]
    first: Mapping[str, str]  # in the first message to somebody
    list_id: str
    feedback_id: str


_HANDED_BACK = 80  # characters that Postmark takes; what proves (tokens.mails.message_id) is before the @


@lru_cache(maxsize=64)
def _subject(text: str) -> str:
    """Most subjects are the same for everybody, or for many."""
    return unstructured("Subject", text)


class MessageWriter:
    """Writes an edition's messages: the same recipient and date always give the same bytes.

    Made with an envelope that cannot stand in a header, raises `UsageError` or `RenderError`.
    """

    def __init__(
        self,
        edition: Edition,
        keys: Keys,
        *,
        message_id_key: str | None = None,
        ballot: Callable[[int], str] | None = None,
    ) -> None:
        """`message_id_key`: the key version in force at launch, the current one if None. `ballot`: that of
        a subscriber, where the questionnaire has ballots and is not closed."""
        envelope = edition.envelope
        self._edition = edition
        self._keys = keys
        self._message_id_key = message_id_key
        self._domain = split_mailbox(envelope.sender)[1].rpartition("@")[2].lower()
        self._exits = Exits.of(edition)
        self._unsubscribe = self._exits.field()
        self._bounces = around_token(envelope) if envelope.unsubscribe_mailbox else None
        self._external = own_address(edition.questionnaire) if edition.questionnaire else None
        self._subject = text_filler(edition.subject)
        self._text = frame_text_filler(edition.frame.text)
        self._html = frame_html_filler(edition.frame.html)
        self._lists = {face.slug: self._list_part(face) for face in edition.lists}
        self._sender = mailbox("From", envelope.sender)
        if envelope.reply_to:
            self._sender += mailbox("Reply-To", envelope.reply_to)
        self._structure = (
            literal("MIME-Version", "1.0")
            + f"Content-Type: {edition.frame.content_type}\r\n"
            + literal("Content-Language", edition.language)
        )
        self._handed_back = tuple(f"{name}: " for name in envelope.handed_back)
        self._policy = self._exits.one_click_field() + contact_fields(envelope.contact)
        tags = (*edition.html[1::2], *edition.text[1::2])
        self._own_questionnaire = any(QUESTIONNAIRE_SLOT in tag for tag in tags)
        self._ballot = ballot
        self._followed = Followed.of(edition, keys)
        self._second, self._date = -1, ""
        self._zone: tzinfo | None = None

    def write(self, recipient: Recipient, date: datetime) -> Message:
        """The message for `recipient`, dated `date` (with its time zone).

        Raises `RenderError` when this person cannot be written to: set them aside and go on.
        """
        address = check_address(recipient.email)
        part = self._part(recipient)
        token = self._token(recipient)
        exits = self._exits.addresses(token)
        values = self._values(recipient, part, exits, token)
        message_id = mails.message_id(
            self._keys,
            self._edition.public_id,
            recipient.subscriber,
            self._domain,
            version=self._message_id_key,
        )
        header = (
            f"Date: {self._dated(date)}\r\n"
            f"{self._sender}"
            f"To: {address}\r\n"
            f"{_subject(self._subject(values))}"
            f"Message-ID: {message_id}\r\n"
            f"{self._structure}"
            f"{part.list_id}"
            f"{self._unsubscribe(exits)}"
            f"{self._policy}"
            f"{part.feedback_id}"
        )
        for name in self._handed_back:  # by relays that write a Message-ID of their own
            header += f"{name}{message_id[:_HANDED_BACK]}\r\n"
        return Message(
            recipient=address,
            message_id=message_id,
            header=header.encode("ascii"),
            pieces=self._pieces(values),
            sender=self._return_path(recipient.subscriber),
        )

    def values(self, recipient: Recipient) -> dict[str, str]:
        """What the tags say for `recipient`: the fields, made harmless, and the slots of the mail.

        For `fill_page(edition.html, values)` and `fill_text(edition.text, values)`.
        """
        token = self._token(recipient)
        return self._values(recipient, self._part(recipient), self._exits.addresses(token), token)

    def _values(self, recipient: Recipient, part: _ListPart, exits: list[str], token: str) -> dict[str, str]:
        # Slots last: no field may pass for one of ours.
        slots = part.first if recipient.first else part.slots
        values = {
            **clean(recipient.fields),
            **slots,
            "unsubscribe_url": exits[0],
            PREFERENCES_SLOT: self._exits.preferences(token),
        }
        if self._own_questionnaire:
            values[QUESTIONNAIRE_SLOT] = self._questionnaire(recipient.subscriber, values)
        if self._followed is not None:
            values |= self._followed.values(recipient)
        return values

    def _questionnaire(self, subscriber: int, values: Mapping[str, str]) -> str:
        if self._external is not None:
            return self._external(values)
        address = f"{self._edition.site}/q/{self._edition.asked or self._edition.public_id}"
        return f"{address}/{self._ballot(subscriber)}" if self._ballot else address

    def _pieces(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        frame = self._edition.frame
        return frame.opening, *self._text(values), frame.between, *self._html(values), frame.closing

    def _return_path(self, subscriber: int) -> str:
        """Where refusals of this very message return (VERP), if there is a mailbox for them.

        Nothing in it says whom it is for; it is the same for each attempt, which greylisting compares.
        """
        if self._bounces is None:
            return ""
        before, after = self._bounces
        public_id, version = self._edition.public_id, self._message_id_key
        return before + mails.verp_token(self._keys, public_id, subscriber, version=version) + after

    def _token(self, recipient: Recipient) -> str:
        return links.unsubscribe_token(self._keys, recipient.subscriber, recipient.list)

    def _part(self, recipient: Recipient) -> _ListPart:
        part = self._lists.get(recipient.list)
        if part is None:
            raise RenderError(Text("the list {list} is not one of this campaign's", list=recipient.list))
        return part

    def _list_part(self, face: ListFace) -> _ListPart:
        return _ListPart(
            slots=_slots(face.title, face.reason),
            # Within a slot that every template has; GDPR, article 14(2)(f) and (3)(b).
            first=_slots(face.title, f"{face.reason} {face.origin}".strip()),
            list_id=list_id(face, self._domain),
            feedback_id=feedback_id(self._edition.public_id, face, self._domain),
        )

    def _dated(self, date: datetime) -> str:
        """RFC 5322, 3.3, with a numeric offset; written once a second."""
        second = int(date.timestamp())
        if second != self._second or date.tzinfo is not self._zone:
            self._second, self._zone, self._date = second, date.tzinfo, format_datetime(date)
        return self._date


def _slots(title: str, reason: str) -> dict[str, str]:
    return {
        "list_title": title,
        "list_reason": reason,
        "list_reason_lines": "\n".join(wrap(reason, WIDTH)),
    }
