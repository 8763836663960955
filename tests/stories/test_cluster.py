"""Several machines on one PostgreSQL: real workers, killed and stopped; nobody twice, nobody forgotten."""

import re
import signal
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.server import Server
from tests.stories.sending import CONNECTIONS, SLUG, address
from tests.stories.several import Worker, cluster, detach, wait_until

pytestmark = pytest.mark.xdist_group("machines")
PEOPLE = 620  # two slices


def counted(worker: Worker) -> float:
    """How many a worker says that it has sent."""
    found = re.search(r"Metrics are at (\S+?)\.?$", worker.said(), re.MULTILINE)
    assert found is not None
    with urllib.request.urlopen(found[1]) as answer:
        text = answer.read().decode()
    return sum(float(value) for value in re.findall(r"^mailer_sent_total\{.*\} (\S+)$", text, re.MULTILINE))


def everyone(people: int) -> dict[str, int]:
    return {address(number): 1 for number in range(people)}


def test_two_workers_share_a_campaign(tmp_path: Path, server: Server) -> None:
    """From `send --detach` to the end, each person once."""
    people = 1600  # four slices: with two, the first worker may well have both before the other is called
    with cluster(tmp_path, server.make_database(), people, delay_ms=10) as there:
        workers = [there.worker("--metrics", "0") for _ in range(2)]
        said = detach(there)
        assert f"mailer status {SLUG} --watch" in said
        assert "No worker" not in said
        figures = there.wait()
        assert (figures["sent"], figures["unknown"]) == (people, 0)
        assert there.house.arrived() == everyone(people)
        parts = [counted(worker) for worker in workers]
        assert sum(parts) == people
        assert min(parts) >= 50, parts  # none of them idle
        assert [worker.end() for worker in workers] == [0, 0]
        assert "Already sent" in there.house.mailer("send", SLUG, "--detach").err


def test_one_is_killed_and_the_other_goes_on(tmp_path: Path, server: Server) -> None:
    """P1, P2, P8, P9: what the dead one had marked is unknown, the rest taken up once its lease ran out."""
    with cluster(tmp_path, server.make_database(), PEOPLE, delay_ms=10) as there:
        first = there.worker(lease=3)
        detach(there)
        wait_until(lambda: len(there.house.arrived()) > 40)
        first.kill()
        there.worker(lease=3)
        said = there.wait()
        assert said["unknown"] <= CONNECTIONS
        assert said["sent"] + said["unknown"] == PEOPLE
        arrived = there.house.arrived()
        assert max(arrived.values()) == 1
        assert len(arrived) >= said["sent"]


def test_sigterm_leaves_nothing_in_flight(tmp_path: Path, server: Server) -> None:
    """P12; what it gives back is taken up at once, not after a lease."""
    with cluster(tmp_path, server.make_database(), PEOPLE, delay_ms=15) as there:
        first, second = there.worker(), there.worker()
        detach(there)
        wait_until(lambda: len(there.house.arrived()) > 60)
        assert first.end() == 0
        wait_until(lambda: "Finishing what is on its way" in first.said())
        begun = time.monotonic()
        said = there.wait()
        assert time.monotonic() - begun < 50  # the lease is a minute
        assert (said["sent"], said["unknown"], said["in_flight"]) == (PEOPLE, 0, 0)
        assert there.house.arrived() == everyone(PEOPLE)
        assert second.end() == 0


def test_sigterm_twice_ends_it_now(tmp_path: Path, server: Server) -> None:
    with cluster(tmp_path, server.make_database(), 30, delay_ms=5000) as there:
        worker = there.worker()
        detach(there)
        wait_until(lambda: there.house.status()["in_flight"] > 0)
        worker.process.send_signal(signal.SIGTERM)
        wait_until(lambda: "Finishing" in worker.said())
        begun = time.monotonic()
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(20) == 130
        assert time.monotonic() - begun < 4


def test_a_pause_is_seen_within_a_second_and_resumed_at_once(tmp_path: Path, server: Server) -> None:
    with cluster(tmp_path, server.make_database(), PEOPLE, delay_ms=15) as there:
        for _ in range(2):
            there.worker()
        detach(there)
        wait_until(lambda: len(there.house.arrived()) > 60)
        assert there.house.mailer("pause", SLUG).code == 0
        time.sleep(1.3)  # a tick, and what is in flight
        have = len(there.house.arrived())
        time.sleep(1.5)
        assert len(there.house.arrived()) == have < PEOPLE
        assert there.house.status()["in_flight"] == 0
        resumed = there.house.mailer("resume", SLUG)
        assert "the workers carry it" in resumed.err
        wait_until(lambda: len(there.house.arrived()) > have, timeout=2)
        assert there.wait()["sent"] == PEOPLE
        assert there.house.arrived() == everyone(PEOPLE)


