"""The disk is full at any statement of what changes many rows: all of it is done, or nothing."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailer.errors import LaterError
from mailer.store.store import Store
from tests.store.house import ANA, LIST, LUC, ZOE, Clock, bring, inside, number, opened, person

TABLES = (
    "subscriber",
    "membership",
    "consent",
    "import",
    "import_earlier",
    "suppression",
    "notice",
    "signup",
)
SOURCE = "import: a.csv"
Act = Callable[[Store], object]


class Disk:
    """A database's disk, that takes `room` more statements that write."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 10_000
        for verb in ("run", "run_rows", "run_many"):
            real = getattr(store._driver, verb)

            def write(name: str, /, *rows: Any, real: Callable[..., Any] = real, **values: Any) -> Any:
                self.room -= 1
                if self.room < 0:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return real(name, *rows, **values)

            monkeypatch.setattr(store._driver, verb, write)


def everything(store: Store) -> dict[str, list[str]]:
    """All that is known of people."""
    return {name: sorted(str(row) for row in inside(store).query(f"SELECT * FROM {name}")) for name in TABLES}


def synced(store: Store) -> None:
    found = store.imports.begin()
    people = [person(ZOE, first_name="Zoë"), person("new@example.org", first_name="Eve")]
    done = store.people.bring(LIST, people, source=SOURCE, number=found, sync=True)
    store.imports.record(found, LIST, done, file="a.csv", digest="d", source=SOURCE)


def undone(store: Store) -> None:
    what = store.imports.last()
    assert what is not None
    store.imports.undo(what)


def erased(store: Store) -> None:
    store.erasing.erase(ZOE, "operator")


def moved(store: Store) -> None:
    assert store.own.move(number(store, ZOE), "x")


def confirmed(store: Store) -> None:
    waiting = next(iter(inside(store).query("SELECT id FROM signup")))["id"]
    store.signups.confirm(waiting, text="words", proof="c0ffee")


@pytest.mark.parametrize("act", [synced, undone, erased, moved, confirmed])
def test_all_of_it_or_nothing(tmp_path: Path, act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, LUC)
        with store.together():
            store.people.bring(LIST, [person(ANA), person(ZOE, first_name="Zoé")], source="import: b.csv")
        clock.later(minutes=1)
        with store.together():
            if act is not synced:
                synced(store)
            store.own.ask_address(number(store, ZOE), "zoe@example.net", "x")
            store.signups.ask("eve@example.org", LIST, "fr")
        clock.later(minutes=1)
        before, log = everything(store), (tmp_path / "objections.log").read_bytes()
        disk, room = Disk(store, monkeypatch), 0
        while True:
            disk.room = room
            try:
                with store.together():
                    act(store)
            except (OSError, LaterError):
                disk.room = 10_000
                assert everything(store) == before, room
                room += 1
                if (tmp_path / "objections.log").read_bytes() == log:
                    continue
                with store.together():  # said in the log, it is done by whoever comes next
                    pass
            break
        assert room > 2  # it was full at each of them
        assert everything(store) != before
        assert (act is erased) == (store.people.number_of(ZOE) is None and act is not moved)
