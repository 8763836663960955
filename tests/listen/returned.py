"""Mail that comes back, as servers and people write it: about one message of ours, or a forged one."""

from mailer.tokens.keys import Keys
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.mails import verp_token
from mailer.tokens.signed import to_base32

HOUSE = "retours+{}@lettre.example.org"
PUBLIC_ID = "k7qk2m4xea"
NOBODY = "quelqu.un@lettre.example.org"


def verp(keys: Keys, subscriber: int, public_id: str = PUBLIC_ID) -> str:
    """The envelope sender of a message of ours."""
    return HOUSE.format(verp_token(keys, public_id, subscriber))


def leaving(keys: Keys, subscriber: int, slug: str) -> str:
    """The mailbox of its List-Unsubscribe."""
    return HOUSE.format(to_base32(unsubscribe_token(keys, subscriber, slug)))


def bounce(
    arrived_at: str,
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 no such user here",
    action: str = "failed",
    recipient: str = "zoe@example.org",
    returned: str = "",
    number: int = 1,
) -> bytes:
    """A report of RFC 3464 that came to `arrived_at`; `returned`: the header of the message it returns."""
    text = f"""\
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Delivered-To: {arrived_at}
To: {arrived_at}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{number}@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message to <{recipient}>.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

{returned or f"To: {recipient}"}
Subject: Un tract

--b--
"""
    return text.replace("\n", "\r\n").encode()


def complaint(returned: str, *, arrived_at: str = NOBODY, number: int = 1) -> bytes:
    """A report of RFC 5965 about the message whose header is `returned`."""
    text = f"""\
From: <feedback@provider.example>
To: <{arrived_at}>
Subject: FW: Un tract
Message-ID: <{number}@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1

--b
Content-Type: message/rfc822

{returned}
Subject: Un tract

Bonjour
--b--
"""
    return text.replace("\n", "\r\n").encode()


def letter(
    to: str, *, subject: str = "", words: str = "", sender: str = "Zoé <zoe@example.org>", fields: str = ""
) -> bytes:
    """A mail that somebody, or a program, wrote."""
    text = f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <1@example.org>\n{fields}\n{words}\n"
    return text.replace("\n", "\r\n").encode()
