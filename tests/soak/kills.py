"""The real command, killed at random times until it is through: `python -m tests.soak.kills --runs 200`.

On SQLite one sender works at a time, over four connections. On PostgreSQL (`--database postgres`, a cluster
of its own) as many as `--senders` work together, each over four; who follows a dead one waits for its lease.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.store import server
from tests.stories.sending import SQLITE, House, house, kill

_MOST_STARTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """What a run came to."""

    seed: int
    kills: int
    lost: int
    states: Counter[str]
    faults: list[str]


def run(
    folder: Path, seed: int, *, people: int, kills: int, database: str = SQLITE, senders: int = 1
) -> Killed:
    """A campaign whose senders are killed `kills` times, at moments thrown by `seed`."""
    dice = random.Random(seed)
    with house(folder, people, delay_ms=dice.choice((0, 2, 10)), database=database) as there:
        faults: list[str] = []
        done = _until_through(there, dice, kills, senders, faults)
        states = there.states()
        faults += there.judge()
        faults += [f"{email} is still {state}" for email, state in states.items() if state not in _FINAL]
        if there.status()["status"] != "finished":
            faults.append("the campaign is not finished")
        return Killed(
            seed=seed, kills=done, lost=there.lost(), states=Counter(states.values()), faults=faults
        )


_FINAL = frozenset({"sent", "refused", "excluded", "unknown"})


def _until_through(there: House, dice: random.Random, kills: int, senders: int, faults: list[str]) -> int:
    """How many were killed; what the oracle said after each is added to `faults`."""
    done = 0
    for _ in range(_MOST_STARTS):
        working = [there.send("--json") for _ in range(senders)]
        while done < kills and working:
            victim = working.pop(dice.randrange(len(working)))
            if not _killed(there, dice, victim):
                break
            done += 1
            if not working:  # while others go on, the two sides cannot be read at one instant
                faults += there.judge()
        codes = [process.wait(timeout=300) for process in working]
        for process in working:
            process.communicate()
        if 0 in codes:
            break
    return done


def _killed(there: House, dice: random.Random, victim: "subprocess.Popen[bytes]") -> bool:
    """At some moment of its work; False: it was through before."""
    have = there.count()
    if dice.random() < 0.8:
        there.wait_for(have + dice.randrange(1, 200), victim, timeout=120)
        time.sleep(dice.random() * 0.02)
    else:
        time.sleep(dice.random() * 1.5)  # while it starts, or whenever
    if victim.poll() is not None:
        victim.communicate()
        return False
    kill(victim)
    return True


@contextmanager
def _databases(kind: str) -> Iterator[Callable[[], str]]:
    """What gives each run a database of its own."""
    if kind == "sqlite":
        yield lambda: SQLITE
        return
    with server.running() as postgres:
        yield postgres.make


def main() -> int:
    """1 if any promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.kills")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=4, help="at most, in each run")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the first run")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--senders", type=int, default=4, help="at the same time, on PostgreSQL")
    parser.add_argument("--minutes", type=float, default=60)
    asked = parser.parse_args()
    begun, states, failed = time.monotonic(), Counter[str](), list[int]()
    runs = kills = lost = 0
    senders = asked.senders if asked.database == "postgres" else 1
    with _databases(asked.database) as new:
        while runs < asked.runs and time.monotonic() - begun < asked.minutes * 60:
            seed = asked.seed + runs
            most = random.Random(seed).randint(1, asked.kills)
            with tempfile.TemporaryDirectory() as folder:
                done = run(
                    Path(folder), seed, people=asked.people, kills=most, database=new(), senders=senders
                )
            runs, kills, lost = runs + 1, kills + done.kills, lost + done.lost
            states.update(done.states)
            if done.faults:
                failed.append(seed)
                sys.stderr.write(f"seed {seed}: {done.faults[:5]}\n")
    figures = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    sys.stdout.write(
        f"kills: {asked.database}, seeds {asked.seed}..{asked.seed + runs - 1}: "
        f"{runs} campaigns of {asked.people}, {kills} kills, {lost} connections lost; {figures}; "
        f"{len(failed)} failed {failed[:20]}\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
