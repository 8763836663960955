"""The progress of a send on a terminal: how many, how fast, and when it ends under all limits."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from mailer.cli import show
from mailer.cli.speech import say
from mailer.cli.times import clock_time
from mailer.delivery import Tally
from mailer.words import Text

_EVERY_S = 0.1
_MEMORY = 0.9  # of the measured rate: smooth enough to read

Told = Callable[[Tally], None]
Lasts = Callable[[int], float]


@contextmanager
def progress(zone: str, lasts: Lasts) -> Iterator[Told | None]:
    """A function to tell each figure to, which draws a bar on a terminal; None elsewhere.

    `lasts`: the seconds that the limits alone make a number of messages take.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield _Drawing(
            zone,
            lasts,
            lambda done, total, text: bar.update(task, completed=done, total=total, description=text),
        ).told


class _Drawing:
    """Redraws at most ten times a second, whatever the speed."""

    def __init__(self, zone: str, lasts: Lasts, draw: Callable[[int, int, str], None]) -> None:
        self._zone = zone
        self._lasts = lasts
        self._draw = draw
        self._last = 0.0
        self._before: Tally | None = None
        self._rate = 0.0

    def told(self, tally: Tally) -> None:
        now = time.monotonic()
        if self._before is None:
            self._before, self._last = tally, now
        elif now - self._last >= _EVERY_S:
            rate = (tally.done - self._before.done) / (now - self._last)
            self._rate = rate if not self._rate else _MEMORY * self._rate + (1 - _MEMORY) * rate
            self._before, self._last = tally, now
            self._draw(tally.done, tally.audience, say(self._said(tally)))

    def _said(self, tally: Tally) -> Text:
        if self._rate <= 0:
            return Text("{rate}/s", rate=0)
        seconds = max(self._lasts(tally.pending), tally.pending / self._rate)
        now = datetime.now(UTC)
        end = clock_time(now + timedelta(seconds=seconds), self._zone, now)
        rate = round(self._rate) if self._rate >= 10 else round(self._rate, 1)
        return Text("{rate}/s, until {moment}", rate=rate, moment=end)


def waiting(zone: str) -> Callable[[datetime, str], None]:
    """What to say while nothing can be done: until when, and how to stop it."""

    def say_so(until: datetime, why: str) -> None:
        moment = clock_time(until, zone, datetime.now(UTC))
        if why == "hold":
            show.talk(
                Text(
                    "The first ones have it: look at what they got. The others follow at {moment}; "
                    "'mailer cancel' before that and they never will.",
                    moment=moment,
                )
            )
        else:
            show.talk(Text("Nothing is due before {moment}: waiting.", moment=moment))

    return say_so
