"""An import taken back: found in the journal, undone in one transaction."""

from mailer.errors import RefusedError, UsageError
from mailer.store.imports import Import, Undone
from mailer.store.store import Store
from mailer.words import Text


def undo(store: Store, number: int | None, *, write: bool) -> tuple[Import, Undone]:
    """Undo the import `number`, or the last that stands; without `write`, only tell what would come of it.

    UsageError: there is none of this number. RefusedError: it was undone already, or is no import itself.
    """
    around = store.together() if write else store.sketch()
    with around:
        if write:  # of two who undo it at the same time, the second finds that it is undone
            store.imports.hold()
        what = store.imports.last() if number is None else store.imports.one(number)
        if what is None and number is None:
            raise UsageError(Text("there is no import to undo"))
        if what is None:
            raise UsageError(
                Text("there is no import {number}: mailer subscribers imports lists them", number=number)
            )
        if what.undoes:
            raise RefusedError(
                Text("{number} undid an import already: import the file again", number=what.number)
            )
        if what.undone_at:
            raise RefusedError(
                Text("import {number} was undone on {day}", number=what.number, day=what.undone_at[:10])
            )
        return what, store.imports.undo(what)
