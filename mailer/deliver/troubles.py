"""Troubles: a lane at fault ends the run, is set aside, or is tried again later and later."""

from collections.abc import Callable

from mailer.deliver.brakes import Brakes
from mailer.deliver.lanes import Lane, Lanes
from mailer.deliver.result import End
from mailer.delivery import Outcome, Pause

# Without a connection or anything to do: then the person may have the terminal back. Who is greylisted comes
# within it: after fifteen minutes, and a tenth (retry.py).
PATIENCE_S = 1_000.0
_BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)

# A lane's name, and what is wrong with it; None: it works again.
Troubled = Callable[[str, Outcome | None], None]


class Troubles:
    """What a lane's fault comes to, for one run."""

    def __init__(
        self, lanes: Lanes, brakes: Brakes, *, patience: float = PATIENCE_S, told: Troubled | None = None
    ) -> None:
        """`patience` in seconds; `told` of each lane that is set aside, and each that is back."""
        self._lanes, self._brakes = lanes, brakes
        self._patience = patience
        self._told = told

    def met(self, lane: Lane, outcome: Outcome, times: int) -> tuple[End, str] | float:
        """How the run ends for it, and why; else the seconds for which a worker rests, `times` in a row.

        The run pauses if somebody must mend every lane. While others of its connections work, a server that
        refuses this one again has had enough of them: it rests for long.
        """
        fault = self._brakes.fault() if outcome.halt and lane.halted is None else ""
        news = self._lanes.troubled(lane, halt=outcome.halt)
        everywhere = self._lanes.halted or outcome.pause is Pause.CAMPAIGN
        if fault or everywhere:
            return End.PAUSED, outcome.reason if everywhere else fault
        if self._lanes.lost(self._patience):
            return End.LATER, outcome.reason
        if news and self._told is not None:
            self._told(lane.name, outcome)
        if outcome.halt:
            return 0.0
        enough = lane.open and (times > 1 or outcome.code)
        return _BACKOFF_S[-1 if enough else min(times, len(_BACKOFF_S)) - 1]

    def passed(self, lane: Lane, begun: float) -> None:
        """A message that was begun at `begun` was judged: the lane works."""
        if self._lanes.worked(lane, begun) and self._told is not None:
            self._told(lane.name, None)
