"""What earlier runs gave on this kind of machine: a target met is not enough when a fifth was lost."""

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import Row

HISTORY = Path(__file__).with_name("history.jsonl")
_LAST = 10
_WORSE = 0.20


def machine() -> str:
    """What two runs must share to be compared."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {_processor()}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown processor"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")


def against(rows: Sequence[Row], lines: Iterable[str]) -> list[Row]:
    """A row for each measure with a target that is worse, by a fifth, than the median of the last ten."""
    before = [json.loads(line) for line in lines]
    alike = [run["rows"] for run in before if run["machine"] == machine()][-_LAST:]
    found: list[Row] = []
    for name, value, unit, target, _ in rows:
        known = [run[name] for run in alike if name in run]
        if target and known and _worse(value, usual := statistics.median(known), target):
            found.append((f"{name}: before", usual, unit, f"within {_WORSE:.0%}", False))
    return found


def _worse(value: float, usual: float, target: str) -> bool:
    if target.startswith("≥"):
        return value < usual * (1 - _WORSE)
    return value > usual * (1 + _WORSE)


def note(rows: Sequence[Row], path: Path = HISTORY) -> None:
    """Add this run to the history."""
    run = {
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "machine": machine(),
        "rows": {name: float(f"{value:.4g}") for name, value, *_ in rows},
    }
    with path.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(run, ensure_ascii=False) + "\n")


def read(path: Path = HISTORY) -> list[str]:
    """The lines of the history, the oldest first."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
