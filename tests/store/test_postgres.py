"""The PostgreSQL driver: values come back as they went, connections are lost and found, faults are told."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from mailer.errors import LaterError, MailerError, UsageError
from mailer.store.dialect import statement
from mailer.store.driver import BrokenOffError, RuleError
from mailer.store.opening import open_store
from mailer.store.postgres import Postgres
from mailer.store.queries import migrations, queries
from mailer.store.store import Store
from tests.store.house import (
    KEYS,
    LIST,
    PLACES,
    ZOE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    number,
    opened,
    person,
)
from tests.store.proxy import Proxy, before
from tests.store.server import Server

DATABASES = ["postgres"]


@contextmanager
def through(folder: Path, server: Server, *, patience: float = 5.0) -> Iterator[tuple[Store, Proxy]]:
    """The folder's store behind a proxy."""
    url = str(PLACES.of(folder))
    with before(server.port) as proxy:
        store = open_store(
            url.replace(f":{server.port}/", f":{proxy.port}/"),
            KEYS,
            folder / "objections.log",
            now=Clock(),
            patience=patience,
        )
        with closing(store):
            yield store, proxy


@pytest.fixture(scope="module")
def everything(server: Server) -> Iterator[Postgres]:
    """All the tables, and nobody in them."""
    with closing(Postgres(server.make())) as driver:
        with driver.transaction():
            for _, statements in migrations():
                driver.execute_text(statements)
        yield driver


def driver_of(store: Store) -> Postgres:
    driver = store._driver
    assert isinstance(driver, Postgres)
    return driver


@pytest.mark.parametrize("name", sorted(queries()))
def test_each_statement_is_understood(everything: Postgres, name: str) -> None:
    text = statement(name, 2) if "VALUES EACH" in queries()[name] else statement(name)
    values = dict.fromkeys(re.findall(r"%\((\w+)\)s", text))
    everything._connection.execute(f"EXPLAIN {text}", values)


