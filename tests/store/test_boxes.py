"""Ballot boxes as files: what the disk tells beside the rows, and what a kill leaves."""

import contextlib
import hashlib
import itertools
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

from mailer.ballots.casting import Taken
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
        "older_answer": ["id", "question", "value"],
        "named": ["id", "subscriber"],
        "spent": ["hash"],
        "older_spent": ["hash"],
        "day_count": ["day", "people"],
        "shown": ["id"],
        "note": ["name", "value"],
    }


@pytest.mark.parametrize("latest", [2000, 20])
def test_a_thousand_answers_tell_no_order_of_arrival(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, latest: int
) -> None:
    """Q4: by SELECT, by place in the file and by export; |rho| < 0.1, five standard deviations at 1,000 being
    0.16: the keys are given by a seed."""
    dice = random.Random(f"answers {latest}")
    monkeypatch.setattr("mailer.store.answers.secrets.token_bytes", dice.randbytes)
    monkeypatch.setattr("mailer.store.mixing._LATEST", latest)  # 20: most are among the older ones
    answers = Answers(FileBoxes(tmp_path))
    count = 1000 if latest == 2000 else 500
    for at in range(count):
        answers.add(CAMPAIGN, [("mots", f"w{at:04}")], DAY, spending=dice.randbytes(32))
    with opened(tmp_path) as connection:
        held = "SELECT value FROM answer UNION ALL SELECT value FROM older_answer"
        selected = [int(row[0][1:]) for row in connection.execute(held)]
    exported = [int(words[1:]) for _, _, words, _ in answers.texts(CAMPAIGN, ["mots"])]
    content = (tmp_path / FILE).read_bytes()
    placed = sorted(range(count), key=lambda at: content.index(f"w{at:04}".encode()))
    for order in (selected, exported, placed):
        assert sorted(order) == list(range(count))
        assert abs(rho(order)) < (
            0.1 if latest == 2000 else 0.2
        )  # the lot has no seed, and ten more lie apart


def told_apart(file: Path) -> list[bytes]:
    """The cells that lie otherwise in their page than if all had been written in the order of their keys.

    A leaf of an index (sqlite.org/fileformat2.html, 1.6): a page fills from its end, so that what was put in
    later lies before what was there, whatever its key.
    """
    content = file.read_bytes()
    size = int.from_bytes(content[16:18])
    found = []
    for page in (content[at : at + size] for at in range(size, len(content), size)):
        if page[0] == 0x0A:
            count = int.from_bytes(page[3:5])
            places = [int.from_bytes(page[8 + 2 * at : 10 + 2 * at]) for at in range(count)]
            found += [
                page[place : place + 1 + page[place]]  # its length comes first
                for place, following in itertools.pairwise(places)
                if following > place
            ]
    return found


def test_a_row_that_was_put_in_later_is_seen(tmp_path: Path) -> None:
    """The search would find one."""
    Answers(FileBoxes(tmp_path)).add(CAMPAIGN, [("mots", f"w{at}") for at in range(20)], DAY)
    assert told_apart(tmp_path / FILE) == []
    with opened(tmp_path) as connection:
        connection.execute("INSERT INTO answer VALUES (x'80', 'mots', 'the last one')")
        connection.commit()
    [last] = told_apart(tmp_path / FILE)
    assert b"the last one" in last


def test_nothing_in_the_file_tells_which_rows_came_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P15, Q5: after each answer, and within its transaction, so that no kill leaves it either."""
    monkeypatch.setattr("mailer.store.boxes._vacuum", lambda _connection: None)
    answers = Answers(FileBoxes(tmp_path))
    seen = 0
    for at in range(100):
        answers.add(CAMPAIGN, [(f"q{number}", f"w{at:02}") for number in range(10)], DAY)
        seen += sum(cell.endswith(f"w{at:02}".encode()) for cell in told_apart(tmp_path / FILE))
    assert seen < 20  # of 1,000: a page that is joined with its neighbour is packed anew, whoever's it is


def test_the_latest_are_mixed_with_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies among the latest is drawn of all: were it what came last, its place would tell its age."""
    monkeypatch.setattr("mailer.store.mixing._LATEST", 400)
    answers = Answers(FileBoxes(tmp_path))
    for at in range(83):
        spending = hashlib.sha256(bytes([at])).digest()
        answers.add(CAMPAIGN, [("mots", f"w{at}-{one}") for one in range(10)], DAY, spending=spending)
        rows = 10 * (at + 1)
        with opened(tmp_path) as connection:
            held = connection.execute("SELECT id, value FROM answer").fetchall()
            [(older,)] = connection.execute("SELECT count(*) FROM older_answer")
        assert len(held) + older == rows
        assert len(held) >= min(rows, 200)
    assert len(held) == 200  # mixed with the last one: at 41, then with each 21st
    early = sum(int(value[1:].partition("-")[0]) <= 40 for _, value in held)
    assert 64 < early < 134  # 99 on average; five standard deviations are 35
    assert 65 < sum(key[0] < 128 for key, _ in held) < 135
    assert len(answers.tallies(CAMPAIGN)) == 830
    assert set(answers.tallies(CAMPAIGN).values()) == {1}
    assert len(answers.texts(CAMPAIGN, ["mots"])) == 830


