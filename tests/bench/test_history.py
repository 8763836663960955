"""The history of the measurements: what is compared with what, and when a run is a step back."""

import json
from pathlib import Path

import pytest

from bench import history
from bench.rows import Row

RATIO: Row = ("send: ratio", 0.70, "×", "≥ 0.65", True)
MEMORY: Row = ("send: memory", 1.10, "×", "≤ 1.2", True)


def run(machine: str, **rows: float) -> str:
    return json.dumps({"at": "2026-11-26T08:00Z", "machine": machine, "rows": rows})


def before(*values: float, name: str = "send: ratio", machine: str = "") -> list[str]:
    return [run(machine or history.machine(), **{name: value}) for value in values]


@pytest.mark.parametrize(
    ("values", "worse"),
    [
        ([0.70, 0.72, 0.68], False),
        ([0.87, 0.87, 0.87], False),  # a little less than a fifth
        ([0.90, 0.90, 0.90], True),
        ([0.90, 0.70, 0.70], False),  # the median counts, not the best
        ([2.0] * 10 + [0.70] * 10, False),  # the last ten alone
        ([], False),
    ],
)
def test_a_fifth_lost_is_a_step_back(values: list[float], worse: bool) -> None:
    assert bool(history.against([RATIO], before(*values))) is worse


def test_what_should_be_small_is_worse_when_it_grows() -> None:
    assert not history.against([MEMORY], before(0.95, name="send: memory"))
    assert history.against([MEMORY], before(0.90, name="send: memory"))
    assert not history.against([MEMORY], before(2.0, name="send: memory"))


def test_another_machine_says_nothing() -> None:
    assert not history.against([RATIO], before(5.0, machine="another"))


def test_a_run_is_a_line_that_the_next_one_reads(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    assert history.read(path) == []
    history.note([RATIO], path)
    history.note([("send: ratio", 0.5, "×", "≥ 0.65", False)], path)
    [first, second] = history.read(path)
    assert json.loads(first)["rows"] == {"send: ratio": 0.70}
    assert history.against([RATIO], [first, second]) == []
    slow: Row = ("send: ratio", 0.40, "×", "≥ 0.65", False)
    [(name, usual, *_, met)] = history.against([slow], [first])
    assert (name, usual, met) == ("send: ratio: before", 0.70, False)
