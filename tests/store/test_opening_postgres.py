"""Opening a PostgreSQL database: made by whoever comes first, joined by others, refused when not ours."""

import json
import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from mailer.errors import UsageError
from mailer.store import opening
from mailer.store.dialect import as_schema
from mailer.store.opening import open_store
from mailer.store.queries import migrations
from tests.store.house import ANA, LIST, OTHER_KEYS, PLACES, ZOE, Clock, bring, number, opened
from tests.store.server import Server

DATABASES = ["postgres"]
ROOT = Path(__file__).parents[2]


def told(folder: Path, *statements: str) -> None:
    """By a hand, in the folder's database."""
    with psycopg.connect(str(PLACES.of(folder)), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def refusal(folder: Path) -> str:
    with pytest.raises(UsageError) as fault, opened(folder):
        pass
    return fault.value.message.say("en")


def first_lines(path: Path) -> list[str]:
    return [json.loads(line)["what"] for line in path.read_bytes().splitlines()]


def test_made_once_and_joined_by_a_second_machine_with_its_own_log(tmp_path: Path) -> None:
    other = tmp_path / "other.log"
    with opened(tmp_path) as one:
        bring(one, ZOE, ANA)
        with opened(tmp_path, log=other) as second:
            assert one.prove("x") == second.prove("x")
            assert second.people.size_of(LIST) == 2
            with second.together():
                second.exits.leave(number(second, ZOE), (LIST,), "site")
            with one.together():
                one.exits.leave(number(one, ANA), (LIST,), "site")
            assert one.people.size_of(LIST) == 0
    assert first_lines(tmp_path / "objections.log") == ["begun", "left"]
    assert first_lines(other) == ["joined", "left"]


def test_each_log_is_applied_from_where_it_was_left(tmp_path: Path) -> None:
    """A departure that reached one machine's log alone, whatever the others have applied of theirs."""
    other = tmp_path / "other.log"
    with opened(tmp_path) as one, opened(tmp_path, log=other) as second:
        bring(one, ZOE, ANA)
        for _ in range(5):
            with second.together():
                second.exits.come_back(number(second, ANA), (LIST,), "hand", objected=False)
        one.exits.keep(number(one, ZOE), (LIST,), "site", objected=False)
        second.catch_up()
        assert one.people.size_of(LIST) == 2
        one.catch_up()
        assert second.people.size_of(LIST) == 1
        with second.together():
            second.exits.come_back(number(second, ZOE), (LIST,), "hand", objected=False)
    with opened(tmp_path) as one:  # nothing of it is applied a second time
        assert one.people.size_of(LIST) == 2


def test_a_log_that_is_lost_begins_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        with store.together():
            store.exits.leave(number(store, ZOE), (LIST,), "site")
    (tmp_path / "objections.log").unlink()
    with opened(tmp_path) as store:
        with store.together():
            store.exits.leave(number(store, ANA), (LIST,), "site")
        assert store.people.size_of(LIST) == 0
    assert first_lines(tmp_path / "objections.log") == ["joined", "left"]


def test_opened_for_the_first_time_by_many_at_once(tmp_path: Path) -> None:
    faults: list[BaseException] = []
    PLACES.of(tmp_path)

    def opens(at: int) -> None:
        try:
            with opened(tmp_path, log=tmp_path / f"{at}.log", patience=30) as store:
                bring(store, f"m{at}@example.org")
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=opens, args=(at,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with opened(tmp_path) as store:
        assert store.people.size_of(LIST) == 6


def test_other_keys(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    with (
        pytest.raises(UsageError, match="is not the keys file of postgres"),
        opened(tmp_path, keys=OTHER_KEYS),
    ):
        pass


def test_another_program_s_database(tmp_path: Path) -> None:
    told(tmp_path, "CREATE TABLE bookmarks (url TEXT)")
    assert "another program's database" in refusal(tmp_path)
    told(tmp_path, "CREATE TABLE meta (version TEXT)")
    assert "another program's database" in refusal(tmp_path)


def test_the_job_engine_s_tables_may_stand_beside_ours(tmp_path: Path) -> None:
    told(tmp_path, "CREATE TABLE procrastinate_jobs (id BIGINT)")
    with opened(tmp_path) as store:
        bring(store, ZOE)


def test_a_newer_version_s(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    told(tmp_path, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    assert f"made by a newer version of mailer (99; this one knows {migrations()[-1][0]})" in refusal(
        tmp_path
    )


def test_a_table_that_is_gone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        told(tmp_path, "DROP TABLE suppression")
        with pytest.raises(UsageError, match="its tables were changed"):
            store.people.dossier(ZOE)


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path):
        pass
    first = migrations()
    broken = (first[-1][0] + 1, "CREATE TABLE half (c TEXT); CREATE TABLE list (again TEXT);")
    monkeypatch.setattr(opening, "migrations", lambda: [*first, broken])
    with pytest.raises(Exception, match="already exists"), opened(tmp_path):
        pass
    monkeypatch.undo()
    told(tmp_path, "CREATE TABLE half (c TEXT)")  # it is not there


def test_texts_are_in_the_order_of_their_bytes_whatever_the_cluster_s_language(server: Server) -> None:
    url = server.make_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(as_schema("CREATE TABLE x (y TEXT NOT NULL)"))
        found = connection.execute(
            "SELECT collation_name FROM information_schema.columns WHERE column_name = 'y'"
        )
        assert found.fetchone() == ("C",)


def test_without_the_extra(tmp_path: Path) -> None:
    """In a process of its own, for which psycopg is not there."""
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from pathlib import Path\n"
        "from mailer.store.opening import open_store\n"
        "from mailer.errors import UsageError\n"
        "try:\n    open_store('postgresql://x', None, Path(sys.argv[1]), now=None)\n"
        "except UsageError as fault:\n    print(fault.message.say('en'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "log")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pip install 'tract-mailer[cluster]'" in done.stdout


def test_only_a_database_of_this_kind_needs_psycopg() -> None:
    code = (
        "import sys\nfrom mailer.wiring import doors, sending, ledger\n"
        "assert not any(name.startswith('psycopg') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)


def test_a_store_is_closed_when_it_cannot_be_opened(tmp_path: Path, server: Server) -> None:
    with opened(tmp_path):
        pass
    for _ in range(3):
        with pytest.raises(UsageError):
            open_store(str(PLACES.of(tmp_path)), OTHER_KEYS, tmp_path / "objections.log", now=Clock())
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        text = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mailer'"
        assert connection.execute(text).fetchone() == (0,)