def test_values_are_what_the_other_driver_gives(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        driver = driver_of(store)
        with store.together():
            driver.run(
                "add_asset",
                name="n",
                title="à\0b",
                digest="d",
                suffix="png",
                media_type="image/png",
                width=2**40,
                height=1,
                content=b"\0\xff",
            )
        found = store.visits.file("n")
        assert found is not None
        assert (found.name, found.width, found.content) == ("à\ufffdb", 2**40, b"\0\xff")
        assert type(found.width) is int
        with store.together():
            store.visits.add_clicks({("c", 1, "2026-11-25"): 2**33, ("c", 1, "2026-11-26"): 1})
        [(_, clicks)] = driver.rows("clicks", campaign="c")
        assert (clicks, type(clicks)) == (2**33 + 1, int)
        assert store.visits.file("x\0y") is None


def test_a_rule_that_is_broken_is_for_the_caller(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.begin()
        with pytest.raises(RuleError) as fault:
            driver_of(store).run("add_wave", campaign="nobody", number=1, edition=1, audience=0, at="")
        store.abandon()
        assert "nobody" not in str(fault.value)


def test_a_transaction_in_which_something_failed_is_never_said_to_be_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.begin()
        with pytest.raises(RuleError):
            driver_of(store).run("add_wave", campaign="nobody", number=1, edition=1, audience=0, at="")
        with pytest.raises(MailerError, match="ROLLBACK"):
            driver_of(store).commit()
        store.abandon()
        bring(store, ZOE)


@pytest.mark.parametrize("rows", [3, 250])
def test_many_rows_at_once_or_one_by_one(tmp_path: Path, rows: int) -> None:
    with opened(tmp_path) as store:
        for part in range(3):  # each of them copied in apart from the others
            with store.together():
                for half in range(2):
                    bring_in(store, rows, f"{part}{half}")
        assert store.people.size_of(LIST) == 6 * rows


def bring_in(store: Store, rows: int, mark: str) -> None:
    people = [person(f"m{at}-{mark}@example.org", note="50 % :x ''") for at in range(rows)]
    store.people.bring(LIST, people, source="it's 100 % :ok ::x")


def surveyed(store: Store) -> dict[str, int]:
    """What the server's planner believes: rows by table, of those it was told about."""
    found = inside(store).execute(
        "SELECT relname, reltuples FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        " AND relkind = 'r' AND reltuples >= 0"
    )
    return {name: int(rows) for name, rows in found}


def test_the_planner_is_told_of_many_people_at_once(tmp_path: Path) -> None:
    """Not within a minute: it takes new tables for empty, and 4,000 people imported took 13 s to be read."""
    with opened(tmp_path) as store:
        with store.together():
            bring_in(store, 30, "few")
        assert "membership" not in surveyed(store)
        with store.together():
            bring_in(store, 200, "many")
        assert surveyed(store) == {"subscriber": 230, "membership": 230}
        launch(store)
        assert len(claimed(store)) == 230
        assert surveyed(store)["delivery"] == 230


def test_a_table_that_is_being_vacuumed_keeps_nobody_waiting(tmp_path: Path) -> None:
    """The lock of VACUUM and ANALYZE, held by somebody else."""
    with opened(tmp_path) as store, psycopg.connect(str(PLACES.of(tmp_path))) as other:
        other.execute("LOCK membership IN SHARE UPDATE EXCLUSIVE MODE")
        inside(store).execute("SET lock_timeout = '10s'")
        with store.together():
            bring_in(store, 200, "many")
        assert surveyed(store) == {"subscriber": 200}
        assert store.people.size_of(LIST) == 200


def test_a_connection_that_was_lost_is_opened_again(tmp_path: Path, server: Server) -> None:
    with through(tmp_path, server) as (store, proxy):
        bring(store, ZOE)
        proxy.cut()
        assert store.people.number_of(ZOE)  # a read alone is asked again
        proxy.cut()
        with store.glance():
            assert store.people.number_of(ZOE)
        proxy.cut()
        bring(store, "ana@example.org")
        assert store.people.size_of(LIST) == 2


def test_lost_in_the_middle_of_a_transaction_nothing_of_it_is_done(tmp_path: Path, server: Server) -> None:
    with through(tmp_path, server) as (store, proxy):

        def lost(store: Store) -> None:
            store.campaigns.tried("a", "b")
            proxy.cut()
            store.campaigns.tried("c", "d")

        def lost_in_sight(store: Store) -> None:
            store.campaigns.all()
            proxy.cut()
            store.campaigns.all()

        with pytest.raises(BrokenOffError) as fault, store.together():
            lost(store)
        assert fault.value.undone
        with pytest.raises(BrokenOffError), store.glance():
            lost_in_sight(store)
        assert store.campaigns.trials("a", "b") == (False, set())


def test_a_commit_that_is_not_answered_may_be_kept(tmp_path: Path, server: Server) -> None:
    with through(tmp_path, server) as (store, proxy):
        proxy.eats = 1
        with (
            pytest.raises(BrokenOffError, match="whether the last change is kept") as fault,
            store.together(),
        ):
            store.campaigns.tried("a", "b")
        assert not fault.value.undone
        assert store.campaigns.trials("a", "b") == (True, set())


def test_a_departure_whose_commit_was_not_answered_is_applied_from_the_log(
    tmp_path: Path, server: Server
) -> None:
    with through(tmp_path, server) as (store, proxy):
        bring(store, ZOE)
        zoe = number(store, ZOE)
        proxy.eats = 1
        with pytest.raises(LaterError), store.together():
            store.exits.leave(zoe, (LIST,), "site")
        store.catch_up()
        assert store.exits.standing(zoe, LIST) == (False, False)


def test_what_a_server_that_broke_down_has_lost_is_applied_anew(tmp_path: Path, server: Server) -> None:
    """With durability "process" it may lose the last commits; the log of departures has them."""
    with through(tmp_path, server) as (store, proxy):
        bring(store, ZOE)
        zoe = number(store, ZOE)
        before_it = list(inside(store).query("SELECT name, value FROM meta WHERE name LIKE 'objections%'"))
        with store.together():
            store.exits.leave(zoe, (LIST,), "site")
        inside(store).execute("UPDATE membership SET state = 'subscribed'")
        for row in before_it:
            inside(store).execute("UPDATE meta SET value = ? WHERE name = ?", [row["value"], row["name"]])
        proxy.cut()
        with store.together():
            assert store.exits.standing(zoe, LIST) == (False, False)


def test_a_restart_is_waited_for(tmp_path: Path, server: Server) -> None:
    with opened(tmp_path, patience=30) as store:
        bring(store, ZOE)
        server.stop()
        later = threading.Timer(0.7, server.start)
        later.start()
        try:
            bring(store, "ana@example.org")
            assert store.people.size_of(LIST) == 2
        finally:
            later.join()


def test_away_for_longer_than_one_waits(tmp_path: Path, server: Server) -> None:
    with through(tmp_path, server, patience=0.3) as (store, proxy):
        proxy.close()
        began = time.monotonic()
        with pytest.raises(LaterError, match="cannot be reached") as fault:
            bring(store, ZOE)
        assert time.monotonic() - began < 10
        assert "postgres (127.0.0.1:" in fault.value.message.say("en")


def test_a_deadlock_is_broken_off_and_nothing_of_it_is_done(tmp_path: Path) -> None:
    with opened(tmp_path, patience=20) as one, opened(tmp_path, patience=20) as other:
        bring(one, ZOE, "ana@example.org")
        text = "UPDATE subscriber SET updated_at = 'x' WHERE email = ?"
        one.begin()
        other.begin()
        inside(one).execute(text, [ZOE])
        inside(other).execute(text, ["ana@example.org"])
        faults: list[MailerError] = []

        def crosses(store: Store, email: str) -> None:
            try:
                with store._driver.speaking():
                    inside(store).execute(text, [email])
                store.finish()
            except MailerError as fault:
                faults.append(fault)
                store.abandon()

        thread = threading.Thread(target=crosses, args=(other, ZOE))
        thread.start()
        crosses(one, "ana@example.org")
        thread.join()
        [fault] = faults
        assert isinstance(fault, BrokenOffError)
        assert fault.undone


def test_durability(tmp_path: Path, server: Server) -> None:
    url = str(PLACES.of(tmp_path))
    for durability, kept in (("full", "on"), ("process", "off")):
        with closing(Postgres(url, durability=durability)) as driver:
            assert driver._connection.execute("SHOW synchronous_commit").fetchone() == (kept,)
    server.tell("ALTER ROLE postgres SET synchronous_commit = remote_apply")
    try:
        with closing(Postgres(url)) as driver:  # stricter than ours: it stands
            assert driver._connection.execute("SHOW synchronous_commit").fetchone() == ("remote_apply",)
        server.tell("ALTER ROLE postgres SET synchronous_commit = off")
        with closing(Postgres(url)) as driver:
            assert driver._connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    finally:
        server.tell("ALTER ROLE postgres RESET synchronous_commit")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://postgres:s3cret@127.0.0.1:{port}/nowhere", 'database "nowhere" does not exist'),
        ("postgresql://nobody:s3cret@127.0.0.1:{port}/postgres", 'role "nobody" does not exist'),
        ("postgresql://u:s3cret@127.0.0.1:{port}/postgres?sslmode=require", "does not support SSL"),
        ("postgresql://u:s3cret@127.0.0.1:{port}/postgres?colour=red", "is no address of PostgreSQL"),
    ],
)
def test_what_somebody_must_mend(server: Server, url: str, said: str) -> None:
    with pytest.raises(UsageError) as fault:
        Postgres(url.format(port=server.port))
    assert said in fault.value.message.say("en")
    assert "s3cret" not in fault.value.message.say("en")


