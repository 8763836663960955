"""Reading mail that came back: from the mailbox of [bounces], or from files; then what follows for campaigns.

The mailbox's position is only there to save time: what was read is known by its digest, in the transaction
that acted on it. Killed between the two, or read by two machines at once, nothing is done twice.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mailer.errors import LaterError, MailerError, UsageError
from mailer.listen.returns import Class
from mailer.mailboxes.letters import MOST, Letter, Mailbox
from mailer.mailboxes.opening import open_mailbox
from mailer.store.store import Store
from mailer.wiring import watchful
from mailer.wiring.doors import keys_of, store_of
from mailer.wiring.passwords import mailbox_password
from mailer.wiring.returning import Receiver, Summary
from mailer.words import Text, plural
from mailer.workspace.folder import Workspace
from mailer.workspace.mails import mails

EVERY_S = 600.0  # between two looks, while a send goes on
_SAVED = 50  # letters between two savings of the position


def mailbox_of(workspace: Workspace, environ: Mapping[str, str] | None = None) -> Mailbox:
    """The mailbox of [bounces], opened. Raises UsageError when none is named, and as `open_mailbox`."""
    address = workspace.settings.bounces.mailbox
    if not address:
        raise UsageError(
            Text(
                "mailer.toml names no mailbox: write {example} under [bounces]",
                example='mailbox = "imaps://user@host/INBOX"',
            )
        )
    return open_mailbox(address, workspace.root, lambda: mailbox_password(workspace, environ))


def poll(workspace: Workspace, store: Store, mailbox: Mailbox) -> Summary:
    """Act on what has come since the last time. A connection lost midway is told in the summary."""
    receiver = Receiver(store, keys_of(workspace), workspace.settings.lists)
    name = _note(workspace.settings.bounces.mailbox)
    try:
        for letter in mailbox.letters(store.returns.position(name)):
            receiver.take(letter)
            letter.done()
            if receiver.summary.found % _SAVED == 0:
                _save(store, name, mailbox)
    except LaterError:
        if not receiver.summary.found:
            raise
        receiver.summary.broken_off = True
    _save(store, name, mailbox)
    with store.together():
        watchful.look(store, workspace.settings, receiver.summary, afresh=True)
    return receiver.summary


def poll_once(workspace: Workspace, tell: Callable[[Text], None]) -> None:
    """For who has other things to do: a mailbox that cannot be read now is told, and nothing is held up."""
    try:
        mailbox = mailbox_of(workspace)
        try:
            store = store_of(workspace)
            try:
                found = poll(workspace, store, mailbox)
            finally:
                store.close()
        finally:
            mailbox.close()
    except MailerError as fault:
        tell(Text("The mail that came back was not read: {message}", message=fault.message))
        return
    for line in _short(found):
        tell(line)


def _short(found: Summary) -> Iterator[Text]:
    """What changed; the rest is for `bounces poll`."""
    if found.suppressed["bounced"]:
        yield plural(
            "Mail came back: {count} address is given up.",
            "Mail came back: {count} addresses are given up.",
            count=found.suppressed["bounced"],
        )
    left = found.suppressed["complained"] + found.kinds[Class.DEPARTURE.value]
    if left:
        yield plural("{count} person left by mail.", "{count} people left by mail.", count=left)
    for slug in found.paused:
        yield Text("{slug} is paused: too much of it comes back. 'mailer report {slug}'", slug=slug)
    if found.wishes:
        yield plural(
            "{count} person writes that they want to leave: look at that mailbox.",
            "{count} people write that they want to leave: look at that mailbox.",
            count=len(found.wishes),
        )


@contextmanager
def polling(workspace: Workspace, tell: Callable[[Text], None], every: float = EVERY_S) -> Iterator[None]:
    """Read it again and again while what is inside goes on, in a thread that never holds up the end:

    one that is cut off in the middle does the rest the next time.
    """
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(every):
            poll_once(workspace, tell)

    threading.Thread(target=go_on, name="returned mail", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def reads_mail(workspace: Workspace) -> bool:
    """Whether `send` looks by itself: no site hears of departures then, mail alone does."""
    return not workspace.settings.site.url and bool(workspace.settings.bounces.mailbox)


def ingest(workspace: Workspace, store: Store, paths: Iterable[Path]) -> Summary:
    """Act on the letters of files, mboxes, Maildirs and folders; none of them is changed."""
    receiver = Receiver(store, keys_of(workspace), workspace.settings.lists)
    for path in paths:
        for kept in mails(path):
            name = str(kept.path) if kept.number == 1 else f"{kept.path}:{kept.number}"
            receiver.take(Letter(name=name, raw=kept.raw[:MOST]))
    with store.together():
        watchful.look(store, workspace.settings, receiver.summary, afresh=True)
    return receiver.summary


def _save(store: Store, name: str, mailbox: Mailbox) -> None:
    if mailbox.position and mailbox.position != store.returns.position(name):
        with store.together():
            store.returns.move(name, mailbox.position)


def _note(address: str) -> str:
    """The name of a mailbox's position in the database, which tells nothing of the account."""
    return hashlib.sha256(address.encode()).hexdigest()[:16]