def test_cancelled_nobody_more_is_written_to(tmp_path: Path, server: Server) -> None:
    with cluster(tmp_path, server.make_database(), PEOPLE, delay_ms=15) as there:
        for _ in range(2):
            there.worker()
        detach(there)
        wait_until(lambda: len(there.house.arrived()) > 60)
        assert there.house.mailer("cancel", SLUG).code == 0
        wait_until(lambda: there.house.status()["in_flight"] == 0)
        said = there.house.status()
        assert (said["status"], said["pending"], said["unknown"]) == ("cancelled", 0, 0)
        assert said["sent"] == sum(there.house.arrived().values())
        assert said["sent"] + said["excluded"] == PEOPLE


def test_a_scheduled_campaign_begins_by_itself(tmp_path: Path, server: Server) -> None:
    with cluster(tmp_path, server.make_database(), 20) as there:
        there.worker()
        at = datetime.now(UTC) + timedelta(seconds=6)
        assert "It begins" in detach(there, "--at", at.isoformat())
        time.sleep(2)
        assert there.house.status()["status"] == "scheduled"
        there.wait(timeout=30)
        assert there.house.arrived() == everyone(20)


def test_one_missed_by_hours_asks_first(tmp_path: Path, server: Server) -> None:
    with cluster(tmp_path, server.make_database(), 20) as there:
        detach(there, "--at", (datetime.now(UTC) + timedelta(hours=1)).isoformat())
        there.tell("UPDATE campaign SET starts_at = '2026-01-01T08:00:00.000Z'")
        there.worker()
        assert there.wait("paused", timeout=15)["reason"] == "missed"
        assert there.house.arrived() == {}
        assert there.house.mailer("resume", SLUG).code == 0
        there.wait(timeout=15)
        assert there.house.arrived() == everyone(20)


def test_the_first_ones_are_twenty_in_all(tmp_path: Path, server: Server) -> None:
    """Not twenty a worker; the others follow when the pause is over."""
    with cluster(tmp_path, server.make_database(), PEOPLE, delay_ms=30) as there:
        detach(there)  # no worker yet
        there.tell("UPDATE campaign SET hold_until = '2099-01-01T00:00:00.000Z'")
        for _ in range(3):
            there.worker("--pumps", "2")
        wait_until(lambda: len(there.house.arrived()) >= 20)
        for _ in range(40):
            assert len(there.house.arrived()) == 20
            time.sleep(0.1)
        there.tell("UPDATE campaign SET hold_until = '2026-01-01T00:00:00.000Z'")
        assert there.wait()["sent"] == PEOPLE
        assert there.house.arrived() == everyone(PEOPLE)


def test_all_jobs_lost_nothing_is_lost(tmp_path: Path, server: Server) -> None:
    with cluster(tmp_path, server.make_database(), PEOPLE, delay_ms=15) as there:
        there.worker()
        detach(there)
        wait_until(lambda: len(there.house.arrived()) > 60)
        [[schema]] = there.tell("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'mailer_jobs_%'")
        there.tell(f"TRUNCATE {schema}.procrastinate_jobs CASCADE")
        assert there.wait()["sent"] == PEOPLE
        assert there.house.arrived() == everyone(PEOPLE)


def test_without_a_worker_it_waits_and_says_so(tmp_path: Path, server: Server) -> None:
    with cluster(tmp_path, server.make_database(), 5) as there:
        assert "No worker gives a sign of life" in detach(there)
        assert there.house.status()["status"] == "running"
        there.worker()
        assert there.wait(timeout=15)["sent"] == 5


def test_a_terminal_is_one_sender_more(tmp_path: Path, server: Server) -> None:
    with cluster(tmp_path, server.make_database(), PEOPLE, delay_ms=10) as there:
        there.worker()
        run = there.house.mailer("send", SLUG, "--yes")
        assert run.code == 0, run.err
        assert there.wait()["sent"] == PEOPLE
        assert there.house.arrived() == everyone(PEOPLE)


def test_postgresql_restarts_in_the_middle(tmp_path: Path, server: Server) -> None:
    """Workers stop before the next body, and begin again by themselves."""
    with cluster(tmp_path, server.make_database(), PEOPLE, delay_ms=15) as there:
        workers = [there.worker() for _ in range(2)]
        detach(there)
        wait_until(lambda: len(there.house.arrived()) > 60)
        server.restart()
        said = there.wait()
        assert said["sent"] + said["unknown"] == PEOPLE
        assert said["unknown"] <= CONNECTIONS * len(workers)
        arrived = there.house.arrived()
        assert max(arrived.values()) == 1
        assert said["sent"] <= len(arrived)
        assert [worker.end() for worker in workers] == [0, 0]
