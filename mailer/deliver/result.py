"""How a run ends, and what is told of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.delivery import Outcome, Tally


class End(StrEnum):
    """Why a run is over."""

    DONE = "done"  # nobody is left to be tried
    LATER = "later"  # somebody is: at `until`, or when a way out is mended by itself
    PAUSED = "paused"  # `reason` says why: somebody must act
    HALTED = "halted"  # another command paused or cancelled the campaign
    STOPPED = "stopped"  # asked to
    EXPIRED = "expired"  # the campaign's time is over
    LIMIT = "limit"  # as many messages as were asked for have left


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a run ended. `outcome` is what made it pause or wait, if one did; through the lane `name`."""

    end: End
    tally: Tally
    until: datetime | None = None
    reason: str = ""
    outcome: Outcome | None = None
    lane: str = ""
