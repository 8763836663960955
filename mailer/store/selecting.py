"""Who is selected: everyone on the lists, or those who joined since; streams in the order of numbers.

SQLite sorts and joins a million rows in 7 s, the rows of people being anywhere in the file; read from
indexes alone and merged here, they take 2.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from heapq import merge

from mailer.store.conditions import Condition
from mailer.store.driver import Driver, Row
from mailer.store.sieve import EVERYBODY, Sieve
from mailer.store.streams import Ranked, merged, only, told, without

Selected = Iterator[
    tuple[int, int, str]
]  # subscriber, rank of the first list, why set aside: empty, it is not

_WHY = ("suppressed", "left-out")


def everyone(driver: Driver, lists: Sequence[str], sieve: Sieve = EVERYBODY) -> Selected:
    """Whom `lists` hold now, of those whom the sieve keeps, each once."""
    return _judged(driver, _members(driver, lists), sieve)


def among(selected: Selected, chosen: Callable[[int], bool] | None) -> Selected:
    """Those of them that are `chosen`; None: all."""
    if chosen is None:
        return selected
    return (one for one in selected if chosen(one[0]))


def newcomers(driver: Driver, campaign: str, lists: Sequence[str], sieve: Sieve = EVERYBODY) -> Selected:
    """Whom `lists` hold now and an earlier wave of `campaign` does not, of those whom the sieve keeps now.

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
    return _judged(driver, fresh, sieve)


def _judged(driver: Driver, members: Ranked, sieve: Sieve) -> Selected:
    """Those whom the sieve keeps, and why some of them are set aside."""
    if sieve.keeps is not None:
        members = only(members, _meant(driver, sieve.selected(shared=driver.remote)))
    aside = [_numbers(driver.rows("suppressed_people"))]
    if sieve.leaves_out:
        aside.append(_meant(driver, sieve.left_out(shared=driver.remote)))
    return told(members, aside, _WHY)


def _meant(driver: Driver, condition: Condition) -> Iterator[int]:
    return _numbers(driver.sought("segment_members", condition))


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
