"""The SQL: every statement is used, every statement used is there, every statement is understood."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mailer.store.queries import migrations, queries, repeated
from tests.store.house import in_file, opened

STORE = Path(__file__).parents[2] / "mailer" / "store"
CALL = re.compile(r'\.(?:run|run_rows|run_many|rows_of|rows|row|record|records|_count)\(\s*"(\w+)"')


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
        "suppressed_among",
        "known_among",
        "seats",
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
    text = "\n".join(re.sub(r"--.*", "", statements) for _, statements in migrations())
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
