"""Answers to questionnaires: unlinked rows in the campaign's own ballot box, with nothing that tells when.

What came last lies among thousands (see `mixing.py`). A count a day stands apart.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from mailer.ballots.casting import Taken
from mailer.store.boxes import Box, Boxes, Rewriting
from mailer.store.mixing import is_time, mix

_ALL = "(SELECT id, question, value FROM answer UNION ALL SELECT id, question, value FROM older_answer)"
_KEY, _CLOSED, _PUBLICATION = "key", "closed", "publication"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A box at one instant. No key: it never had ballots, or it is closed."""

    closed: bool
    key: bytes | None
    people: int  # how many times it was answered
    publication: str  # what was last published; empty: nothing was


class Answers:
    """The verbs, over the boxes of a workspace."""

    def __init__(self, boxes: Boxes) -> None:
        self._boxes = boxes

    # --- from the launch to the closing -------------------------------------------------

    def begin(self, public_id: str, key: bytes) -> None:
        """The box of a campaign that has ballots, with the key of them; a box that has one keeps it, and one
        that is closed gets none."""
        with self._boxes.writing(public_id) as box:
            if _note(box, _CLOSED):
                return
            box.ask(
                "INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                [_KEY, key.hex()],
            )

    def state(self, public_id: str) -> State:
        """All that is asked of a box before anybody is let in, or shown anything, at one instant."""
        with self._boxes.reading(public_id) as box:
            notes: dict[str, str] = dict(box.ask("SELECT name, value FROM note")) if box else {}
            return State(
                closed=bool(notes.get(_CLOSED)),
                key=bytes.fromhex(notes.get(_KEY, "")) or None,
                people=_people(box) if box else 0,
                publication=notes.get(_PUBLICATION, ""),
            )

    def key(self, public_id: str) -> bytes | None:
        """The key of its ballots; None: it never had one, or it is closed."""
        return self.state(public_id).key

    def close(self, public_id: str) -> None:
        """Nothing more is taken, and its key and its spent ballots are gone: nobody can tell any more who
        answered. Twice is once."""
        with self._boxes.writing(public_id) as box:
            _close(box)

    def is_closed(self, public_id: str) -> bool:
        """Whether `close` was done."""
        return self.state(public_id).closed

    def empty(self, public_id: str) -> None:
        """Close it and take every answer out; what was published of them, and the counts a day, stay."""
        with self._boxes.writing(public_id) as box:
            _close(box)
            for table in ("answer", "older_answer", "named", "shown"):
                box.ask(f"DELETE FROM {table}")  # noqa: S608  the names above

    # --- one person ---------------------------------------------------------------------

    def add(
        self,
        public_id: str,
        answers: Sequence[tuple[str, str]],
        day: str,
        *,
        spending: bytes | None = None,
        member: int | None = None,
    ) -> Taken:
        """One person's answers, all or none, on disk when this returns; `day` as 2026-11-25.

        `spending`: the digest of a ballot, spent in the same transaction. `member`: the subscriber to
        whom each row is joined, in the mode that says so to people.
        """
        with self._boxes.writing(public_id) as box:
            if _note(box, _CLOSED):
                return Taken.CLOSED
            if spending is not None and not _spend(box, spending):
                return Taken.SPENT
            rows = [(secrets.token_bytes(16), question, value) for question, value in answers]
            box.each("INSERT INTO answer (id, question, value) VALUES (?, ?, ?)", rows)
            if member is not None:
                box.each(
                    "INSERT INTO named (id, subscriber) VALUES (?, ?)", [(row[0], member) for row in rows]
                )
            box.ask(
                "INSERT INTO day_count (day, people) VALUES (?, 1) "
                "ON CONFLICT (day) DO UPDATE SET people = day_count.people + 1",
                [day],
            )
            box.rewriting = Rewriting.LATEST
            if mix(box) or (member is not None and is_time(_people(box))):
                box.rewriting = Rewriting.ANSWERS
            return Taken.STORED

    def forget(self, public_id: str, member: int) -> bool:
        """What a member answered in the mode that joins answers to them; False: nothing was theirs.

        Of ballots nobody can say whose they are. The day of theirs is not known either: the largest count
        is one less, so that figures are never published as if they were one person more.
        """
        with self._boxes.reading(public_id) as box:
            if box is None or not box.ask("SELECT 1 FROM named WHERE subscriber = ? LIMIT 1", [member]):
                return False
        with self._boxes.writing(public_id) as box:
            theirs = "(SELECT id FROM named WHERE subscriber = ?)"
            for table in ("shown", "answer", "older_answer"):
                box.ask(f"DELETE FROM {table} WHERE id IN {theirs}", [member])  # noqa: S608  ours
            box.ask("DELETE FROM named WHERE subscriber = ?", [member])
            box.ask(
                "UPDATE day_count SET people = people - 1 WHERE people > 0 AND day = "
                "(SELECT day FROM day_count ORDER BY people DESC, day DESC LIMIT 1)"
            )
            box.rewriting = Rewriting.ALL
        return True

    def is_spent(self, public_id: str, digest: bytes) -> bool:
        """Whether the ballot of this digest was cast."""
        with self._boxes.reading(public_id) as box:
            return bool(box and _is_spent(box, digest))

    def spent(self, public_id: str) -> frozenset[bytes]:
        """The digests of all ballots that were cast."""
        with self._boxes.reading(public_id) as box:
            text = "SELECT hash FROM spent UNION ALL SELECT hash FROM older_spent"
            return frozenset(bytes(row[0]) for row in box.ask(text)) if box else frozenset()

    # --- all of them --------------------------------------------------------------------

    def people(self, public_id: str) -> int:
        """How many times it was answered."""
        return self.state(public_id).people

    def days(self, public_id: str) -> list[tuple[str, int]]:
        """How many times on each day, the first day first."""
        with self._boxes.reading(public_id) as box:
            found = box.ask("SELECT day, people FROM day_count ORDER BY day") if box else []
            return [(str(day), int(people)) for day, people in found]

    def has_rows(self, public_id: str) -> bool:
        """Whether any answer is still there."""
        with self._boxes.reading(public_id) as box:
            return bool(box and box.ask(f"SELECT 1 FROM {_ALL} AS held LIMIT 1"))  # noqa: S608  ours

    def tallies(self, public_id: str) -> dict[tuple[str, str], int]:
        """How many rows have each (name, value), free words among them; see `ballots.answering`."""
        with self._boxes.reading(public_id) as box:
            text = f"SELECT question, value, count(*) FROM {_ALL} AS held GROUP BY question, value"  # noqa: S608
            return {(name, value): int(count) for name, value, count in box.ask(text)} if box else {}

    def texts(self, public_id: str, names: Collection[str]) -> list[tuple[str, str, str, bool]]:
        """The rows of these names, by their random keys: id in hexadecimal, name, words, shown or not."""
        if not names:
            return []
        marks = ", ".join("?" * len(names))
        text = (
            f"SELECT held.id, question, value, shown.id IS NOT NULL FROM {_ALL} AS held "  # noqa: S608  marks
            f"LEFT JOIN shown ON shown.id = held.id WHERE question IN ({marks}) ORDER BY held.id"
        )
        with self._boxes.reading(public_id) as box:
            found = box.ask(text, sorted(names)) if box else []
        return [(bytes(one).hex(), name, words, bool(shown)) for one, name, words, shown in found]

    def show_texts(self, public_id: str, ids: Iterable[str]) -> None:
        """Exactly these rows (their ids in hexadecimal) may be read by others from now on."""
        with self._boxes.writing(public_id) as box:
            box.ask("DELETE FROM shown")
            box.each(
                f"INSERT INTO shown (id) SELECT id FROM {_ALL} AS held WHERE id = ?",  # noqa: S608  ours
                [(bytes.fromhex(one),) for one in ids],
            )

    def members(self, public_id: str) -> list[tuple[int, str, str]]:
        """(subscriber, name, value) of each row that is joined to a member."""
        text = (
            f"SELECT subscriber, question, value FROM named JOIN {_ALL} AS held ON held.id = named.id "  # noqa: S608
            "ORDER BY subscriber, question, value"
        )
        with self._boxes.reading(public_id) as box:
            return [(int(one), name, value) for one, name, value in box.ask(text)] if box else []

    def publication(self, public_id: str) -> str:
        """What was last published of them; empty: nothing was."""
        return self.state(public_id).publication

    def publish(self, public_id: str, content: str, *, instead_of: str) -> bool:
        """Publish `content` unless somebody has published anything but `instead_of` meanwhile."""
        with self._boxes.writing(public_id) as box:
            if _note(box, _PUBLICATION) != instead_of:
                return False
            _keep_note(box, _PUBLICATION, content)
            return True

    def remove(self, public_id: str) -> None:
        """The box with all that is in it."""
        self._boxes.remove(public_id)

    def release(self) -> None:
        """Give back what is held open."""
        self._boxes.close()


def _close(box: Box) -> None:
    box.rewriting = Rewriting.ALL
    _keep_note(box, _CLOSED, "yes")
    box.ask("DELETE FROM note WHERE name = ?", [_KEY])
    box.ask("DELETE FROM spent")
    box.ask("DELETE FROM older_spent")


def _people(box: Box) -> int:
    [(found,)] = box.ask("SELECT coalesce(sum(people), 0) FROM day_count")
    return int(found)


def _is_spent(box: Box, digest: bytes) -> bool:
    text = "SELECT 1 FROM spent WHERE hash = ? UNION ALL SELECT 1 FROM older_spent WHERE hash = ?"
    return bool(box.ask(text, [digest, digest]))


def _spend(box: Box, digest: bytes) -> bool:
    if _is_spent(box, digest):
        return False
    text = "INSERT INTO spent (hash) VALUES (?) ON CONFLICT (hash) DO NOTHING RETURNING 1"
    return bool(box.ask(text, [digest]))


def _note(box: Box, name: str) -> str:
    found = box.ask("SELECT value FROM note WHERE name = ?", [name])
    return str(found[0][0]) if found else ""


def _keep_note(box: Box, name: str, value: str) -> None:
    text = (
        "INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    box.ask(text, [name, value])
