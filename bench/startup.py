"""How long `mailer --help` takes, beside an interpreter that does nothing."""

import statistics
import subprocess
import sys
import time

from bench.rows import Row

_LIMIT_MS = 200
_ROUNDS = 9


def measure() -> list[Row]:
    """Medians; the bare interpreter tells how much of it is Python itself."""
    bare = _median("-c", "pass")
    help_ = _median("-m", "mailer", "--help")
    return [
        ("python -c pass", bare, "ms", "", True),
        ("mailer --help", help_, "ms", f"≤ {_LIMIT_MS}", help_ <= _LIMIT_MS),
    ]


def _median(*arguments: str) -> float:
    return statistics.median(_once(arguments) for _ in range(_ROUNDS)) * 1000


def _once(arguments: tuple[str, ...]) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun
