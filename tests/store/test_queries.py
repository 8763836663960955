"""The SQL: every statement is used, every statement used is there, every statement is understood."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mailer.store.queries import migrations, numbered, placed, queries, repeated
from tests.store.house import in_file, opened

STORE = Path(__file__).parents[2] / "mailer" / "store"
CALL = re.compile(
    r'\.(?:run|run_rows|run_many|run_all|sought|counted|rows_of|rows|row|record|records|_count|_among)\(\s*"(\w+)"'
)


def used() -> set[str]:
    return {name for path in STORE.glob("*.py") for name in CALL.findall(path.read_text("utf-8"))}


def test_each_is_used_and_each_used_is_there() -> None:
    assert used() == set(queries())


@pytest.mark.parametrize("name", sorted(queries()))
def test_the_schema_has_all_that_it_names(tmp_path: Path, name: str) -> None:
    text = repeated(name, 2) if "VALUES EACH" in queries()[name] else queries()[name]
    assert ";" not in text
    values = dict.fromkeys(re.findall(r":(\w+)", text))
    with opened(tmp_path) as store:
        list(in_file(store).query(f"EXPLAIN {text}", values))


@pytest.mark.parametrize(
    "name",
    [
        "person_now",
        "find_slice",
        "pending_of_slice",
        "mark",
        "present",
        "settle_sent",
        "settle",
        "due_deliveries",
        "suppression_of",
        "met_among",
        "seats_among",
    ],
)
def test_what_is_asked_for_each_message_reads_no_whole_table(tmp_path: Path, name: str) -> None:
    text = repeated(name, 2) if "VALUES EACH" in queries()[name] else queries()[name]
    values = dict.fromkeys(re.findall(r":(\w+)", text))
    with opened(tmp_path) as store:
        plan = [row["detail"] for row in in_file(store).query(f"EXPLAIN QUERY PLAN {text}", values)]
    scans = [
        step
        for step in plan
        if step.startswith("SCAN") and not re.match(r"SCAN (CONSTANT|\d+ CONST|given)", step)
    ]
    assert not scans


def test_the_schema_is_what_both_databases_understand() -> None:
    """Standard types, no rowids, no functions of one of them: PostgreSQL is a second driver."""
    text = "\n".join(re.sub(r"--.*|/\* SQLite: .* \*/", "", statements) for _, statements in migrations())
    types = re.findall(r"^    \w+ (\w+)", text, re.MULTILINE)
    assert set(types) - {"KEY"} <= {"TEXT", "BIGINT", "BYTEA"}
    sql = text + "\n".join(queries().values())
    for word in ("rowid", "AUTOINCREMENT", "INSERT OR", "datetime(", "strftime", "json_", "GLOB", "ifnull"):
        assert word.casefold() not in sql.casefold()


def test_a_version_is_one_file_and_none_is_left_out() -> None:
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))
    with closing(sqlite3.connect(":memory:")) as connection:
        for _, statements in migrations():
            connection.executescript(statements)


def test_in_sqlite_rows_lie_in_the_order_of_their_key(tmp_path: Path) -> None:
    """A person's row is found by one search, and the next person's lies beside it."""
    with opened(tmp_path) as store:
        database = in_file(store)
        for table in ("membership", "delivery"):
            assert database[table].schema.rstrip().endswith("WITHOUT ROWID")
            with pytest.raises(sqlite3.OperationalError):
                list(database.query(f"SELECT rowid FROM {table}"))
        [plan] = database.query("EXPLAIN QUERY PLAN SELECT email FROM subscriber WHERE id = 1")
    assert plan["detail"] == "SEARCH subscriber USING INTEGER PRIMARY KEY (rowid=?)"


def test_values_in_their_places_are_those_of_the_names() -> None:
    """The driver of SQLite counts places, PostgreSQL's goes by names: the same statement."""
    rows = [(1, 0, "one", 5), (2, 1, "two", 6)]
    common = {"campaign": "c", "now": "n"}
    named = {**common, **numbered("mark", rows)}
    by_name = re.sub(r":(\w+)", lambda found: repr(named[found[1]]), repeated("mark", 2))
    statement = placed("mark", 2)
    values = iter(statement.values(rows, common))
    assert re.sub(r"\?", lambda _: repr(next(values)), statement.text) == by_name
    assert list(values) == []
