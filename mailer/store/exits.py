"""Departures and returns: every one of them goes through the log of objections."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.moments import stamp
from mailer.store.departures import EVERYTHING
from mailer.store.driver import Driver
from mailer.store.log_entries import Entry
from mailer.store.objections import Objections
from mailer.tokens.keys import Keys

# Whoever holds a forwarded mail may leave and undo it for so long (listen/exits.py): a departure within that
# time of the one before it is written down too, or theirs would be undone with it.
AGAIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What one request changed: the lists that were left, and whether everything was."""

    lists: tuple[str, ...] = ()
    objected: bool = False


class Exits:
    """The verbs of leaving. Those that change run within the caller's transaction."""

    def __init__(
        self, driver: Driver, objections: Objections, keys: Keys, now: Callable[[], datetime]
    ) -> None:
        self._driver = driver
        self._objections = objections
        self._keys = keys
        self._now = now

    def standing(self, subscriber: int, slug: str) -> tuple[bool, bool] | None:
        """Whether they are subscribed to the list, and whether they objected; None: nothing is known."""
        found = self._driver.row("person_now", subscriber=subscriber, list=slug)
        if found is not None:
            return found[6] == "subscribed", found[7] == "objection"
        left = {row[0] for row in self._driver.rows("memberships_of", subscriber=subscriber)}
        return (False, EVERYTHING in left) if left & {slug, EVERYTHING} else None

    def leave(self, subscriber: int, lists: Sequence[str], source: str) -> Departure:
        """Leave `lists`; those they were not on are no change, but for somebody we do not know."""
        [departure] = self.leave_each([(subscriber, lists)], source)
        return departure

    def leave_each(self, people: Sequence[tuple[int, Sequence[str]]], source: str) -> list[Departure]:
        """The same for many at once, each (subscriber, lists)."""
        pairs = [(slug, who) for who, lists in people for slug in lists]
        present = set(self._driver.rows_of("present", pairs)) if pairs else set()
        at = stamp(self._now())
        self._again(pair for pair in pairs if pair not in present)
        departures, entries = [], []
        for who, lists in people:
            left = tuple(slug for slug in lists if (slug, who) in present)
            present.difference_update((slug, who) for slug in left)  # asked twice, it is done once
            departures.append(Departure(lists=left))
            if left:
                entries.append(Entry(at=at, what="left", subscriber=who, lists=left, source=source))
        self._objections.add(self._driver, entries)
        return departures

    def object(
        self, subscriber: int, source: str, *, lists: Sequence[str] = (), address_hash: str = ""
    ) -> Departure:
        """Nothing more, from any list, whoever imports the address again.

        Of somebody we do not know, `lists` and `address_hash` are what the caller does.
        """
        found = self._driver.row("person_now", subscriber=subscriber, list="")
        if found is None:
            known = self.standing(subscriber, EVERYTHING)
            if known is not None and not address_hash:
                self._again((slug, subscriber) for slug in (EVERYTHING, *lists))
                return Departure()
            self._enter("objected", subscriber, tuple(lists), source, address_hash=address_hash)
            return Departure(lists=tuple(lists), objected=True)
        present = self._present(subscriber)
        if found[7] is not None:
            at = self._now()
            self._driver.run("object_again", address_hash=found[1], at=stamp(at), recent=stamp(at - AGAIN))
        if found[7] is not None and not present:
            return Departure()
        self._enter("objected", subscriber, present, source, address_hash=found[1])
        return Departure(lists=present, objected=found[7] is None)

    def come_back(
        self,
        subscriber: int,
        lists: Sequence[str],
        source: str,
        *,
        objected: bool,
        proof: str = "",
        address_hash: str = "",
    ) -> None:
        """Undo a departure, or come back with a `proof` of the person's own wish.

        `address_hash`: of who was erased, whom only the caller knows; they are to be brought in after.
        """
        found = self._driver.row("person_now", subscriber=subscriber, list="")
        hashed = found[1] if found is not None and objected else address_hash
        self._enter("back", subscriber, tuple(lists), source, address_hash=hashed, proof=proof)

    def reached(self, subscriber: int, address_hash: str, source: str, *, proof: str) -> None:
        """An address that was given up is written to again: its person says that the mailbox works."""
        self._enter("reached", subscriber, (), source, address_hash=address_hash, proof=proof)

    def undo(self, subscriber: int, left: Departure, until: datetime, source: str) -> bool:
        """Give back what was left by a request that ended at `until`; whether anything was.

        Nothing, if they have asked to leave any of it once more since: whoever undoes it may hold a forwarded
        mail, and have done themselves what they take back. Nor what is not left any more.
        """
        stood = {row[0]: row[1:3] for row in self._driver.rows("memberships_of", subscriber=subscriber)}
        said = {slug: stood[slug][1] for slug in left.lists if stood.get(slug, ("",))[0] == "unsubscribed"}
        lists = tuple(said)
        since = self._objected_since(subscriber) or stood.get(EVERYTHING, ("", ""))[1]
        if left.objected != bool(since):  # they objected since, or do not any more
            return False
        if since:
            said[EVERYTHING] = since
        if not said or max(said.values()) > stamp(until):
            return False
        self.come_back(subscriber, lists, source, objected=left.objected)
        return True

    def _objected_since(self, subscriber: int) -> str:
        """Empty: they have not, or nobody has this number."""
        found = self._driver.row("person_now", subscriber=subscriber, list="")
        said = self._driver.row("suppression_of", address_hash=found[1]) if found is not None else None
        return str(said[2]) if said is not None and said[0] == "objection" else ""

    def _again(self, pairs: Iterable[tuple[str, int]]) -> None:
        at = self._now()
        rows = [(slug, who, stamp(at)) for slug, who in dict.fromkeys(pairs)]
        if rows:
            self._driver.run_rows("leave_again", rows, recent=stamp(at - AGAIN))

    def explain(self, slug: str, month: str, reason: str) -> None:
        """One more left the list `slug` for this reason in `month`, 2026-11; nothing says who."""
        self._driver.run("add_reason", list=slug, month=month, reason=reason)

    def reasons(self, since: str) -> dict[str, dict[str, int]]:
        """How many gave which reason from the month `since` on: by list, then by reason."""
        found: dict[str, dict[str, int]] = {}
        for slug, reason, people in self._driver.rows("reasons_since", month=since):
            found.setdefault(slug, {})[reason] = int(people)
        return found

    def keep(self, subscriber: int, lists: Sequence[str], source: str, objected: bool) -> None:
        """A departure in the log alone: the database cannot be written, the member is still heard."""
        what = "objected" if objected else "left"
        at = stamp(self._now())
        self._objections.keep(
            [Entry(at=at, what=what, subscriber=subscriber, lists=tuple(lists), source=source)]
        )

    def _present(self, subscriber: int) -> tuple[str, ...]:
        rows = self._driver.rows("memberships_of", subscriber=subscriber)
        return tuple(row[0] for row in rows if row[1] != "unsubscribed")

    def _enter(
        self,
        what: str,
        subscriber: int,
        lists: tuple[str, ...],
        source: str,
        *,
        address_hash: str = "",
        proof: str = "",
    ) -> None:
        entry = Entry(
            at=stamp(self._now()),
            what=what,
            subscriber=subscriber,
            lists=lists,
            address_hash=address_hash,
            source=source,
            proof=proof,
        )
        self._objections.add(self._driver, [entry])
