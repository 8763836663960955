"""A notice: a mail to one person that is no campaign, one part of plain text.

It says that a program wrote it (RFC 3834, 5), so that nothing answers it by itself, and nothing of a list:
it goes to somebody because of what they have just done, and cannot be left.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from textwrap import wrap

from mailer.compose.header import check_address, literal, mailbox, split_mailbox, unstructured
from mailer.compose.plain import WIDTH
from mailer.compose.quoted_printable import encode_text
from mailer.model import Message

_ID = re.compile(r"[0-9a-z]{16,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every notice of a workspace has above its text."""

    sender: str  # From, "Name <local@domain>"
    reply_to: str  # empty: no Reply-To


def laid_out(paragraphs: Sequence[str]) -> str:
    """Paragraphs in lines of 72 with an empty line between them; a link is never cut."""
    return "\n\n".join(
        "\n".join(
            # Only the plain space parts words: the no-break ones of French typography stay.
            line.replace(_HELD, "\u00a0")
            for part in paragraph.split("\n")
            for line in wrap(
                part.replace("\u00a0", _HELD), WIDTH, break_long_words=False, break_on_hyphens=False
            )
            or [""]
        )
        for paragraph in paragraphs
    )


_HELD = "\ue000"  # of the private use area: stands for U+00A0 while lines are cut


def write_notice(
    head: Letterhead,
    *,
    id: str,
    to: str,
    language: str,
    subject: str,
    content: str,
    date: datetime,
) -> Message:
    """The message of RFC 5322; the same arguments give the same bytes, and `id` the same Message-ID.

    Raises `RenderError` for what cannot stand in a header, an address too.
    """
    assert _ID.fullmatch(id), "an id that is not one of ours"
    address = check_address(to)
    domain = split_mailbox(head.sender)[1].rpartition("@")[2].lower()
    message_id = f"<{id}@{domain}>"
    header = (
        f"Date: {format_datetime(date)}\r\n"
        + mailbox("From", head.sender)
        + (mailbox("Reply-To", head.reply_to) if head.reply_to else "")
        + f"To: {address}\r\n"
        + unstructured("Subject", subject)
        + f"Message-ID: {message_id}\r\n"
        + literal("MIME-Version", "1.0")
        + "Content-Type: text/plain; charset=utf-8\r\n"
        + "Content-Transfer-Encoding: quoted-printable\r\n"
        + literal("Content-Language", language)
        + literal("Auto-Submitted", "auto-generated")
        + literal("X-Auto-Response-Suppress", "All")
    )
    body = encode_text(content if content.endswith("\n") else content + "\n")
    return Message(
        recipient=address,
        message_id=message_id,
        header=header.encode("ascii"),
        pieces=(body.encode("ascii"),),
    )
