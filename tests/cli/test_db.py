"""`mailer db`: what there is, brought to this version, copied elsewhere."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from mailer.store.lock import SenderLock
from mailer.store.queries import migrations
from tests.cli.command import Mailer
from tests.cli.section import SLUG
from tests.store.server import Server, missing, running

NEWEST = migrations()[-1][0]
DATABASE = "subscribers/mailer.db"


def test_nothing_yet(mailer: Mailer) -> None:
    run = mailer("db", "status")
    assert (run.code, run.out) == (0, "")
    assert "holds nothing yet" in run.err
    found = mailer("db", "status", "--json").json
    assert (found["kind"], found["version"], found["tables"], found["bytes"]) == ("sqlite", 0, {}, 0)
    assert not (mailer.folder / DATABASE).exists()
    assert "no database yet" in mailer("db", "copy", "--to", "sqlite:copy.db").err


def test_what_there_is(section: Mailer) -> None:
    found = section("db", "status", "--json").json
    assert (found["version"], found["newest"], found["unfinished"]) == (NEWEST, NEWEST, False)
    assert (found["tables"]["subscriber"], found["tables"]["delivery"]) == (4, 0)
    assert found["where"].endswith(DATABASE)
    assert found["bytes"] >= (section.folder / DATABASE).stat().st_size
    run = section("db", "status")
    assert re.search(r"^subscriber +4$", run.out, re.MULTILINE)
    assert f"version {NEWEST} (this program knows {NEWEST})" in run.err


def test_brought_to_this_version(section: Mailer) -> None:
    assert f"at version {NEWEST} already" in section("db", "migrate").err
    assert section("db", "migrate", "--json").json == {"was": NEWEST, "version": NEWEST}


def test_made_if_there_is_none(mailer: Mailer) -> None:
    assert mailer("db", "migrate", "--json").json == {"was": 0, "version": NEWEST}
    assert (mailer.folder / DATABASE).exists()


def test_a_copy_that_takes_the_place_of_the_first(section: Mailer) -> None:
    assert section("send", SLUG, "--yes", "--limit", "2").code == 0
    run = section("db", "copy", "--to", "sqlite:subscribers/copy.db", "--json")
    assert run.code == 0
    said = json.loads(run.out)
    assert said["tables"]["subscriber"]["rows"] == 4
    assert len(said["tables"]["delivery"]["digest"]) == 32
    assert said["rows"] == sum(one["rows"] for one in said["tables"].values())
    assert "Copied and compared" in run.err
    copy = "sqlite:subscribers/copy.db"
    assert (
        section("status", SLUG, "--json", MAILER_DATABASE_URL=copy).json
        == section("status", SLUG, "--json").json
    )
    assert section("send", SLUG, "--yes", MAILER_DATABASE_URL=copy).code == 0
    assert len(list((section.folder / "subscribers/outbox").glob("*.eml"))) == 4
    again = section("db", "copy", "--to", "sqlite:subscribers/copy.db")
    assert again.code == 2
    assert "is not empty" in again.err


def test_an_interrupted_copy_is_no_database(section: Mailer) -> None:
    assert section("db", "copy", "--to", "sqlite:copy.db").code == 0
    with closing(sqlite3.connect(section.folder / "copy.db", isolation_level=None)) as connection:
        [name] = connection.execute("SELECT value FROM meta WHERE name = 'database'").fetchone()
        connection.execute("INSERT INTO meta (name, value) VALUES ('copying', ?)", [name])
        connection.execute("DELETE FROM membership")
    copy = "sqlite:copy.db"
    for words in (["status"], ["send", SLUG, "--yes"], ["subscribers", "show", "zoe@example.org"]):
        run = section(*words, MAILER_DATABASE_URL=copy)
        assert run.code == 2
        assert "is a copy that is not finished" in run.err
    assert section("db", "status", "--json", MAILER_DATABASE_URL=copy).json["unfinished"]
    assert "run the same 'mailer db copy' again" in section("db", "status", MAILER_DATABASE_URL=copy).err
    assert section("db", "copy", "--to", "sqlite:copy.db").code == 0
    assert section("status", MAILER_DATABASE_URL=copy).code == 0


def test_not_while_a_send_is_at_work(section: Mailer) -> None:
    with SenderLock(section.folder / DATABASE) as lock:
        assert lock.acquire()
        run = section("db", "copy", "--to", "sqlite:copy.db")
    assert run.code == 75
    assert "a send is at work here" in run.err


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("mysql://x", "--to names no database"),
        ("postgresql://u:s3cret@127.0.0.1:1/x", "cannot be reached"),
        ("postgresql://u:s3cret@127.0.0.1:1/x?colour=red", "is no address of PostgreSQL"),
        ("sqlite:nowhere/copy.db", "cannot be written"),
    ],
)
def test_nowhere_to_copy_to(section: Mailer, to: str, said: str) -> None:
    run = section("db", "copy", "--to", to)
    assert run.code in (2, 75)
    assert said in run.err
    assert "s3cret" not in run.err


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL of our own."""
    if reason := missing():
        pytest.skip(reason)
    with running() as server:
        yield server


@pytest.mark.xdist_group("postgres")
def test_moved_to_postgresql_and_back(section: Mailer, server: Server) -> None:
    assert section("send", SLUG, "--yes", "--limit", "1").code == 0
    before = section("status", SLUG, "--json").json
    there = server.make()
    assert section("db", "copy", "--to", there).code == 0
    assert section("status", SLUG, "--json", MAILER_DATABASE_URL=there).json == before
    assert section("send", SLUG, "--yes", MAILER_DATABASE_URL=there).code == 0
    figures = section("db", "status", "--json", MAILER_DATABASE_URL=there).json
    assert (figures["kind"], figures["tables"]["subscriber"]) == ("postgresql", 4)
    assert figures["where"].startswith("postgres (127.0.0.1:")
    assert section("db", "copy", "--to", "sqlite:back.db", MAILER_DATABASE_URL=there).code == 0
    back = "sqlite:back.db"
    assert section("status", SLUG, "--json", MAILER_DATABASE_URL=back).json["sent"] == 4


def test_authors_work_without_the_others_database(section: Mailer) -> None:
    away = "postgresql://u:s3cret@127.0.0.1:1/x"
    run = section("check", SLUG, MAILER_DATABASE_URL=away)
    assert run.code == 0
    assert "(info) x (127.0.0.1:1) cannot be reached" in run.out
    for words in (["render", SLUG], ["campaigns"]):
        run = section(*words, MAILER_DATABASE_URL=away)
        assert run.code == 0
        assert "cannot be reached" in run.err
    assert section("status", MAILER_DATABASE_URL=away).code == 75
