"""The log of objections: on disk first, applied once, whatever happens to the database."""

import json
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import LaterError
from mailer.store.log_entries import Entry
from mailer.store.objections import Objections
from mailer.store.store import Store
from tests.store.house import ANA, LIST, LUC, ZOE, Clock, bring, number, opened, person

OTHER = "contacts"


def log(folder: Path) -> list[dict[str, object]]:
    """What the log says, its first line (the database's making) left out."""
    return [json.loads(line) for line in (folder / "objections.log").read_bytes().splitlines()[1:]]


def leave(store: Store, email: str, *lists: str) -> None:
    with store.together():
        store.exits.leave(number(store, email), lists or (LIST,), "test")


def object_to(store: Store, email: str) -> None:
    with store.together():
        store.exits.object(number(store, email), "test")


def members(store: Store, slug: str = LIST) -> list[str]:
    return [email for email, _ in store.people.members(slug)]


def lose(folder: Path) -> None:
    """The database is gone, and its owner begins anew."""
    for file in folder.glob("mailer.db*"):
        file.unlink()
    (folder / "mailer.db").touch()


def test_a_line_tells_numbers_and_lists_never_an_address(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        leave(store, ZOE)
        object_to(store, ANA)
        hashed = store.people.hash_of(ANA)
        one, two = log(tmp_path)
        zoe = {"subscriber": number(store, ZOE), "lists": [LIST], "hash": ""}
        assert one == {
            "at": "2026-11-25T12:00:00.000Z",
            "what": "left",
            **zoe,
            "source": "test",
            "proof": "",
        }
        assert (two["what"], two["hash"]) == ("objected", hashed)
    content = (tmp_path / "objections.log").read_bytes()
    assert b"example" not in content
    assert b"zoe" not in content
    assert stat.S_IMODE((tmp_path / "objections.log").stat().st_mode) == 0o600


def test_what_is_rolled_back_is_not_written(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        store.begin()
        store.exits.leave(number(store, ZOE), (LIST,), "test")
        store.abandon()
        with store.sketch():
            store.exits.object(number(store, ZOE), "test")
        bring(store, ANA)  # another transaction carries nothing of them along
        assert log(tmp_path) == []
        assert members(store) == [ANA, ZOE]


def test_a_copy_from_before_catches_up(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
    shutil.copy(tmp_path / "mailer.db", tmp_path / "copy.db")
    with opened(tmp_path) as store:
        leave(store, ZOE)
        object_to(store, ANA)
        leave(store, LUC)
        with store.together():
            store.exits.come_back(number(store, LUC), (LIST,), "test", objected=False, proof="a letter")
    shutil.move(tmp_path / "copy.db", tmp_path / "mailer.db")
    with opened(tmp_path) as store:
        assert members(store) == [LUC]
        suppression = store.people.dossier(ANA).suppression
        assert suppression is not None
        assert suppression[0] == "objection"
        assert store.people.dossier(LUC).memberships[0].proof == "a letter"


def test_a_list_brought_into_a_new_database_finds_who_had_left(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
        bring(store, ZOE, slug=OTHER)
        numbers = [number(store, email) for email in (ZOE, ANA, LUC)]
        leave(store, ZOE)
        object_to(store, ANA)
        leave(store, LUC)
        with store.together():
            store.exits.come_back(number(store, LUC), (LIST,), "test", objected=False)
    lose(tmp_path)
    with opened(tmp_path) as store:
        assert store.people.dossier(ZOE).memberships[0].state == "unsubscribed"  # known before they are back
        with store.together():
            file = [person(email) for email in (ZOE, ANA, LUC)]
            people = [store.people.bring(slug, file, source="file") for slug in (LIST, OTHER)]
        assert members(store) == [LUC]
        assert members(store, OTHER) == [LUC, ZOE]
        assert (people[0].departed, people[0].suppressed) == (1, 1)
        assert (people[0].created, people[0].joined, people[1].created) == (1, 1, 0)
        found = [store.people.number_of(email) for email in (ZOE, ANA, LUC)]
        assert found == [numbers[0], None, numbers[2]]  # links already sent open the same doors


def test_kept_in_the_log_alone_then_applied_before_anything_else(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store, opened(tmp_path, clock) as site:
        bring(store, ZOE, ANA)
        site.exits.keep(number(store, ZOE), [LIST], "site", False)
        site.exits.keep(number(store, ANA), [], "site", True)
        assert members(store) == [ANA, ZOE]
        clock.later(days=3)
        with store.together():
            assert members(store) == []
        assert store.people.dossier(ANA).suppression == ("objection", "site", "2026-11-25T12:00:00.000Z")


@pytest.mark.parametrize(
    "spoilt",
    [
        b'{"at":"2026',
        b'{"at":"2026"}\n',
        b"\x00\xff\n",
        b"[]\n\n\n",
        b'{"at":"x","what":"left","subscriber":"x","lists":[],"hash":"","source":""}\n',
        b'{"at":"x","what":"left","subscriber":1,"lists":5,"hash":"","source":""}\n',
        b'{"at":"x","what":"sung","subscriber":1,"lists":[],"hash":"","source":""}\n',
        b"[" * 100_000 + b"\n",
        b'{"at":"x","what":"left","subscriber":1e400,"lists":[],"hash":"","source":""}\n',
        b'{"at":"x","what":"left","subscriber":9999999999999999999,"lists":["a"],"hash":"","source":""}\n',
        b'{"at":"x","what":"left","subscriber":1,"lists":["\\ud800"],"hash":"","source":""}\n',
    ],
)
def test_a_spoilt_line_hides_no_other(tmp_path: Path, spoilt: bytes) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        leave(store, ZOE)
    with (tmp_path / "objections.log").open("ab") as file:
        file.write(spoilt)
    with opened(tmp_path) as store:
        leave(store, ANA)
    shutil.copy(tmp_path / "objections.log", tmp_path / "kept")
    lose(tmp_path)
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
        assert members(store) == [LUC]


def test_a_log_that_was_lost_or_cut_is_no_obstacle(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        leave(store, ZOE)
    (tmp_path / "objections.log").write_bytes(b"")
    with opened(tmp_path) as store:
        assert members(store) == [ANA]
        leave(store, ANA)
    with opened(tmp_path) as store:
        assert members(store) == []
        (tmp_path / "objections.log").unlink()
        bring(store, LUC)
        assert members(store) == [LUC]


@pytest.mark.parametrize("spoil", [lambda path: path.symlink_to("/dev/full"), lambda path: path.mkdir()])
def test_a_log_that_cannot_be_written_keeps_the_departure_from_being_said_done(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        (tmp_path / "objections.log").rename(tmp_path / "kept")
        spoil(tmp_path / "objections.log")
        with pytest.raises(LaterError, match="cannot be written"):
            leave(store, ZOE)
        with pytest.raises(LaterError, match="cannot be written"):
            store.exits.keep(number(store, ZOE), [LIST], "site", False)
        (tmp_path / "objections.log").rename(tmp_path / "spoilt")
        (tmp_path / "kept").rename(tmp_path / "objections.log")
        with store.together():
            pass
        assert members(store) == [ZOE]


ENTRIES = st.lists(
    st.builds(
        Entry,
        at=st.just("2026-11-25T12:00:00.000Z"),
        what=st.sampled_from(["left", "objected", "back", "begun", "erased"]),
        subscriber=st.integers(1, 3),
        lists=st.lists(st.text("abc", min_size=1, max_size=2), max_size=2, unique=True).map(tuple),
        address_hash=st.sampled_from(["", "0f", "f0"]),
        source=st.text(max_size=5),
        proof=st.text(max_size=5),
    ),
    max_size=12,
)


class Model:
    """What a database would hold after being told so, and its meta table."""

    def __init__(self) -> None:
        self.offset: str | None = None
        self.members: dict[tuple[object, object], str] = {}  # (list, subscriber) -> state
        self.suppressed: set[object] = set()

    def run(self, name: str, /, **said: object) -> int:
        place = said.get("list"), said.get("subscriber")
        match name:
            case "write_meta":
                self.offset = str(said["value"])
            case "leave_all":
                self.members |= {one: "left" for one in self.members if one[1] == place[1]}
            case "suppress" | "suppress_erased":
                self.suppressed.add(said["address_hash"])
            case "forget_objection":
                self.suppressed.discard(said["address_hash"])
            case "erase_memberships":
                self.members = {one: how for one, how in self.members.items() if one[1] != place[1]}
            case "come_back" if place in self.members:
                self.members[place] = "there"
        return 1

    def run_rows(self, name: str, rows: Sequence[Sequence[object]], /, **_common: object) -> int:
        if name == "end_subscriptions":
            return 0
        assert name == "leave_lists"
        self.members |= {(name, subscriber): "left" for name, subscriber, _at, _source in rows}
        return len(rows)

    def rows(self, _name: str, /, **_values: object) -> Iterator[tuple[Any, ...]]:
        return iter(())

    def row(self, name: str, /, **_values: object) -> tuple[object, ...] | None:
        return None if name != "read_meta" or self.offset is None else (self.offset,)

    def alone(self, _name: str) -> None:
        """Nobody else is there."""

    @property
    def state(self) -> object:
        return self.members, self.suppressed


@given(entries=ENTRIES, cut=st.integers(0, 12))
def test_applied_at_once_or_later_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry], cut: int
) -> None:
    path = tmp_path_factory.mktemp("log") / "objections.log"
    live, late, half = Model(), Model(), Model()
    writer, reader = Objections(path), Objections(path)
    for at, entry in enumerate(entries):
        writer.add(live, [entry])
        writer.seal(live)
        if at == cut:
            reader.seal(half)
    reader.seal(half)
    Objections(path).seal(late)
    assert late.state == half.state == live.state
    if entries:
        assert late.offset == half.offset == live.offset
        assert Objections(path).caught_up(live)
