"""P1-P4, P7, P12: killed at any moment, the same command goes on; nobody twice, nobody forgotten."""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soak import kills
from tests.stories.sending import SLUG, address, ended, figures, house

PEOPLE = 200
SEED = int(os.environ.get("KILL_SEED") or random.randrange(10**6))  # a failing run prints its own


@pytest.mark.parametrize("one", range(10))
def test_killed_at_any_moment(tmp_path: Path, one: int) -> None:
    """Two hundred of a thousand people: `python -m tests.soak.kills`."""
    done = kills.run(tmp_path, SEED + one, people=80, kills=2)
    assert done.faults == [], f"KILL_SEED={SEED + one}"


def test_finished_it_is_not_sent_again(tmp_path: Path) -> None:
    with house(tmp_path, 10) as there:
        assert ended(there.send())[0] == 0
        code, out, err = ended(there.send("--json"))
        assert (code, figures(out)["sent"]) == (0, 10)
        assert "Already sent" in err
        assert there.arrived() == {address(number): 1 for number in range(10)}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_finishes_what_is_in_flight(tmp_path: Path, number: signal.Signals) -> None:
    with house(tmp_path, PEOPLE, delay_ms=50) as there:
        process = there.send()
        there.wait_for(5, process)
        process.send_signal(number)
        code, _, err = ended(process)
        assert code == 130
        assert "The same command goes on" in err
        said = there.status()
        assert (said["unknown"], said["in_flight"]) == (0, 0)
        assert said["sent"] == sum(there.arrived().values()) < PEOPLE
        assert ended(there.send())[0] == 0
        assert there.arrived() == {address(number): 1 for number in range(PEOPLE)}


def test_asked_twice_it_stops_at_once(tmp_path: Path) -> None:
    with house(tmp_path, PEOPLE, delay_ms=5000) as there:
        process = there.send()
        _until(lambda: "in_flight" in there.states().values())
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert ended(process)[0] == 130
        assert time.monotonic() - begun < 3


def _until(holds: Callable[[], bool]) -> None:
    """The server's delay is longer than what this takes: the messages stay in flight."""
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.1])
def test_asked_again_while_it_leaves_it_ends_the_same_way(tmp_path: Path, pause: float) -> None:
    """The first signal strikes before anything is sent, the second while the process is on its way out."""
    with house(tmp_path, 1, delay_ms=5000) as there:
        process = there.send()
        _until(lambda: "in_flight" in there.states().values())
        for _ in range(40):
            process.send_signal(signal.SIGINT)
            time.sleep(pause / 4)
            if process.poll() is not None:
                break
        assert ended(process)[0] == 130


def test_a_second_send_leaves_and_names_the_first(tmp_path: Path) -> None:
    with house(tmp_path, PEOPLE, delay_ms=50) as there:
        first = there.send()
        there.wait_for(2, first)
        code, _, err = ended(there.send())
        assert code == 75
        assert str(first.pid) in err
        assert ended(first)[0] == 0
        assert there.arrived() == {address(number): 1 for number in range(PEOPLE)}


def test_paused_resumed_and_cancelled_from_elsewhere(tmp_path: Path) -> None:
    with house(tmp_path, PEOPLE, delay_ms=50) as there:
        process = there.send()
        there.wait_for(5, process)
        assert there.mailer("pause", SLUG).code == 0
        code, _, err = ended(process)
        assert (code, there.status()["status"]) == (130, "paused")
        assert f"mailer resume {SLUG}" in err
        assert there.mailer("resume", SLUG).code == 0
        process = there.send()
        there.wait_for(len(there.arrived()) + 5, process)
        assert there.mailer("cancel", SLUG).code == 0
        assert ended(process)[0] == 1
        said = there.status()
        assert (said["status"], said["pending"], said["unknown"]) == ("cancelled", 0, 0)
        assert said["sent"] == sum(there.arrived().values())
        assert said["sent"] + said["excluded"] == PEOPLE


def test_who_leaves_while_it_is_sent_gets_nothing(tmp_path: Path) -> None:
    """P10: from the moment `unsubscribe` has answered."""
    with house(tmp_path, PEOPLE, delay_ms=40) as there:
        process = there.send()
        there.wait_for(3, process)
        have = set(there.arrived())
        leaving = next(address(number) for number in range(PEOPLE) if address(number) not in have)
        assert there.mailer("subscribers", "unsubscribe", leaving, "--all").code == 0
        before = there.arrived()[leaving]
        assert ended(process)[0] == 0
        assert there.arrived()[leaving] == before
        if not before:
            assert there.status()["excluded"] == 1


def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    """Nothing leaves unmarked meanwhile."""
    with house(tmp_path, PEOPLE, delay_ms=20) as there:
        process = there.send()
        there.wait_for(5, process)
        other = sqlite3.connect(tmp_path / "subscribers/mailer.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(0.3)  # what was marked before may still arrive
        have = len(there.arrived())
        time.sleep(1)
        assert len(there.arrived()) == have
        other.execute("COMMIT")
        other.close()
        assert ended(process)[0] == 0
        assert there.arrived() == {address(number): 1 for number in range(PEOPLE)}


def test_told_to_come_back_later(tmp_path: Path) -> None:
    """In 45 minutes: the terminal is given back, with the time."""
    with house(tmp_path, 5, rules=("rcpt=452*2",)) as there:
        code, _, err = ended(there.send())
        said = there.status()
        assert (said["deferred"], said["sent"]) == (2, 3)
        assert code == 75
        assert "next attempt" in err
        assert said["next_attempt"] is not None
