"""How many a second, over the last minute: for whoever reads the figures without a Prometheus server."""

_SECONDS = 60


class Rate:
    """Counts in cells of a second; memory does not grow. Times are a monotonic clock's, in seconds."""

    def __init__(self, now: float) -> None:
        self._cells = [0] * _SECONDS
        self._first = self._last = int(now)

    def add(self, now: float) -> None:
        """One more, at this instant."""
        self._forget(int(now))
        self._cells[self._last % _SECONDS] += 1

    def per_second(self, now: float) -> float:
        """Over the last minute, or since the beginning if that is shorter."""
        self._forget(int(now))
        return sum(self._cells) / min(self._last - self._first + 1, _SECONDS)

    def _forget(self, second: int) -> None:
        """Cells that are over a minute old begin anew."""
        for passed in range(self._last + 1, min(second, self._last + _SECONDS) + 1):
            self._cells[passed % _SECONDS] = 0
        self._last = max(second, self._last)
