"""Ballot boxes as files: what the disk tells beside the rows, and what a kill leaves."""

import contextlib
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from mailer.errors import LaterError, UsageError
from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
from tests.store.house import CAMPAIGN, NOON

DAY = NOON.date().isoformat()
KEY = bytes.fromhex("5ea1" * 16)
FILE = f"{CAMPAIGN}.db"


def opened(folder: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(folder / FILE))


def rho(order: list[int]) -> float:
    """Spearman's rank correlation of a permutation of 0…n-1 with the order of arrival."""
    count = len(order)
    return 1 - 6 * sum((one - at) ** 2 for at, one in enumerate(order)) / (count * (count**2 - 1))


def test_for_its_owner_alone_and_nothing_beside_it(tmp_path: Path) -> None:
    answers = Answers(FileBoxes(tmp_path / "answers"))
    answers.add(CAMPAIGN, [("avis", "1")], DAY)
    assert stat.S_IMODE((tmp_path / "answers").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "answers" / FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "answers").iterdir()] == [FILE]  # no journal is left


def test_no_column_tells_an_order_or_a_time(tmp_path: Path) -> None:
    Answers(FileBoxes(tmp_path)).add(CAMPAIGN, [("avis", "1")], DAY, spending=bytes(32))
    with opened(tmp_path) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")] for table in tables
        }
        for table in tables:
            with pytest.raises(sqlite3.OperationalError, match="rowid"):
                connection.execute(f"SELECT rowid FROM {table}")
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert columns == {
        "answer": ["id", "question", "value"],
        "named": ["id", "subscriber"],
        "spent": ["hash"],
        "day_count": ["day", "people"],
        "shown": ["id"],
        "note": ["name", "value"],
    }


@pytest.mark.parametrize("few", [500, 20])
def test_a_thousand_answers_tell_no_order_of_arrival(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Q4: by SELECT, by place in the file and by export; |rho| < 0.1, five standard deviations at 1,000 being
    0.16: the keys are given by a seed."""
    dice = random.Random(f"answers {few}")
    monkeypatch.setattr("mailer.store.answers.secrets.token_bytes", dice.randbytes)
    monkeypatch.setattr("mailer.store.answers._FEW", few)  # 20: what only pages that split have mixed
    answers = Answers(FileBoxes(tmp_path))
    for at in range(1000):
        answers.add(CAMPAIGN, [("mots", f"w{at:04}")], DAY, spending=dice.randbytes(32))
    with opened(tmp_path) as connection:
        selected = [int(row[0][1:]) for row in connection.execute("SELECT value FROM answer")]
    exported = [int(words[1:]) for _, _, words, _ in answers.texts(CAMPAIGN, ["mots"])]
    content = (tmp_path / FILE).read_bytes()
    placed = sorted(range(1000), key=lambda at: content.index(f"w{at:04}".encode()))
    for order in (selected, exported, placed):
        assert sorted(order) == list(range(1000))
        assert abs(rho(order)) < 0.1


def test_two_answers_of_one_person_are_not_neighbours(tmp_path: Path) -> None:
    """Q5: nor does anything but the same second in the same page of memory join them."""
    answers = Answers(FileBoxes(tmp_path))
    for at in range(300):
        answers.add(CAMPAIGN, [("avis", f"a{at}"), ("mots", f"m{at}")], DAY)
    with opened(tmp_path) as connection:
        found = [row[0] for row in connection.execute("SELECT value FROM answer")]
    apart = [abs(found.index(f"a{at}") - found.index(f"m{at}")) for at in range(300)]
    assert sum(distance == 1 for distance in apart) < 10  # 2 by chance: a pair is 1 in 300
    assert 150 < sum(apart) / 300 < 250  # a third of 600, as of any two rows


def test_closed_its_key_is_nowhere_in_the_file(tmp_path: Path) -> None:
    answers, spent = Answers(FileBoxes(tmp_path)), bytes.fromhex("c0ffee" * 10 + "0000")
    answers.begin(CAMPAIGN, KEY)
    answers.add(CAMPAIGN, [("avis", "1")], DAY, spending=spent)
    assert KEY.hex().encode() in (tmp_path / FILE).read_bytes()
    assert spent in (tmp_path / FILE).read_bytes()
    answers.close(CAMPAIGN)
    assert KEY.hex().encode() not in (tmp_path / FILE).read_bytes()
    assert spent not in (tmp_path / FILE).read_bytes()


def test_a_box_of_an_earlier_version_gets_what_it_lacks(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        connection.execute(
            "CREATE TABLE answer (id BLOB NOT NULL PRIMARY KEY, question TEXT NOT NULL, value TEXT NOT NULL) "
            "WITHOUT ROWID"
        )
        connection.execute(
            "CREATE TABLE day_count (day TEXT NOT NULL PRIMARY KEY, people INTEGER NOT NULL) WITHOUT ROWID"
        )
        connection.execute("INSERT INTO answer VALUES (x'01', 'avis', '1')")
        connection.execute("INSERT INTO day_count VALUES (?, 1)", [DAY])
        connection.commit()
    answers = Answers(FileBoxes(tmp_path))
    answers.add(CAMPAIGN, [("avis", "1")], DAY, spending=bytes(32))
    assert (answers.people(CAMPAIGN), answers.tallies(CAMPAIGN)) == (2, {("avis", "1"): 2})


def test_a_file_that_is_no_database_or_kept_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(FileBoxes(tmp_path))
    (tmp_path / FILE).write_bytes(b"words " * 2000)
    with pytest.raises(UsageError, match="not a database any more"):
        answers.add(CAMPAIGN, [("avis", "1")], DAY)
    (tmp_path / FILE).unlink()
    answers.add(CAMPAIGN, [("avis", "1")], DAY)
    monkeypatch.setattr("mailer.store.boxes.PATIENCE_S", 0.05)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LaterError, match="locked"):
            answers.add(CAMPAIGN, [("avis", "1")], DAY)


_CASTING = """
import hashlib, sys
from pathlib import Path
from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
answers = Answers(FileBoxes(Path(sys.argv[1])))
print("begun", flush=True)
for at in range(10**6):
    digest = hashlib.sha256(f"{sys.argv[2]} {at}".encode()).digest()
    answers.add(sys.argv[3], [("avis", digest.hex()), ("mots", digest.hex())], sys.argv[4], spending=digest)
"""


def test_killed_between_any_two_statements(tmp_path: Path) -> None:
    """Q3: never spent without its answer, never the reverse, and the count of the day says the same."""
    dice = random.Random()
    for one in range(12):
        arguments = [sys.executable, "-c", _CASTING, str(tmp_path), str(one), CAMPAIGN, DAY]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        time.sleep(dice.random() * 0.15)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    answers = Answers(FileBoxes(tmp_path))
    spent = {digest.hex() for digest in answers.spent(CAMPAIGN)}
    assert len(spent) > 12
    assert answers.tallies(CAMPAIGN) == {(name, value): 1 for value in spent for name in ("avis", "mots")}
    assert answers.people(CAMPAIGN) == len(spent)
