"""Mailjet: one event a request, or all those of a second. It signs nothing, and can send a password along.

dev.mailjet.com/email/guides/webhooks (user and password in the address). Mailjet writes a Message-ID of its
own: of our message it names what `X-MJ-CustomID` said (workspace/house.py), and the recipient.
"""

from collections.abc import Iterator

from mailer.bounces.model import Reading
from mailer.listen.hooks.posted import Fields, bounce, complaint, departure, failed, text

# Its table of errors, as RFC 3463 says them: what follows the class, which `hard_bounce` tells.
_DETAILS = {
    "user unknown": "1.1",
    "mailbox inactive": "2.1",
    "invalid domain": "1.2",
    "no mail host": "4.4",
    "typofix": "1.3",
    "greylisted": "4.7",
}
_FULL, _REFUSED = "5.2.2", "5.7.1"
# What is wrong with the mail or with Mailjet's servers, or stands on a list of theirs: nothing is learnt of
# the address, whatever the words are.
_OURS = {"spam": _REFUSED, "content": "5.6.0", "system": "5.7.0", "mailjet": "5.7.0"}
_OURS_TOO = {"blacklisted": "5.7.0", "spam reporter": "5.7.0", "relay/access denied": _REFUSED}


def readings(said: Fields) -> Iterator[Reading]:
    """What an event says; `sent`, `open` and `click` say nothing here."""
    event, address = text(said, "event"), text(said, "email")
    traces = [text(said, "CustomID"), text(said, "Payload")]
    if event == "spam":
        yield complaint("mailjet", address, traces)
    elif event == "unsub":  # by a link that Mailjet put in
        yield departure("mailjet", address, traces)
    elif event in ("bounce", "blocked"):
        status, spoken = _told(said)
        yield bounce("mailjet", failed(address, status, spoken), traces)


def _told(said: Fields) -> tuple[str, str]:
    """A status, and the server's words where they may say more."""
    related, error = text(said, "error_related_to").lower(), text(said, "error").lower()
    if ours := _OURS.get(related) or _OURS_TOO.get(error):
        return ours, ""
    spoken = text(said, "comment")
    if error == "quota exceeded":
        return _FULL, spoken
    if text(said, "event") == "blocked":
        # Mailjet did not try, by what it had seen before: no second proof that an address is dead (F5).
        return f"4.{_DETAILS.get(error, '0.0')}", ""
    return f"{5 if said.get('hard_bounce') is True else 4}.{_DETAILS.get(error, '0.0')}", spoken
