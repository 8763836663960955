"""Ordered streams of numbers: merged, and taken from one another, while none of them is held in memory."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge

Ranked = Iterator[tuple[int, int]]  # a number, and which stream it comes from


def merged(streams: Sequence[Iterable[int]]) -> Ranked:
    """Each number of `streams` once, in order, with the place of the first stream that holds it."""
    if len(streams) == 1:
        yield from _ranked(streams[0], 0)
        return
    last = None
    for number, rank in merge(*(_ranked(stream, rank) for rank, stream in enumerate(streams))):
        if number != last:
            yield number, rank
            last = number


def _ranked(stream: Iterable[int], rank: int) -> Ranked:
    return ((number, rank) for number in stream)


def flagged(numbers: Ranked, flags: Iterable[int]) -> Iterator[tuple[int, int, bool]]:
    """Each of `numbers` with whether it is one of `flags`, which are in order too."""
    waiting = iter(flags)
    flag = next(waiting, None)
    for number, rank in numbers:
        while flag is not None and flag < number:
            flag = next(waiting, None)
        yield number, rank, flag == number


def told(
    numbers: Ranked, streams: Sequence[Iterable[int]], words: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    """Each of `numbers` with the word of the first of `streams` that holds it, or an empty one."""
    waiting = merged(streams)
    flag, which = next(waiting, _NEVER)
    for number, rank in numbers:
        while flag is not None and flag < number:
            flag, which = next(waiting, _NEVER)
        yield number, rank, words[which] if flag == number else ""


_NEVER: tuple[int | None, int] = (None, 0)


def only(numbers: Ranked, kept: Iterable[int]) -> Ranked:
    """Those of `numbers` that are among `kept` too."""
    return ((number, rank) for number, rank, is_kept in flagged(numbers, kept) if is_kept)


def without(numbers: Ranked, *removed: Iterable[int]) -> Ranked:
    """`numbers` but for those of any of `removed`."""
    return ((number, rank) for number, rank, gone in flagged(numbers, merge(*removed)) if not gone)
