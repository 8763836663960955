"""P1-P5, P8, P9 on PostgreSQL: several machines send one campaign; machines, network and database fail."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.command import ROOT, environment
from tests.store.proxy import before
from tests.store.server import Server
from tests.stories.sending import CONNECTIONS, SLUG, House, address, ended, house, kill

pytestmark = pytest.mark.xdist_group("machines")
PEOPLE = 300
LEASE = 3.0
EVERYONE = {address(number): 1 for number in range(PEOPLE)}


class Machines:
    """A house whose database several machines share; each has its own folder and its own log."""

    def __init__(self, house: House, url: str) -> None:
        self.house = house
        self.url = url

    def machine(self, name: str) -> Path:
        """Another machine's folder: the same settings and keys, nothing of what this one has written."""
        here = self.house.mailer.folder
        there = here.with_name(name)
        shutil.copytree(here, there, ignore=shutil.ignore_patterns("objections.log", "*.jsonl"))
        return there

    def sender(self, folder: Path, url: str = "") -> "subprocess.Popen[bytes]":
        """A sender with a short lease, left running."""
        words = [str(folder), "--lease", str(LEASE), "--database", url or self.url]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.stories.sender", *words],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def launched(self) -> None:
        """By `send --limit 1`: the rest waits."""
        assert self.house.mailer("send", SLUG, "--yes", "--limit", "1").code == 0

    def oracle(self, lost: int, people: int = PEOPLE) -> None:
        """sent means once, unknown at most once, anything else never."""
        said = self.house.status()
        arrived, unknown = self.house.arrived(), set(said["unknown_addresses"])
        assert max(arrived.values(), default=0) <= 1
        assert said["unknown"] == len(unknown) <= lost
        assert said["status"] == "finished"
        assert said["sent"] == len(set(arrived) - unknown) == people - len(unknown)


@contextmanager
def machines(
    folder: Path, server: Server, *, people: int = PEOPLE, delay_ms: float = 20
) -> Iterator[Machines]:
    url = server.make()
    (folder / "one").mkdir()
    with house(folder / "one", people, delay_ms=delay_ms, database=url) as there:
        yield Machines(there, url)


def done(process: "subprocess.Popen[bytes]") -> int:
    """How many outcomes a sender has seen of a campaign that came to its end."""
    code, out, _ = ended(process, timeout=90)
    end, outcomes = out.split()
    assert (code, end) == (0, "done")
    return int(outcomes)


def test_two_machines_share_one_campaign(tmp_path: Path, server: Server) -> None:
    people = 1100  # three slices
    with machines(tmp_path, server, people=people, delay_ms=30) as there:
        there.launched()
        one, two = there.sender(there.house.mailer.folder), there.sender(there.machine("two"))
        first, second = done(one), done(two)
        assert min(first, second) >= 100
        assert there.house.arrived() == {address(number): 1 for number in range(people)}
        there.oracle(0, people)
        assert (tmp_path / "two/subscribers/objections.log").read_text().count('"joined"') == 1


def test_the_same_command_on_two_machines(tmp_path: Path, server: Server) -> None:
    with machines(tmp_path, server) as there:
        folder = there.machine("two")
        first = there.house.send()
        there.house.wait_for(5, first)
        second = there.house.send(cwd=folder)
        assert ended(first)[0] == 0
        assert ended(second)[0] == 0
        assert there.house.arrived() == EVERYONE
        there.oracle(0)


def test_a_machine_that_dies_is_followed_by_another(tmp_path: Path, server: Server) -> None:
    with machines(tmp_path, server, delay_ms=60) as there:
        there.launched()
        dying = there.sender(there.machine("two"))
        there.house.wait_for(30, dying)
        living = there.sender(there.house.mailer.folder)
        there.house.wait_for(60, living)
        kill(dying)
        assert done(living)
        there.oracle(CONNECTIONS)


def test_postgresql_is_restarted_in_the_middle(tmp_path: Path, server: Server) -> None:
    with machines(tmp_path, server) as there:
        there.launched()
        process = there.sender(there.house.mailer.folder)
        for mode, count in (("fast", 40), ("immediate", 120)):
            there.house.wait_for(count, process)
            server.stop(mode)
            time.sleep(0.5)
            server.start()
        assert done(process)
        there.oracle(0)


def test_a_network_cut_for_longer_than_a_lease_in_the_middle_of_dialogues(
    tmp_path: Path, server: Server
) -> None:
    with machines(tmp_path, server, delay_ms=60) as there, before(server.port) as proxy:
        there.launched()
        url = there.url.replace(f":{server.port}/", f":{proxy.port}/")
        cut_off = there.sender(there.machine("two"), url)
        there.house.wait_for(20, cut_off)
        proxy.pause()
        living = there.sender(there.house.mailer.folder)
        assert done(living)
        proxy.go_on()
        code, out, _ = ended(cut_off)
        assert code == 0
        assert out.split()[0] in ("done", "halted")
        there.oracle(CONNECTIONS)


def test_answers_to_commits_that_never_come(tmp_path: Path, server: Server) -> None:
    with machines(tmp_path, server) as there, before(server.port) as proxy:
        there.launched()
        process = there.sender(
            there.house.mailer.folder, there.url.replace(f":{server.port}/", f":{proxy.port}/")
        )
        for count in range(20, 260, 20):
            there.house.wait_for(count, process)
            proxy.eats = 1
        assert done(process)
        assert proxy.eaten >= 5
        assert there.house.arrived() == EVERYONE
        there.oracle(0)


def test_cancelled_by_another_machine(tmp_path: Path, server: Server) -> None:
    with machines(tmp_path, server, delay_ms=60) as there:
        there.launched()
        process = there.sender(there.machine("two"))
        there.house.wait_for(20, process)
        assert there.house.mailer("cancel", SLUG).code == 0
        assert ended(process)[1].split()[0] == "halted"
        said = there.house.status()
        assert (said["status"], said["pending"], said["in_flight"], said["unknown"]) == ("cancelled", 0, 0, 0)
        assert said["sent"] == len(there.house.arrived()) == PEOPLE - said["excluded"]
