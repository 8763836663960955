"""Rates: how many messages may leave within any second, hour, day, counted for all processes that send.

A limit's period is cut into forty cells. Permits are counted in the cell of their moment, and a cell counts
until its end has left the window: so no window of the period ever holds more than the limit, whoever took
them, and a limit that is wanted without end is used to 97 parts of 100 (40/41). See docs/decisions/0016.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from mailer.delivery import Granted
from mailer.store.driver import Driver

_CELLS = 40
_LATE_MS = 10_000  # on the wall: less than that, others were in the way

# (period in seconds, messages); see `deliver.pace.Limits.windows`.
Windows = Sequence[tuple[float, int]]


class Rates:
    """The verbs of shared limits; each runs within the caller's transaction, which holds the bucket."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def take(self, bucket: str, windows: Windows, want: int, known: int = -1) -> Granted:
        """Up to `want` permits under all of `windows`, at this instant; none: seconds until there may be one.

        `known`: the bucket's time as this process knows it, the last answer's and what has passed since by a
        clock that never jumps; -1 when it has never asked: then the clock on the wall is believed.
        """
        ticks = self._tick(bucket, known)
        used = self._used(bucket, windows, ticks)
        granted = min(
            want, *(most - sum(cells.values()) for (_, most), cells in zip(windows, used, strict=True))
        )
        if granted <= 0:
            waits = [
                _wait(period, most, cells, ticks) for (period, most), cells in zip(windows, used, strict=True)
            ]
            return Granted(count=0, wait=max(waits), at=ticks)
        for period, _ in windows:
            number = ticks // _cell_ms(period)
            self._driver.run("use_cell", bucket=bucket, period=_ms(period), number=number, used=granted)
        return Granted(count=granted, at=ticks)

    def give_back(self, bucket: str, windows: Windows, at: int, count: int) -> None:
        """Of the permits granted `at` that moment, so many were not used."""
        for period, _ in windows:
            number = at // _cell_ms(period)
            self._driver.run("give_cell_back", bucket=bucket, period=_ms(period), number=number, used=count)

    def ages(self, bucket: str, period: float) -> list[float]:
        """How many seconds ago each of the permits within the period was taken, at least."""
        ticks, width = self._tick(bucket, -1), _cell_ms(period)
        [cells] = self._used(bucket, [(period, 0)], ticks)
        return [
            max(0.0, (ticks - (number + 1) * width) / 1000)
            for number, used in cells.items()
            for _ in range(used)
        ]

    def _tick(self, bucket: str, known: int) -> int:
        """The bucket's time in ms, now."""
        seen = ((self._driver.instant() or self._now()) - _EPOCH) // timedelta(milliseconds=1)
        found = self._driver.row("tick", name=bucket, seen=seen, known=known, late=_LATE_MS)
        assert found is not None
        return int(found[0])

    def _used(self, bucket: str, windows: Windows, ticks: int) -> list[dict[int, int]]:
        """Permits by cell, of the window of each period that ends now; older cells are forgotten."""
        found = [(int(row[0]), int(row[1]), int(row[2])) for row in self._driver.rows("cells", bucket=bucket)]
        counted = []
        for period, _ in windows:
            first = (ticks - _ms(period)) // _cell_ms(period)
            mine = [(number, used) for length, number, used in found if length == _ms(period)]
            counted.append({number: used for number, used in mine if number >= first and used > 0})
            if any(number < first for number, _ in mine):
                self._driver.run("forget_cells", bucket=bucket, period=_ms(period), number=first)
        return counted


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _wait(period: float, most: int, cells: dict[int, int], ticks: int) -> float:
    """Seconds until so many cells have left the window that one more permit is free."""
    held, width = sum(cells.values()), _cell_ms(period)
    for number in sorted(cells):
        if held < most:
            break
        held -= cells[number]
        if held < most:
            return max(0, (number + 1) * width + _ms(period) - ticks) / 1000
    return 0.0


def _ms(period: float) -> int:
    return round(period * 1000)


def _cell_ms(period: float) -> int:
    return _ms(period) // _CELLS
