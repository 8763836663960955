"""One person erased: out of the database, the answers joined to their name, the mails kept as files.

In an order that a kill may cut anywhere: the same command does what is left. Files that somebody else wrote
(a list to import, a page that was rendered) are not taken out of their hands: they are named.
"""

import contextlib
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from mailer.store.answers import Answers
from mailer.store.store import Store
from mailer.wiring.boxes import ANSWERS, answers_of
from mailer.wiring.doors import place_of, store_of, ways_out
from mailer.wiring.exporting import files_of
from mailer.workspace.folder import Workspace
from mailer.workspace.traces import holds, traces

OUTBOX = "subscribers/outbox"
_PATIENCE_S = 10.0  # for a message that is leaving: most are answered within a second
_NAP_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was done."""

    known: bool  # somebody had the address
    answers: int  # questionnaires that held answers under their name
    mails: int  # files of the outbox that were theirs
    files: tuple[Path, ...]  # that still hold the address, and are somebody else's to mend
    leaving: bool  # a message to them was leaving, and its reply is still not known
    scrubbed: bool  # nothing is left on the pages of the database's files


def erase(
    workspace: Workspace, email: str, *, source: str, patience: float = _PATIENCE_S, search: bool = True
) -> Erased:
    """Erase who has this checked address, with a store of its own: from any thread.

    `source`: who asked, `operator` or `site`. `patience` in seconds, for a message that is leaving. Without
    `search` no file is looked into but the outbox.
    """
    with contextlib.closing(store_of(workspace)) as store, _answers(workspace) as answers:
        spellings = {email, store.people.dossier(email).email}
        numbers = store.erasing.numbers_of(email)
        # Before the rows, which tell the number to who runs this again; after, for who answered meanwhile.
        held = _forget_answers(store, answers, numbers)
        with store.together():
            known = store.erasing.erase(email, source)
        held |= _forget_answers(store, answers, numbers)
        leaving = _wait(store, numbers, patience)
        scrubbed = write_anew(store)
        elsewhere = files_of(workspace, store) if search else []
    mails = [path for folder in _outboxes(workspace) for path in traces(folder, tuple(spellings))]
    for path in mails:
        path.unlink(missing_ok=True)
    found = _search(workspace, tuple(spellings), elsewhere) if search else []
    return Erased(
        known=known,
        answers=len(held),
        mails=len(mails),
        files=tuple(found),
        leaving=leaving,
        scrubbed=scrubbed,
    )


def write_anew(store: Store) -> bool:
    """Nothing is left of who was erased on the pages of the database's files; False: later, it is noted.

    A large file takes seconds in which nobody else writes, more than the site waits for: that is done when
    nobody sends, and nobody begins to meanwhile.
    """
    since = store.erasing.unscrubbed()
    with store.sender_lock() as lock:
        if (store.heavy and not lock.acquire()) or not store.scrub():
            return False
    with store.together():
        store.erasing.scrubbed(since)
    return True


def write_anew_if_due(workspace: Workspace) -> None:
    """What was put off, with a store of its own: from any thread."""
    with contextlib.closing(store_of(workspace)) as store:
        if store.erasing.unscrubbed():
            write_anew(store)


@contextlib.contextmanager
def _answers(workspace: Workspace) -> Iterator[Answers]:
    answers = answers_of(workspace, lasting=True)
    try:
        yield answers
    finally:
        answers.release()


def _forget_answers(store: Store, answers: Answers, numbers: Collection[int]) -> set[str]:
    """The questionnaires that held some of theirs."""
    return {
        one.public_id
        for one in store.visits.questionnaires()
        for number in numbers
        if answers.forget(one.public_id, number)
    }


def _wait(store: Store, numbers: Collection[int], patience: float) -> bool:
    """Until no message to them is leaving, and its row is under a tombstone too; True: one still is."""
    until = time.monotonic() + patience
    while leaving := store.erasing.leaving(numbers):
        if time.monotonic() >= until:
            break
        time.sleep(_NAP_S)
    with store.together():
        store.erasing.bury(numbers)
    return leaving


def _outboxes(workspace: Workspace) -> list[Path]:
    """Where the way out of kind `folder` has written mails, or would."""
    paths = {OUTBOX, *(one.path for one in ways_out(workspace.settings) if one.kind == "folder")}
    return [workspace.root / path for path in sorted(paths)]


def _search(workspace: Workspace, spellings: tuple[str, ...], elsewhere: list[Path]) -> list[Path]:
    """In the workspace, and in exports that were written outside of it; theirs are in no outbox any more."""
    known = (*_databases(workspace), *_outboxes(workspace))
    inside = _with_parts(traces(workspace.root, spellings, but=known))
    outside = [path for path in elsewhere if not path.is_relative_to(workspace.root)]
    return [*inside, *(path for path in outside if holds(path, spellings))]


def _with_parts(found: list[Path]) -> list[Path]:
    """What `render` wrote for them says their name in three files, and their address in one."""
    parts = [path.with_suffix(kind) for path in found if path.suffix == ".eml" for kind in (".html", ".txt")]
    return sorted({*found, *(path for path in parts if path.is_file())})


def _databases(workspace: Workspace) -> tuple[Path, ...]:
    """Files that are not opened where they stand (decision 0010): verbs erase what is in them."""
    place = place_of(workspace)
    around = list(place.parent.glob(f"{place.name}*")) if isinstance(place, Path) else []
    return (*around, *(workspace.root / ANSWERS).glob("*"))
