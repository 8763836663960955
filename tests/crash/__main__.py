"""At every place of a larger campaign, then at any two: `python -m tests.crash --people 12 --seed 7`."""

import argparse
import random
import sys
import time
from collections import Counter

from tests.crash.campaign import Crashed, crash
from tests.crash.child import Zygote, zygote


class _Sum:
    """What all campaigns came to."""

    def __init__(self) -> None:
        self.deaths = 0
        self.states: Counter[str] = Counter()
        self.failed: list[tuple[int, ...]] = []

    def add(self, places: tuple[int, ...], done: Crashed) -> None:
        self.deaths += done.reached
        self.states.update(done.states.values())
        if done.faults:
            self.failed.append(places)
            sys.stderr.write(f"killed at {places}: {done.faults}\n")


def _every_place(forks: Zygote, asked: argparse.Namespace, until: float, durability: str, total: _Sum) -> int:
    """How many places there are."""
    place = 1
    while time.monotonic() < until:
        done = crash(forks, place, people=asked.people, connections=asked.connections, durability=durability)
        total.add((place,), done)
        if not done.reached:
            break
        place += 1
    return place - 1


def main() -> int:
    """1 if any promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--pairs", type=int, default=500, help="campaigns killed twice, at any two places")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    dice, total, pairs = random.Random(asked.seed), _Sum(), 0
    until = time.monotonic() + asked.minutes * 60
    with zygote() as forks:
        most = [_every_place(forks, asked, until, durability, total) for durability in ("full", "process")]
        while pairs < asked.pairs and time.monotonic() < until:
            places = (dice.randint(1, max(*most, 1)), dice.randint(1, max(*most, 1)))
            durability = dice.choice(("full", "process"))
            done = crash(
                forks, *places, people=asked.people, connections=asked.connections, durability=durability
            )
            total.add(places, done)
            pairs += 1
    figures = ", ".join(f"{count} {state}" for state, count in sorted(total.states.items()))
    sys.stdout.write(
        f"crash: seed {asked.seed}: every place of {most[0]} (full) and {most[1]} (process), {pairs} pairs, "
        f"{total.deaths} deaths; {figures}; {len(total.failed)} failed {total.failed[:20]}\n"
    )
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
