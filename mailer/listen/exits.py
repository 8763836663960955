"""Who leaves what: an unsubscribe token read, and the button that takes a departure back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mailer.listen.desk import Desk, Left
from mailer.tokens.keys import Keys
from mailer.tokens.links import read_unsubscribe_token
from mailer.tokens.undoing import Undo, read_undo_token, undo_token

UNDO_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """The door an unsubscribe token opens: one person, one list (see `tokens.list_mark`)."""

    subscriber: int
    mark: bytes

    @property
    def is_test(self) -> bool:
        """Whether this is the fictitious person of tests: nobody is there to leave."""
        return self.subscriber == 0


def read_exit(keys: Keys, token: str) -> Exit | None:
    """The door of `token`; None when it is not one of ours, whatever is wrong."""
    found = read_unsubscribe_token(keys, token)
    return Exit(subscriber=found[0], mark=found[1]) if found else None


async def leave(desk: Desk, door: Exit, *, everything: bool) -> Left:
    """Leave the list of `door`, or everything; what really changed.

    A list that has been removed since can no longer be left alone: whoever asks to leave it is sent
    nothing more at all, rather than go on receiving through another.
    """
    if door.is_test:
        return Left()
    left = await desk.leave(door.subscriber, door.mark, everything=everything)
    if left or everything:
        return left
    standing = await desk.standing(door.subscriber, door.mark)
    if standing is None or standing.list_slug or standing.objected:
        return left
    return await desk.leave(door.subscriber, door.mark, everything=True)


def mint_undo(keys: Keys, door: Exit, left: Left, now: datetime) -> str:
    """The token of the undo button, good for 30 minutes; empty when nothing changed.

    Only the request that changed something gets one. Mails are forwarded with their unsubscribe link:
    its holder may take back what they did themselves, not what the person did.
    """
    return mint_quiet_undo(keys, door.subscriber, left, now) if left else ""


def read_undo(keys: Keys, token: str, door: Exit, lists: Iterable[str], now: datetime) -> Left | None:
    """What `token` gives back at `door`; None when it is not ours, another person's, or too old."""
    return read_quiet_undo(keys, token, door.subscriber, lists, now) or None


def mint_quiet_undo(keys: Keys, subscriber: int, left: Left, now: datetime) -> str:
    """The same token whether anything changed or not: where lists are left by who may not learn them."""
    expires = int((now + UNDO_FOR).timestamp())
    return undo_token(
        keys, Undo(subscriber=subscriber, lists=left.lists, objected=left.objected, expires=expires)
    )


def read_quiet_undo(
    keys: Keys, token: str, subscriber: int, lists: Iterable[str], now: datetime
) -> Left | None:
    """What `token` gives back, perhaps nothing; None when it is not ours, another person's, or too old."""
    undo = read_undo_token(keys, token, lists)
    if undo is None or undo.subscriber != subscriber:
        return None
    if now >= datetime.fromtimestamp(undo.expires, UTC):
        return None
    until = datetime.fromtimestamp(undo.expires + 1, UTC) - UNDO_FOR  # tokens count whole seconds
    return Left(lists=undo.lists, objected=undo.objected, until=until)