def test_a_wrong_password(server: Server) -> None:
    rules = server.folder / "data/pg_hba.conf"
    kept = rules.read_text()
    rules.write_text("host all guest 127.0.0.1/32 scram-sha-256\n" + kept)
    server.tell("SELECT pg_reload_conf()")
    server.tell("CREATE ROLE guest LOGIN PASSWORD 'right'")
    time.sleep(0.2)
    try:
        url = f"postgresql://guest:s3cret@127.0.0.1:{server.port}/postgres"
        with pytest.raises(UsageError) as fault:
            Postgres(url)
        assert "password authentication failed" in fault.value.message.say("en")
        assert "s3cret" not in fault.value.message.say("en")
        driver = Postgres(url.replace("s3cret", "right"))
        with closing(driver), pytest.raises(UsageError, match="permission denied"), driver.transaction():
            driver.execute_text("CREATE TABLE x (y TEXT)")
    finally:
        rules.write_text(kept)
        server.tell("DROP ROLE guest")
        server.tell("SELECT pg_reload_conf()")


def test_another_encoding(server: Server) -> None:
    server.tell("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(UsageError, match="not in UTF-8"):
        Postgres(server.url("latin"))


def test_too_many_connections(server: Server) -> None:
    server.tell("CREATE ROLE few LOGIN CONNECTION LIMIT 1")
    try:
        url = f"postgresql://few@127.0.0.1:{server.port}/postgres"
        with psycopg.connect(url), pytest.raises(LaterError, match="too many connections"):
            Postgres(url)
    finally:
        server.tell("DROP ROLE few")


def test_a_copy_that_only_reads_is_no_place_to_write(server: Server) -> None:
    url = server.make_database()
    server.tell(f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on")
    with pytest.raises(LaterError):
        Postgres(url)