def test_a_ballot_is_cast_once_however_long_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.store.mixing._LATEST", 10)
    answers = Answers(FileBoxes(tmp_path))
    cast = [hashlib.sha256(bytes([at])).digest() for at in range(30)]
    for one in cast:
        assert answers.add(CAMPAIGN, [("avis", "1")], DAY, spending=one) is Taken.STORED
    for one in cast:
        assert answers.add(CAMPAIGN, [("avis", "1")], DAY, spending=one) is Taken.SPENT
        assert answers.is_spent(CAMPAIGN, one)
    assert answers.spent(CAMPAIGN) == set(cast)
    assert answers.tallies(CAMPAIGN) == {("avis", "1"): 30}
    answers.close(CAMPAIGN)
    assert not answers.spent(CAMPAIGN)
    assert not any(one in (tmp_path / FILE).read_bytes() for one in cast)
    answers.empty(CAMPAIGN)
    assert not answers.has_rows(CAMPAIGN)


def test_a_box_that_is_closed_gets_no_key(tmp_path: Path) -> None:
    """A campaign is amended, or sent to more people, after its questionnaire has closed."""
    answers = Answers(FileBoxes(tmp_path))
    answers.begin(CAMPAIGN, KEY)
    answers.close(CAMPAIGN)
    answers.begin(CAMPAIGN, KEY)
    assert answers.key(CAMPAIGN) is None
    assert answers.is_closed(CAMPAIGN)


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


_KILLED = """
import hashlib, os, sqlite3, sys
from pathlib import Path
from mailer.store import boxes
from mailer.store.answers import Answers
folder, campaign, day = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
connect = sqlite3.connect
for at in range(1, 1000):
    child = os.fork()
    if not child:
        left = at
        def told(_statement):
            global left
            left -= 1
            if not left:
                os._exit(9)  # as kill -9 does: nothing is closed, flushed or rolled back
        def opened(*words, **more):
            connection = connect(*words, **more)
            connection.set_trace_callback(told)
            return connection
        sqlite3.connect = opened
        digest = hashlib.sha256(b"%d" % at).digest()
        rows = [("avis", digest.hex()), ("mots", digest.hex())]
        Answers(boxes.FileBoxes(folder)).add(campaign, rows, day, spending=digest)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
    if not status:
        break
"""


def test_killed_at_each_statement(tmp_path: Path) -> None:
    """Q3: just before the first statement, the second, and so on, until none is left to be killed at."""
    answers = Answers(FileBoxes(tmp_path))
    answers.begin(CAMPAIGN, KEY)
    answers.add(CAMPAIGN, [("avis", "first"), ("mots", "first")], DAY, spending=bytes(32))
    arguments = [sys.executable, "-c", _KILLED, str(tmp_path), CAMPAIGN, DAY]
    run = subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=60)
    ends = run.stdout.split()
    assert set(ends[:-1]) == {"9"}
    assert ends[-1] == "0"
    assert len(ends) > 20
    spent = {digest.hex() for digest in answers.spent(CAMPAIGN)} - {bytes(32).hex()}
    kept = {value for name, value in answers.tallies(CAMPAIGN) if name == "avis"} - {"first"}
    assert spent == kept
    assert 1 <= len(kept) <= 3  # the last one, and who was killed once theirs was on disk
    assert answers.people(CAMPAIGN) == len(kept) + 1
    assert answers.key(CAMPAIGN) == KEY
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_killed_at_any_moment(tmp_path: Path) -> None:
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
