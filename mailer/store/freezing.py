"""Freezing a wave: the selected become slices of numbers, written in groups as they are read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.delivery import State, Tally
from mailer.store.driver import Driver
from mailer.store.selecting import Selected

_TOGETHER = 50  # slices in one call
_ASIDE = 5000  # rows of people set aside, in one call


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A wave that is being frozen; its row is there."""

    campaign: str
    number: int
    edition: int
    lists: Sequence[str]
    first: frozenset[int] = frozenset()  # subscribers who are written to before the others
    at: str  # the instant, as it is stored


def freeze(driver: Driver, wave: Wave, selected: Selected, size: int) -> Tally:
    """The wave's audience in slices of `size`; who is set aside is so at once, and counted.

    Memory does not grow with the audience.
    """
    found = driver.row("next_slice_number", campaign=wave.campaign)
    assert found is not None
    slices, aside = _Slices(driver, wave, found[0], size), _Aside(driver, wave)
    early: list[tuple[int, int]] = []
    for number, rank, why in selected:
        if why:
            aside.add(number, rank, why)
        elif number in wave.first:
            early.append((number, rank))
        else:
            slices.add(number, rank)
    slices.end(early)
    aside.write()
    audience = slices.people + aside.people
    driver.run("set_audience", campaign=wave.campaign, number=wave.number, audience=audience)
    driver.run("add_readers", campaign=wave.campaign, number=wave.edition, people=audience)
    return Tally(audience=audience, excluded=aside.people, pending=slices.people)


class _Slices:
    """Gathers people, and writes slices; the first number is kept for those who come first."""

    def __init__(self, driver: Driver, wave: Wave, first: int, size: int) -> None:
        self._driver, self._wave, self._first, self._size = driver, wave, first, size
        self._number = first
        self._gathered: list[tuple[int, int]] = []
        self._rows: list[dict[str, object]] = []
        self.people = 0

    def add(self, subscriber: int, rank: int) -> None:
        self._gathered.append((subscriber, rank))
        if len(self._gathered) == self._size:
            self._next()

    def end(self, early: list[tuple[int, int]]) -> None:
        self._next()
        self._slice(self._first, early)
        self._write()

    def _next(self) -> None:
        self._number += 1
        self._slice(self._number, self._gathered)
        self._gathered = []

    def _slice(self, number: int, gathered: list[tuple[int, int]]) -> None:
        if not gathered:
            return
        members: dict[str, list[int]] = {}
        for subscriber, rank in gathered:
            members.setdefault(self._wave.lists[rank], []).append(subscriber)
        self.people += len(gathered)
        self._rows.append(
            {
                "campaign": self._wave.campaign,
                "number": number,
                "wave": self._wave.number,
                "state": "waiting",
                "size": len(gathered),
                "members": json.dumps(members, separators=(",", ":")),
            }
        )
        if len(self._rows) == _TOGETHER:
            self._write()

    def _write(self) -> None:
        self._driver.run_many("add_slice", self._rows)
        self._rows = []


class _Aside:
    """Who is suppressed or left out: a row each, so that they are counted and never asked about again."""

    def __init__(self, driver: Driver, wave: Wave) -> None:
        self._driver = driver
        self._wave = wave
        self._rows: list[dict[str, object]] = []
        self.people = 0

    def add(self, subscriber: int, rank: int, why: str) -> None:
        self.people += 1
        self._rows.append(
            {
                "campaign": self._wave.campaign,
                "subscriber": subscriber,
                "wave": self._wave.number,
                "edition": self._wave.edition,
                "slice": 0,
                "list": self._wave.lists[rank],
                "state": State.EXCLUDED.value,
                "reason": why,
                "settled_at": self._wave.at,
            }
        )
        if len(self._rows) == _ASIDE:
            self.write()

    def write(self) -> None:
        self._driver.run_many("add_delivery", self._rows)
        self._rows = []
