"""Ballot boxes on PostgreSQL: what the server tells beside the rows, and who finds them."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes, pour
from mailer.store.opening import open_boxes, tables_of
from mailer.store.postgres import Postgres
from tests.store.house import CAMPAIGN, NOON, PLACES, opened
from tests.store.test_boxes import rho

DATABASES = ["postgres"]
KEY = bytes(range(32))
DAY = NOON.date().isoformat()


def answers_in(folder: Path) -> Answers:
    return Answers(open_boxes(PLACES.of(folder), patience=5.0))


def test_no_row_tells_with_which_others_it_came(tmp_path: Path) -> None:
    """The number of its transaction stands beside each row: one and the same for all of them."""
    answers = answers_in(tmp_path)
    for at in range(60):
        answers.add(CAMPAIGN, [("avis", f"a{at:02}"), ("mots", f"m{at:02}")], DAY, member=at)
    with opened(tmp_path) as store:
        driver = store._driver
        assert isinstance(driver, Postgres)
        [(home,)] = driver.ask("SELECT current_schema()", ())
        box = f'"{home}_box_{CAMPAIGN}"'
        for table in ("answer", "named"):
            found = list(driver.ask(f"SELECT xmin, ctid FROM {box}.{table}", ()))
            assert len({row[0] for row in found}) == 1
            assert len(found) == 120
        placed = driver.ask(f"SELECT value FROM {box}.answer WHERE question = 'avis' ORDER BY ctid", ())
        assert abs(rho([int(row[0][1:]) for row in placed])) < 0.5  # 60: four standard deviations are 0.52


def test_nobody_takes_them_along(tmp_path: Path) -> None:
    """They are in no copy of the database, and the tables of the ledger are as they were."""
    with opened(tmp_path) as store:
        before = tables_of(store._driver).shapes()
        answers_in(tmp_path).add(CAMPAIGN, [("avis", "1")], DAY)
        assert tables_of(store._driver).shapes() == before
    with opened(tmp_path):  # and it is still a database of ours
        pass


@pytest.mark.parametrize("kinds", [("sqlite", "postgres"), ("postgres", "sqlite")])
def test_a_box_goes_along_with_a_copy(tmp_path: Path, kinds: tuple[str, str]) -> None:
    files, schemas = FileBoxes(tmp_path), open_boxes(PLACES.of(tmp_path), patience=5.0)
    source, target = (files, schemas) if kinds[0] == "sqlite" else (schemas, files)
    assert not pour(source, target, CAMPAIGN)
    answers = Answers(source)
    answers.begin(CAMPAIGN, KEY)
    answers.add(CAMPAIGN, [("avis", "1"), ("mots", "Ici.")], DAY, spending=bytes(32), member=7)
    answers.add(CAMPAIGN, [("avis", "2")], "2026-11-26", spending=b"1" * 32)
    answers.show_texts(CAMPAIGN, [one[0] for one in answers.texts(CAMPAIGN, ["mots"])])
    answers.publish(CAMPAIGN, "{}", instead_of="")
    for _ in range(2):  # again after an interruption
        assert pour(source, target, CAMPAIGN)
        copy = Answers(target)
        assert copy.key(CAMPAIGN) == KEY
        assert copy.tallies(CAMPAIGN) == answers.tallies(CAMPAIGN)
        assert copy.days(CAMPAIGN) == answers.days(CAMPAIGN)
        assert copy.spent(CAMPAIGN) == answers.spent(CAMPAIGN)
        assert copy.members(CAMPAIGN) == answers.members(CAMPAIGN)
        assert copy.texts(CAMPAIGN, ["mots"]) == answers.texts(CAMPAIGN, ["mots"])
        assert copy.publication(CAMPAIGN) == "{}"


@pytest.mark.parametrize("lasting", [False, True])
def test_a_connection_is_held_only_where_it_lasts(tmp_path: Path, lasting: bool) -> None:
    """A worker makes its letters anew each minute: it must not keep one more connection each time."""
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    with opened(tmp_path) as store:
        driver = store._driver
        assert isinstance(driver, Postgres)

        def connections() -> int:
            return int(driver.ask(count, ()).fetchall()[0][0])

        before = connections()
        held = [Answers(open_boxes(PLACES.of(tmp_path), patience=5.0, lasting=lasting)) for _ in range(5)]
        for answers in held:
            answers.add(CAMPAIGN, [("avis", "1")], DAY)
            assert answers.people(CAMPAIGN) > 0
        _until(lambda: connections() == before + (5 if lasting else 0))
        for answers in held:
            answers.release()
            answers.release()
        _until(lambda: connections() == before)
        assert held[0].people(CAMPAIGN) == 5
        held[0].release()


def _until(holds: Callable[[], bool]) -> None:
    """A connection ends a moment after it was closed."""
    until = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)
