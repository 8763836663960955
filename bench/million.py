"""A list of a million beside one of ten thousand: memory, cost a recipient, the launch. Takes five minutes.

Not part of `python -m bench`: `make soak` runs it once. `MAILER_BENCH_MANY` asks for another number.
"""

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.premises import SLUG, Used, copy_of, furnish, programs, run, send, sink
from bench.rows import Row

FEW = 10_000
MANY = int(os.environ.get("MAILER_BENCH_MANY", "1000000"))
_MEMORY = 1.1
_COST = 1.1
_LAUNCH_S = 5.0


def measure() -> list[Row]:
    """Once each: of a million messages, chance is no great part."""
    try:
        programs()
    except FileNotFoundError as missing:
        sys.stderr.write(f"*** NOT MEASURED: {missing} ***\n")
        return [("million: smtp-sink is missing", 0, "", "", False)]
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        for folder, count in (("one", 1), ("few", FEW), ("many", MANY)):
            (base / folder).mkdir()
            furnish(base / folder, count)
        launch = _launch(base / "many", base / "run") - _launch(base / "one", base / "run")
        one, few, many = (
            _send(base, folder, count) for folder, count in (("one", 1), ("few", FEW), ("many", MANY))
        )
    return _rows(launch, one, few, many)


def _rows(launch: float, one: Used, few: Used, many: Used) -> list[Row]:
    costs = [(used.cpu - one.cpu) / count * 1000 for used, count in ((few, FEW), (many, MANY))]
    memory, cost = many.peak / few.peak, costs[1] / costs[0]
    return [
        (f"million: launch of {MANY} people", launch, "s", f"≤ {_LAUNCH_S}", launch <= _LAUNCH_S),
        (f"million: peak memory, {FEW} people", few.peak, "MB", "", True),
        (f"million: peak memory, {MANY} people", many.peak, "MB", "", True),
        ("million: ratio of the two", memory, "×", f"≤ {_MEMORY}", memory <= _MEMORY),
        (f"million: CPU a message, {FEW} people", costs[0], "ms", "", True),
        (f"million: CPU a message, {MANY} people", costs[1], "ms", "", True),
        ("million: ratio of the costs", cost, "×", f"≤ {_COST}", cost <= _COST),
        (f"million: rate, {MANY} people", MANY / many.seconds, "/s", "", True),
    ]


def _launch(folder: Path, where: Path) -> float:
    """Seconds of a launch whose sending begins another day."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    copy_of(folder, where, port=1)
    return run(where, "send", SLUG, "--yes", "--at", tomorrow, code=75).seconds


def _send(base: Path, folder: str, count: int) -> Used:
    with sink() as port:
        return send(copy_of(base / folder, base / "run", port=port), count)
