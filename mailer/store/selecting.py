"""Who is selected: everyone on the lists, or those who joined since; streams in the order of numbers.

SQLite sorts and joins a million rows in 7 s, the rows of people being anywhere in the file; read from
indexes alone and merged here, they take 2.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from heapq import merge

from mailer.store.driver import Driver, Row
from mailer.store.streams import flagged, merged, without

Selected = Iterator[tuple[int, int, bool]]  # subscriber, rank of the first list, whether suppressed


def everyone(driver: Driver, lists: Sequence[str]) -> Selected:
    """Whom `lists` hold now, each once."""
    return flagged(_members(driver, lists), _numbers(driver.rows("suppressed_people")))


def among(selected: Selected, chosen: Callable[[int], bool] | None) -> Selected:
    """Those of them that are `chosen`; None: all."""
    if chosen is None:
        return selected
    return (one for one in selected if chosen(one[0]))


def newcomers(driver: Driver, campaign: str, lists: Sequence[str]) -> Selected:
    """Whom `lists` hold now and an earlier wave of `campaign` does not.

    Whatever became of those it holds, they are not among them; nor is whoever has now an address that was
    written to as another's.
    """
    waves = [row[0] for row in driver.rows("waves", campaign=campaign)]
    fresh = without(
        _members(driver, lists),
        _numbers(driver.rows("selected_before", campaign=campaign)),
        _numbers(driver.rows("written_before", campaign=campaign)),
        *(_waiting(driver, campaign, wave) for wave in waves),
    )
    return flagged(fresh, _numbers(driver.rows("suppressed_people")))


def _members(driver: Driver, lists: Sequence[str]) -> Iterator[tuple[int, int]]:
    return merged([_numbers(driver.rows("list_members", list=slug)) for slug in lists])


def _numbers(rows: Iterator[Row]) -> Iterator[int]:
    return (row[0] for row in rows)


def _waiting(driver: Driver, campaign: str, wave: int) -> Iterator[int]:
    """People of a wave's slices that nobody has opened: in order but for those who come first."""
    found = driver.row("wave_slice", campaign=campaign, wave=wave, after=0)
    if found is None:
        return iter(())
    return merge(_people(found[1]), _others(driver, campaign, wave, found[0]))


def _others(driver: Driver, campaign: str, wave: int, after: int) -> Iterator[int]:
    while (found := driver.row("wave_slice", campaign=campaign, wave=wave, after=after)) is not None:
        after = found[0]
        yield from _people(found[1])


def _people(members: str) -> list[int]:
    return sorted(number for numbers in json.loads(members).values() for number in numbers)
