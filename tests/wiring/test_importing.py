"""People brought in and written out: departures are heard even when the database cannot be written."""

from pathlib import Path

import pytest

from mailer.errors import UsageError
from mailer.wiring.doors import keys_of, now
from mailer.wiring.importing import import_file, keep_refused, leave, list_named
from mailer.wiring.planning import plan
from mailer.workspace.folder import Workspace
from tests.store.house import inside
from tests.wiring.house import ANA, ZOE, draft, locked, opened, workspace


def written(there: Workspace, text: str) -> Path:
    path = there.root / "people.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_somebody_leaves_while_the_database_is_locked(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        with locked(there):
            assert leave(store, ZOE, ["sample"], everything=False) == ("sample",)
            assert leave(store, ANA, [], everything=True) == ()
        with store.together():
            pass
        assert store.people.size_of("sample") == 0
        assert store.people.dossier(ANA).suppression is not None
        assert store.people.dossier(ZOE).suppression is None


def test_somebody_nobody_knows_objects_while_the_database_is_locked(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        with locked(there):
            assert leave(store, ANA, [], everything=True) is None
        with store.together():
            pass
    with opened(there, ZOE, ANA) as store:
        assert [email for email, _ in store.people.members("sample")] == [ZOE]


def test_nobody_and_twice(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        assert leave(store, ANA, [], everything=True) is None
        assert leave(store, "ZOE@EXAMPLE.ORG", ["sample"], everything=False) == ("sample",)
        assert leave(store, ZOE, ["sample"], everything=False) == ()


def test_a_file_is_brought_whole_or_not_at_all(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    path = written(there, f"email;prénom\n{ZOE};Zoé\n{ANA};Ana\n")
    with opened(there) as store:
        looked = import_file(store, "sample", path, encoding=None, write=False)
        assert (looked.brought.joined, store.people.size_of("sample")) == (2, 0)
        done = import_file(store, "sample", path, encoding=None, write=True)
        assert (done.brought.joined, store.people.size_of("sample")) == (2, 2)
        with pytest.raises(UsageError):
            import_file(store, "sample", tmp_path, encoding=None, write=True)


def test_refused_lines_never_take_the_place_of_others(tmp_path: Path) -> None:
    """Somebody may be mending them: the same lines are one file, others another."""
    there = workspace(tmp_path)
    with opened(there) as store:
        names = []
        for bad in ("a", "a", "b", "a"):
            path = written(there, f"email;prénom\n{bad};Zoé\n")
            imported = import_file(store, "sample", path, encoding=None, write=False)
            names.append(keep_refused(there, path, imported, "fr").name)
        assert names == ["people.csv", "people.csv", "people-2.csv", "people.csv"]


def test_refused_lines_that_cannot_be_kept_are_told(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    (tmp_path / "subscribers/refused").write_text("in the way", encoding="utf-8")
    with opened(there) as store:
        path = written(there, "email\na\n")
        imported = import_file(store, "sample", path, encoding=None, write=False)
        with pytest.raises(UsageError) as fault:
            keep_refused(there, path, imported, "en")
        assert "cannot be written" in fault.value.message.say("en")


def test_an_unknown_list_comes_with_the_lines_that_make_it(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    list_named(there, "sample")
    with pytest.raises(UsageError) as fault:
        list_named(there, "adherents")
    assert '\n[lists.adherents]\ntitle = "…"\n' in fault.value.message.say("fr")
    for odd in ("Adhérents 2026", "a]\n[transport", ""):
        with pytest.raises(UsageError) as fault:
            list_named(there, odd)
        assert "[lists." not in fault.value.message.say("en")


def test_a_dry_run_neither_waits_for_whoever_writes_nor_keeps_them_waiting(tmp_path: Path) -> None:
    """A minute for a million people: the site and a send would have given up meanwhile."""
    there = workspace(tmp_path)
    path = written(there, f"email\n{ZOE}\nluc@example.org\n")
    with opened(there, ZOE, ANA) as store, locked(there):
        found = import_file(store, "sample", path, encoding=None, write=False)
        assert (found.brought.already, found.brought.joined, found.number) == (1, 1, 1)
        tract = draft(there, store)
        asked = plan(there, store, keys_of(there), tract, now=now(), at=None)
        assert (asked.audience.size, asked.rehearsal.tried) == (2, 1)
    with opened(there) as store:
        assert store.people.size_of("sample") == 2
        assert inside(store).execute("SELECT count(*) FROM wave_list").fetchone() == (0,)
