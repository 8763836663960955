"""What the commands about people share: the store, and addresses checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailer.cli.speech import say
from mailer.errors import UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.store import Store

LIST = say(Text("The list, as mailer.toml names it."))


@contextmanager
def store_here() -> "Iterator[Store]":
    """The store of the workspace around us."""
    from mailer.wiring.doors import store_of
    from mailer.workspace.folder import workspace_of

    store = store_of(workspace_of(None))
    try:
        yield store
    finally:
        store.close()


def checked(email: str) -> str:
    """A checked address; UsageError with the reason."""
    from mailer.addresses import AddressError, check_address

    try:
        return check_address(email)
    except AddressError as fault:
        raise UsageError(Text("'{email}': {reason}", email=email, reason=fault.message)) from None
