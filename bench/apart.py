"""A part of the bench in a process of its own: no less memory is told of a child than its parent had."""

from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context

from bench.rows import Row


def measured(part: str) -> list[Row]:
    """The rows of `bench.<part>`."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(_measure, part).result()


def _measure(part: str) -> list[Row]:
    rows: list[Row] = import_module(f"bench.{part}").measure()
    return rows
