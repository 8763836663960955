"""The long proofs one after the other, each within its share of the time: `python -m tests.soak`.

Each prints one line with its seeds. A seed that failed is told again by its part alone, as that part's own
help says. A list of a million comes last, and takes five minutes more: not when there is less than an hour.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

_PYTHON = sys.executable
_SHARES = {"properties": 0.3, "simulation": 0.3, "crash": 0.1, "kills": 0.2, "machines": 0.1, "million": 0.0}
_TIME_FOR_A_MILLION = 60.0  # minutes


def _properties(_: int, minutes: float) -> tuple[list[str], float]:
    """All property tests with the profile "soak"; what they have found when their time is over."""
    return [_PYTHON, "-m", "pytest", "-q", "-m", "hypothesis", "-p", "no:cacheprovider"], minutes


def _simulation(seed: int, minutes: float) -> tuple[list[str], float]:
    seeds = f"{seed}..{seed + 10_000_000}"
    return [_PYTHON, "-m", "tests.simulation", "--seeds", seeds, "--minutes", str(minutes)], 0


def _crash(seed: int, minutes: float) -> tuple[list[str], float]:
    return [_PYTHON, "-m", "tests.crash", "--seed", str(seed), "--minutes", str(minutes)], 0


def _kills(seed: int, minutes: float) -> tuple[list[str], float]:
    return [_PYTHON, "-m", "tests.soak.kills", "--seed", str(seed), "--minutes", str(minutes)], 0


def _machines(seed: int, minutes: float) -> tuple[list[str], float]:
    return [*_kills(seed, minutes)[0], "--database", "postgres"], 0


def _million(_: int, __: float) -> tuple[list[str], float]:
    return [_PYTHON, "-m", "bench", "million"], 0


_PARTS: dict[str, Callable[[int, float], tuple[list[str], float]]] = {
    "properties": _properties,
    "simulation": _simulation,
    "crash": _crash,
    "kills": _kills,
    "machines": _machines,
    "million": _million,
}


def _run(command: list[str], minutes: float) -> tuple[int, str]:
    """Exit code and last line; after `minutes`, 0 for as long as it likes, it is asked to stop."""
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "soak"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            out, _ = process.communicate(timeout=minutes * 60 or None)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate()
            code = int(" failed" in out)
    lines = [line for line in out.splitlines() if line.strip()]
    if code:
        sys.stdout.write("\n".join(lines[:-1]) + "\n")
    return code, lines[-1] if lines else ""


def main() -> int:
    """1 if any part broke a promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--minutes", type=float, default=120, help="for all of it")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", choices=sorted(_PARTS), action="append", help="this part; may be repeated")
    asked = parser.parse_args()
    chosen = asked.only or [
        name for name in _PARTS if name != "million" or asked.minutes >= _TIME_FOR_A_MILLION
    ]
    whole = sum(_SHARES[name] for name in chosen) or 1.0
    failed = []
    for name in chosen:
        begun = time.monotonic()
        command, limit = _PARTS[name](asked.seed, asked.minutes * _SHARES[name] / whole)
        code, line = _run(command, limit)
        spent = (time.monotonic() - begun) / 60
        sys.stdout.write(f"[{'FAILED' if code else 'held'}] {line} ({name}, {spent:.0f} min)\n")
        sys.stdout.flush()
        failed += [name] * bool(code)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
