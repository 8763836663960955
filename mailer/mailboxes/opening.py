"""The mailbox that `[bounces] mailbox` names, opened."""

from collections.abc import Callable
from pathlib import Path

from mailer.mailboxes.letters import Mailbox


def open_mailbox(address: str, root: Path, password: Callable[[], str]) -> Mailbox:
    """A checked address; paths are from `root`. `password` is asked only where one is needed.

    Raises UsageError for what somebody must mend, LaterError for a server that cannot be reached now.
    """
    scheme, _, path = address.partition(":")
    if scheme in ("maildir", "mbox"):
        from mailer.mailboxes.folders import Maildir, Mbox  # noqa: PLC0415

        return Maildir(root / path) if scheme == "maildir" else Mbox(root / path)
    from mailer.mailboxes.places import place_of  # noqa: PLC0415  ssl and its friends: 20 ms

    place = place_of(address)
    if scheme.startswith("imap"):
        from mailer.mailboxes.imap import Imap  # noqa: PLC0415

        return Imap(place, password())
    from mailer.mailboxes.pop import Pop  # noqa: PLC0415

    return Pop(place, password())
