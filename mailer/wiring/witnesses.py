"""Witnesses: who receives a campaign before everybody else, so that somebody can still stop it.

Those on the lists have their own message, first. The others have a copy that is nobody's, as a test is.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from itertools import product

from mailer.compose.message import MessageWriter
from mailer.compose.subjects import each
from mailer.deliver.ports import Sign, Way
from mailer.delivery import Outcome
from mailer.model import Edition, Recipient, unmarked
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.wiring.trying import finished, marked
from mailer.workspace.rendering import NOBODY


def on_lists(store: Store, witnesses: Iterable[str], lists: Iterable[str]) -> frozenset[int]:
    """The subscribers among them that a campaign to `lists` would reach."""
    slugs = tuple(lists)
    found = (store.people.find(address, slugs) for address in witnesses)
    return frozenset(one.subscriber for one in found if one is not None)


def off_lists(store: Store, witnesses: Iterable[str], lists: Iterable[str]) -> list[str]:
    """The addresses of the others, unless nothing may be sent there."""
    slugs = tuple(lists)
    return [
        address
        for address in witnesses
        if store.people.find(address, slugs) is None and store.people.dossier(address).suppression is None
    ]


async def send_copies(
    edition: Edition,
    slug: str,
    keys: Keys,
    way: Way,
    to: Iterable[str],
    now: datetime,
    sign: Sign | None,
    ballot: Callable[[int], str] | None = None,
    *,
    once: Callable[[], Awaitable[bool]] | None = None,
) -> None:
    """A marked copy to each address, as of the list `slug`, under each subject; whether it arrives changes
    nothing.

    `ballot` gives that of a subscriber: theirs is nobody's, and opens a page that says so. `once` is asked
    when the server is there, before the first one: whether nobody has sent them yet. A crash after its yes
    costs a copy.
    """
    writers = [MessageWriter(marked(one), keys, ballot=ballot) for one in each(edition)]
    opened = await way.open()
    if isinstance(opened, Outcome):
        return
    try:
        if once is not None and not await once():
            return
        for address, writer in product(to, writers):
            fields = {**NOBODY, "email": address}
            copy = Recipient(subscriber=0, email=address, list=slug, fields=fields)
            message = await finished(writer.write(copy, now), sign)
            outcome = await opened.send(message, unmarked(message))
            if outcome.lost:
                break
    finally:
        await opened.close()
