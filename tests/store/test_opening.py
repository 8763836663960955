"""A database is made, recognised, brought up to date, or refused with a sentence that says what to do."""

import dataclasses
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from mailer.errors import LaterError, UsageError
from mailer.store import opening
from mailer.store.queries import migrations
from mailer.tokens.keys import Keys, Purpose
from tests.store.house import KEYS, OTHER_KEYS, ZOE, bring, in_file, launch, opened

NEWEST = migrations()[-1][0]


def refusal(folder: Path, keys: Keys = KEYS) -> str:
    """The sentence that refuses the database of `folder`."""
    with pytest.raises(UsageError) as fault, opened(folder, keys=keys):
        pass
    return fault.value.message.say("en")


def told(folder: Path, statement: str) -> None:
    """What another program does to the database."""
    with closing(sqlite3.connect(folder / "mailer.db", isolation_level=None)) as connection:
        connection.execute(statement)


def test_it_is_made_for_its_owner_alone_and_found_again(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        for file in tmp_path.glob("mailer.db*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        proof = store.prove("challenge")
    with opened(tmp_path) as again:
        assert again.people.number_of(ZOE)
        assert again.prove("challenge") == proof
    with closing(sqlite3.connect(tmp_path / "mailer.db")) as connection:
        settings = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode",)}
    assert settings == {"journal_mode": "wal"}


def test_no_two_databases_give_the_same_proof(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with opened(tmp_path) as one, opened(tmp_path / "other") as other:
        assert one.prove("x") != other.prove("x") != one.prove("y")


def test_a_newer_version_s_is_left_as_it_is(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    told(tmp_path, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    before = (tmp_path / "mailer.db").read_bytes()
    said = refusal(tmp_path)
    assert f"made by a newer version of mailer (99; this one knows {NEWEST}): install that version" in said
    assert (tmp_path / "mailer.db").read_bytes() == before


def test_a_later_migration_is_applied_once_over_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
    first = migrations()
    later = (
        NEWEST + 1,
        "-- one more; with a semicolon\nALTER TABLE list ADD COLUMN colour TEXT;\nCREATE TABLE b (c TEXT);",
    )
    monkeypatch.setattr(opening, "migrations", lambda: [*first, later])
    for _ in range(2):
        with opened(tmp_path) as store:
            assert store.people.number_of(ZOE)
    with closing(sqlite3.connect(tmp_path / "mailer.db")) as connection:
        assert connection.execute("SELECT colour FROM list").fetchall() == [(None,)]
        assert connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() == (
            str(NEWEST + 1),
        )


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path):
        pass
    first = migrations()
    broken = (NEWEST + 1, "CREATE TABLE half (c TEXT); CREATE TABLE list (again TEXT);")
    monkeypatch.setattr(opening, "migrations", lambda: [*first, broken])
    with pytest.raises(Exception, match="already exists"), opened(tmp_path):
        pass
    monkeypatch.undo()
    with opened(tmp_path) as store:
        assert "half" not in in_file(store).table_names()


def test_another_program_s_database(tmp_path: Path) -> None:
    told(tmp_path, "CREATE TABLE bookmarks (url TEXT)")
    assert "mailer.db is another program's database" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"words, not a database. " * 400, b"SQLite format 3\0" + b"\xff" * 8000])
def test_no_database_at_all(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mailer.db").write_bytes(content)
    assert "is not a database any more: restore it from your copy" in refusal(tmp_path)
    assert (tmp_path / "mailer.db").read_bytes() == content


def test_other_keys(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    assert "keys.toml is not the keys file of" in refusal(tmp_path, OTHER_KEYS)
    with opened(tmp_path):
        pass  # nothing was spoilt by trying


def test_a_new_version_of_a_key_is_taken_and_an_old_one_never_given_up(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    versions = {purpose: dict(known) for purpose, known in KEYS.versions.items()}
    versions[Purpose.UNSUBSCRIBE]["b"] = bytes(range(32))
    rotated = dataclasses.replace(KEYS, versions=versions, current={**KEYS.current, Purpose.UNSUBSCRIBE: "b"})
    with opened(tmp_path, keys=rotated):
        pass
    assert "is not the keys file of" in refusal(tmp_path, KEYS)  # the rotated key signs links by now


def test_locked_by_another_program(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "mailer.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with opened(tmp_path) as store:  # whoever only reads does not wait
            assert store.people.number_of(ZOE) is None
            with pytest.raises(LaterError, match="locked"):
                bring(store, ZOE)
            other.execute("ROLLBACK")
            bring(store, ZOE)


def test_the_log_is_copied_into_the_file_now_and_then(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for part in range(5):
            bring(store, *(f"m{part}-{at}@example.org" for at in range(1000)))
        assert (tmp_path / "mailer.db").stat().st_size > 500_000  # it was not all left to the end
        assert not store._driver.untidy
        assert (tmp_path / "mailer.db-wal").stat().st_size < 4_000_000


def test_full(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        in_file(store).execute("PRAGMA max_page_count = 1")
        with pytest.raises(LaterError, match="is full: make room"):
            launch(store)
        in_file(store).execute("PRAGMA max_page_count = 1000000")
        assert store.campaigns.all() == []
        assert launch(store).audience == 1


def test_missing_though_it_was_there(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
    (tmp_path / "mailer.db").rename(tmp_path / "copy.db")
    assert "mailer.db is missing, though objections.log tells of it: put your copy back" in refusal(tmp_path)
    assert not (tmp_path / "mailer.db").exists()
    (tmp_path / "copy.db").rename(tmp_path / "mailer.db")
    with opened(tmp_path) as store:
        assert store.people.number_of(ZOE)


def test_begun_anew_on_purpose(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
    for file in tmp_path.glob("mailer.db*"):
        file.unlink()
    (tmp_path / "mailer.db").touch(mode=0o644)
    with opened(tmp_path) as store:
        assert store.people.number_of(ZOE) is None
        assert stat.S_IMODE((tmp_path / "mailer.db").stat().st_mode) == 0o600


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be written" in refusal(tmp_path / "nowhere")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs"])
def test_a_network_drive(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drive = tmp_path / "net drive"
    drive.mkdir()
    mounts = tmp_path / "mounts"
    where = str(drive).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {where} {kind} rw 0 0\n")
    monkeypatch.setattr(opening, "_MOUNTS", mounts)
    assert "is on a network drive" in refusal(drive)
    assert list(drive.iterdir()) == []
    with opened(tmp_path):
        pass  # beside it, on a disk of this machine
