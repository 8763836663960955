"""The journal of imports: what each did, and the way back.

Undoing takes back what still stands as the import left it; whoever left, was erased or was changed since
keeps their later state, and is counted.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from mailer.moments import stamp
from mailer.store.bringing import Brought
from mailer.store.departures import PEOPLE
from mailer.store.driver import Driver

KEPT = timedelta(days=90)  # how long an import can be undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import, or the undoing of one."""

    number: int
    undoes: int  # 0: it is an import
    list: str
    at: str
    file: str
    digest: str
    source: str
    created: int  # people nobody knew
    joined: int
    updated: int  # names and fields
    removed: int  # from the list, for the file has them no more
    undone_at: str  # empty: it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What undoing took back, and what it left since it is not as the import made it any more."""

    taken_out: int  # of the list
    forgotten: int  # of them, those who are on no list and were sent nothing: nothing of them is left
    restored: int  # names and fields
    put_back: int  # into the list
    kept_members: int
    kept_fields: int
    kept_out: int  # they were taken out, and stay so: they left or objected since, or came back otherwise


class Imports:
    """The verbs; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def begin(self) -> int:
        """The number of the import that begins; nobody else begins one until the transaction ends."""
        self._driver.alone(PEOPLE)
        found = self._driver.row("next_import")
        assert found is not None
        return int(found[0])

    def record(
        self, number: int, slug: str, brought: Brought, *, file: str, digest: str, source: str
    ) -> None:
        """What the import `number` did; `digest`: of the file's bytes, `source`: as memberships bear it."""
        self._driver.run(
            "add_import",
            number=number,
            undoes=0,
            list=slug,
            at=brought.at,
            file=file,
            digest=digest,
            source=source,
            created=brought.created,
            joined=brought.joined,
            updated=brought.updated,
            removed=brought.removed,
        )

    def listed(self) -> list[Import]:
        """All of the journal, the last first."""
        names = Import.__slots__
        return [Import(**dict(zip(names, row, strict=True))) for row in self._driver.rows("imports")]

    def one(self, number: int) -> Import | None:
        """The import of this number."""
        return next((one for one in self.listed() if one.number == number), None)

    def last(self) -> Import | None:
        """The last import that stands."""
        return next((one for one in self.listed() if not one.undoes and not one.undone_at), None)

    def hold(self) -> None:
        """Nobody else brings people in, or undoes that, until the transaction ends: what is read stands."""
        self._driver.alone(PEOPLE)

    def undo(self, what: Import) -> Undone:
        """Take back what the import did, as far as it still stands."""
        self._driver.alone(PEOPLE)
        about = {"import": what.number, "list": what.list, "at": what.at, "source": what.source}
        pending = self._driver.run("put_back_pending", **about)
        taken_out = self._driver.run("take_out", list=what.list, at=what.at, source=what.source)
        put_back = self._driver.run("put_back_members", **about)
        restored = self._driver.run("put_back_fields", **{"import": what.number, "at": what.at})
        self._driver.run("forget_notes_of_nobody", at=what.at)
        forgotten = self._driver.run("forget_people", at=what.at)
        self._driver.run("forget_earlier", **{"import": what.number})
        done = Undone(
            taken_out=taken_out + pending,
            forgotten=forgotten,
            restored=restored,
            put_back=put_back,
            kept_members=what.joined - taken_out - pending,
            kept_fields=what.updated - restored,
            kept_out=what.removed - put_back,
        )
        self._note(what, done)
        return done

    def _note(self, what: Import, done: Undone) -> None:
        at = stamp(self._now())
        self._driver.run("import_is_undone", number=what.number, at=at)
        row = asdict(what) | {
            "number": self.begin(),
            "undoes": what.number,
            "at": at,
            "created": 0,
            "joined": done.put_back,
            "updated": done.restored,
            "removed": done.taken_out,
        }
        del row["undone_at"]
        self._driver.run("add_import", **row)

    def forget(self) -> int:
        """What is older than 90 days cannot be undone any more; how many imports that were."""
        before = stamp(self._now() - KEPT)
        self._driver.run("forget_earlier_before", before=before)
        return self._driver.run("forget_imports_before", before=before)
