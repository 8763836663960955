"""The journal of imports: each can be undone, as far as what it did still stands."""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from mailer.errors import RefusedError
from mailer.model import Person
from mailer.store.imports import Import, Undone
from mailer.store.store import Store
from mailer.wiring.undoing import undo as undo_import
from tests.store.house import ANA, LIST, LUC, ZOE, Clock, inside, number, opened, person

DATABASES = ["sqlite", "postgres"]  # see conftest.py
NOTHING = Undone(taken_out=0, forgotten=0, restored=0, put_back=0, kept_members=0, kept_fields=0, kept_out=0)


def imported(store: Store, clock: Clock, *people: Person, slug: str = LIST, sync: bool = False) -> int:
    clock.later(minutes=1)
    with store.together():
        found = store.imports.begin()
        done = store.people.bring(slug, people, source="import: a.csv", number=found, sync=sync)
        store.imports.record(found, slug, done, file="a.csv", digest="d", source="import: a.csv")
    return found


def undone(store: Store, clock: Clock, which: int) -> Undone:
    clock.later(minutes=1)
    what = store.imports.one(which)
    assert isinstance(what, Import)
    with store.together():
        return store.imports.undo(what)


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All that is known of people, for a comparison."""
    tables = {"subscriber": "id", "membership": "subscriber, list", "import_earlier": "subscriber, import"}
    return {
        name: list(inside(store).query(f"SELECT * FROM {name} ORDER BY {key}"))
        for name, key in tables.items()
    }


def test_an_import_is_noted_and_undone_without_trace(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE, first_name="Zoé", service="A"))
        before = everything(store)
        which = imported(store, clock, person(ZOE, first_name="Zoë", service="B"), person(ANA), person(LUC))
        one = store.imports.last()
        assert one is not None
        assert (one.number, one.list, one.file, one.digest, one.undoes) == (which, LIST, "a.csv", "d", 0)
        assert (one.created, one.joined, one.updated, one.removed, one.undone_at) == (2, 2, 1, 0, "")
        done = undone(store, clock, which)
        assert (done.taken_out, done.forgotten, done.restored, done.kept_members, done.kept_fields) == (
            2,
            2,
            1,
            0,
            0,
        )
        assert everything(store) == before


def test_the_journal_tells_of_the_undoing(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        first = imported(store, clock, person(ZOE))
        second = imported(store, clock, person(ANA))
        undone(store, clock, second)
        last = store.imports.last()
        assert last is not None
        assert last.number == first
        undoing, undone_one, _ = store.imports.listed()
        assert (undoing.undoes, undoing.removed, undone_one.undone_at[:4]) == (second, 1, "2026")
        undone(store, clock, first)
        assert store.imports.last() is None
        assert imported(store, clock, person(ZOE)) == 5  # no number twice


def test_who_left_or_objected_since_stays_out(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        which = imported(store, clock, person(ZOE), person(ANA), person(LUC))
        clock.later(minutes=1)
        with store.together():
            store.exits.leave(number(store, ZOE), [LIST], "test")
            store.exits.object(number(store, ANA), "test")
        done = undone(store, clock, which)
        assert (done.taken_out, done.forgotten, done.kept_members) == (1, 1, 2)
        assert [one.state for one in store.people.dossier(ZOE).memberships] == ["unsubscribed"]
        assert store.people.dossier(ANA).suppression is not None
        again = imported(store, clock, person(ZOE), person(ANA), person(LUC))
        assert [email for email, _ in store.people.members(LIST)] == [LUC]
        assert store.imports.one(again) is not None


def test_what_was_changed_since_stays(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE, first_name="A"), person(ANA, first_name="A"))
        second = imported(store, clock, person(ZOE, first_name="B"), person(ANA, first_name="B"))
        third = imported(store, clock, person(ZOE, first_name="C"))
        done = undone(store, clock, second)
        assert (done.restored, done.kept_fields) == (1, 1)
        assert store.people.dossier(ZOE).fields["first_name"] == "C"
        assert store.people.dossier(ANA).fields["first_name"] == "A"
        undone(store, clock, third)
        assert store.people.dossier(ZOE).fields["first_name"] == "B"


def test_the_last_first_all_is_as_it_was(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        states, numbers = [], []
        for name in "ABC":
            states.append(everything(store))
            numbers.append(
                imported(store, clock, person(ZOE, first_name=name), person(f"{name}@example.org"))
            )
        for which, state in zip(reversed(numbers), reversed(states), strict=True):
            undone(store, clock, which)
            assert everything(store) == state


def test_who_is_on_another_list_or_was_written_to_is_not_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        which = imported(store, clock, person(ZOE), person(ANA), person(LUC))
        imported(store, clock, person(ANA), slug="others")
        with store.together():
            store.consents.record(number(store, LUC), "tracking", text="x", channel="paper", proof="y")
        done = undone(store, clock, which)
        assert (done.taken_out, done.forgotten) == (3, 1)
        assert [store.people.number_of(email) is None for email in (ZOE, ANA, LUC)] == [True, False, False]


def test_who_had_not_confirmed_has_not_confirmed_again(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE, first_name="A"))
        inside(store).execute("UPDATE membership SET state = 'pending', proof = 'page'")
        inside(store).execute("COMMIT") if store.remote else None
        before = everything(store)
        which = imported(store, clock, person(ZOE, first_name="B"))
        done = undone(store, clock, which)
        assert (done.taken_out, done.restored, done.forgotten) == (1, 1, 0)
        assert everything(store) == before


def test_a_person_twice_in_one_import_is_noted_once(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE, first_name="A"))
        which = imported(store, clock, person(ZOE, first_name="B"), person(ZOE, first_name="C"))
        undone(store, clock, which)
        assert store.people.dossier(ZOE).fields["first_name"] == "A"


def test_after_ninety_days_the_way_back_is_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE, first_name="A"))
        imported(store, clock, person(ZOE, first_name="B"))
        clock.later(days=89)
        with store.together():
            assert store.imports.forget() == 0
        clock.later(days=2)
        with store.together():
            assert store.imports.forget() == 1  # the last row keeps its number
        assert everything(store)["import_earlier"] == []
        assert [one.number for one in store.imports.listed()] == [2]
        assert store.people.dossier(ZOE).fields["first_name"] == "B"


def test_nothing_is_undone_twice_over(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        which = imported(store, clock, person(ZOE))
        undone(store, clock, which)
        assert undone(store, clock, which) == Undone(**{**_fields(NOTHING), "kept_members": 1})


def _fields(one: Undone) -> dict[str, int]:
    return {name: getattr(one, name) for name in Undone.__slots__}


def test_whom_the_file_does_not_name_is_taken_out_and_put_back(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE, first_name="Zoé"), person(ANA), person(LUC))
        before = everything(store)
        which = imported(store, clock, person("NEW@example.org"), person(ANA, first_name="A"), sync=True)
        one = store.imports.one(which)
        assert one is not None
        assert (one.joined, one.updated, one.removed) == (1, 1, 2)
        assert sorted(email for email, _ in store.people.members(LIST)) == ["NEW@example.org", ANA]
        assert store.people.dossier(ZOE).fields["first_name"] == "Zoé"  # known still, and on no list
        done = undone(store, clock, which)
        assert (done.put_back, done.taken_out, done.kept_out) == (2, 1, 0)
        assert everything(store) == before


def test_who_came_by_no_file_or_agreed_themselves_stays(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE), person(LUC))
        with store.together():
            store.people.bring(LIST, [person(ANA)], source="operator")
            words = {"text": "x", "channel": "page", "proof": "y", "slug": LIST}
            store.consents.record(number(store, LUC), "subscription", **words)
            found = store.imports.begin()
            done = store.people.bring(LIST, [], source="import: b.csv", number=found, sync=True)
        assert (done.removed, done.absent, done.otherwise) == (1, [ZOE], 2)
        assert sorted(email for email, _ in store.people.members(LIST)) == [ANA, LUC]


def test_who_was_taken_out_and_objected_is_not_put_back(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE), person(ANA), person(LUC))
        which = imported(store, clock, person(LUC), sync=True)
        with store.together():
            store.exits.object(number(store, ZOE), "test")
        imported(store, clock, person(ANA))
        done = undone(store, clock, which)
        assert (done.put_back, done.kept_out) == (0, 2)
        assert [email for email, _ in store.people.members(LIST)] == [ANA, LUC]
        assert store.people.dossier(ZOE).memberships == ()


def test_who_left_is_not_taken_out_again(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE), person(ANA))
        with store.together():
            store.exits.leave(number(store, ZOE), [LIST], "test")
        imported(store, clock, person(ANA), sync=True)
        assert [one.state for one in store.people.dossier(ZOE).memberships] == ["unsubscribed"]


def test_what_would_come_of_it_is_told_without_writing(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        imported(store, clock, person(ZOE, first_name="A"), person(ANA))
        with store.together():
            store.exits.leave(number(store, ANA), [LIST], "test")
            store.exits.object(store.people.number_for("x@example.org"), "test", lists=[LIST])
        people = [person(ZOE, first_name="B"), person(ANA), person(LUC), person("x@example.org")]
        before = everything(store)
        told = []
        for writes in (False, True):
            with store.together():
                found = store.imports.begin()
                told.append(
                    store.people.bring(
                        LIST, people, source="import: b", number=found, sync=True, writes=writes
                    )
                )
            if not writes:
                assert everything(store) == before
        assert told[0] == told[1]
        assert (told[0].created, told[0].updated, told[0].departed, told[0].suppressed) == (
            1,
            1,
            1,
            1,
        )


def test_who_agreed_themselves_since_is_not_taken_out(tmp_path: Path) -> None:
    """Brought by a file, then by their own confirmation: the file's way back is not theirs."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        which = imported(store, clock, person(ZOE), person(ANA))
        with store.together():
            asked = store.signups.ask(ZOE, LIST, "fr")
            store.signups.confirm(asked.id, text="words", proof="c0ffee")
        done = undone(store, clock, which)
        assert (done.taken_out, done.kept_members, done.forgotten) == (1, 1, 1)
        assert [email for email, _ in store.people.members(LIST)] == [ZOE]
        assert len(store.consents.of(number(store, ZOE))) == 1


def test_two_undo_it_at_the_same_time(tmp_path: Path) -> None:
    """The second is told that it is undone already, and does not undo the one before."""
    clock = Clock()
    with opened(tmp_path, clock, patience=10) as store, opened(tmp_path, clock, patience=10) as other:
        imported(store, clock, person(ZOE))
        last = imported(store, clock, person(ANA))
        clock.later(minutes=1)
        with ThreadPoolExecutor(1) as second:
            with store.together():
                store.imports.hold()
                what = store.imports.last()
                assert what is not None
                late = second.submit(undo_import, other, last, write=True)
                wait([late], timeout=0.3)  # it waits, or comes after: never in between
                store.imports.undo(what)
            with pytest.raises(RefusedError):
                late.result(10)
        assert [email for email, _ in store.people.members(LIST)] == [ZOE]
        assert len(store.imports.listed()) == 3
