"""Answers: kept whole, apart, and with nothing that says whose, when, or in what order."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from mailer.errors import LaterError, UsageError
from mailer.store.answers import Answers
from tests.store.house import CAMPAIGN, NOON

DAY = NOON.date().isoformat()


def rows(folder: Path) -> list[tuple[bytes, str, str]]:
    with closing(sqlite3.connect(folder / f"{CAMPAIGN}.db")) as connection:
        return connection.execute("SELECT id, question, value FROM answer").fetchall()


def test_counted_by_day_and_kept_by_question(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers")
    assert answers.people(CAMPAIGN) == 0
    assert not (tmp_path / "answers").exists()
    answers.add(CAMPAIGN, [("avis", "1"), ("avis", "3"), ("mots", "Des embauches.")], DAY)
    answers.add(CAMPAIGN, [("avis", "2")], DAY)
    answers.add(CAMPAIGN, [], "2026-11-26")
    assert answers.people(CAMPAIGN) == 3
    found = sorted((question, value) for _, question, value in rows(tmp_path / "answers"))
    assert found == [("avis", "1"), ("avis", "2"), ("avis", "3"), ("mots", "Des embauches.")]
    assert stat.S_IMODE((tmp_path / "answers").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / f"answers/{CAMPAIGN}.db").stat().st_mode) == 0o600


def test_neither_the_rows_nor_the_file_tell_an_order(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    for at in range(40):
        answers.add(CAMPAIGN, [("avis", f"{at:02}"), ("mots", f"w{at:02}")], DAY)
    found = rows(tmp_path)
    assert [row[0] for row in found] == sorted(row[0] for row in found)  # their place is random bits
    assert len({row[0] for row in found}) == 80
    order = [value for _, question, value in found if question == "avis"]
    assert order != sorted(order)
    raw = (tmp_path / f"{CAMPAIGN}.db").read_bytes()
    places = [raw.index(f"w{at:02}".encode()) for at in range(40)]
    assert places not in (sorted(places), sorted(places, reverse=True))
    assert [path.name for path in tmp_path.iterdir()] == [f"{CAMPAIGN}.db"]  # no journal is left
    with closing(sqlite3.connect(tmp_path / f"{CAMPAIGN}.db")) as connection:
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            connection.execute("SELECT rowid FROM answer")
        columns = {row[1] for row in connection.execute("PRAGMA table_info(answer)")}
    assert columns == {"id", "question", "value"}


def test_all_or_none(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    answers.add(CAMPAIGN, [("avis", "1")], DAY)
    with closing(sqlite3.connect(tmp_path / f"{CAMPAIGN}.db")) as connection:
        connection.execute("DROP TABLE day_count")
        connection.execute("CREATE TABLE day_count (day TEXT PRIMARY KEY, people INTEGER CHECK (people < 0))")
    with pytest.raises(sqlite3.IntegrityError):
        answers.add(CAMPAIGN, [("avis", "2")], DAY)
    assert [row[2] for row in rows(tmp_path)] == ["1"]


def test_a_file_that_is_no_database_or_kept_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(tmp_path)
    (tmp_path / f"{CAMPAIGN}.db").write_bytes(b"words " * 2000)
    with pytest.raises(UsageError, match="not a database any more"):
        answers.add(CAMPAIGN, [("avis", "1")], DAY)
    (tmp_path / f"{CAMPAIGN}.db").unlink()
    answers.add(CAMPAIGN, [("avis", "1")], DAY)
    monkeypatch.setattr("mailer.store.answers._PATIENCE_S", 0.05)
    with closing(sqlite3.connect(tmp_path / f"{CAMPAIGN}.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LaterError, match="locked"):
            answers.add(CAMPAIGN, [("avis", "1")], DAY)


@pytest.mark.parametrize("name", ["../mailer", "", "AAAAAAAAAA", "aaaaaaaaa", "draft00000"])
def test_no_other_file_is_opened(tmp_path: Path, name: str) -> None:
    with pytest.raises(AssertionError):
        Answers(tmp_path).add(name, [("avis", "1")], DAY)
    assert list(tmp_path.iterdir()) == []
