"""Trouble thrown by seed: half of the points are awake in a story, each then strikes one time in four.

As FoundationDB's BUGGIFY does (transactional.blog/simulation/buggify): a fault that is always possible hides
those that need quiet beside it. The trouble of a story is bounded, so that every story has an end.
"""

import asyncio
import random
from collections.abc import Callable, Iterable
from typing import Any

from tests.simulation.network import End
from tests.smtp.script import (
    GARBAGE,
    HALF_LINE,
    Accept,
    Action,
    After,
    Close,
    Hang,
    Raw,
    Reply,
    Reset,
    Slow,
    Stage,
)

_AWAKE, _STRIKES = 0.5, 0.25
_RARE = (Stage.RSET, Stage.QUIT)
_LONG_S = 700.0  # longer than any patience (RFC 5321, 4.5.3.2.6: ten minutes at the dot)
_TWICE = Raw(b"250 2.0.0 ok\r\n250 2.0.0 ok\r\n", code=250)

# What an honest, a busy and a broken server may do at each stage. Never: to say 250 to a dot it has not seen.
ACTIONS: dict[Stage, tuple[Action, ...]] = {
    Stage.CONNECT: (Reply(421, "busy"), Reply(450, "later"), Reply(554, "no"), Close(), Hang(_LONG_S)),
    Stage.EHLO: (Reply(421, "busy"), Close(), Reset(), Slow(1.0)),
    Stage.MAIL: (
        Reply(451, "4.3.0 later"),
        Reply(421, "4.7.0 slow down"),
        Reply(550, "5.7.1 not you"),
        Close(),
        Reset(),
        GARBAGE,
        HALF_LINE,
        Hang(_LONG_S),
        _TWICE,
    ),
    Stage.RCPT: (
        Reply(450, "4.2.0 greylisted"),
        Reply(452, "4.2.2 full"),
        Reply(421, "4.7.0 slow down"),
        Reply(550, "5.1.1 nobody here"),
        Reply(550, "5.1.1", "nobody", "hère"),
        Reply(550, "5.4.5 daily quota"),
        Close(),
        Reset(),
        GARBAGE,
        HALF_LINE,
        Hang(_LONG_S),
        Raw(b"550 5.1.1 no\r\n550 5.1.1 no\r\n", code=550),
        _TWICE,
    ),
    Stage.DATA: (
        Reply(451, "4.3.0 later"),
        Reply(554, "5.6.0 odd"),
        Close(),
        Reset(),
        GARBAGE,
        Hang(_LONG_S),
        Slow(1.0),
        Raw(b"354 go\r\n354 go\r\n", code=354),
    ),
    Stage.BODY: (After(1, Close()), After(200, Reset()), After(2000, Close()), Hang(500.0), Hang(_LONG_S)),
    Stage.DOT: (
        Reply(451, "4.3.0 later"),
        Reply(421, "closing"),
        Reply(552, "5.2.2 full"),
        Reply(554, "5.6.0 odd"),
        Reply(550, "5.7.1 spam"),
        Close(),
        Reset(),
        Hang(300.0),
        Hang(_LONG_S),
        Slow(1.0),
        Accept(Close()),
        Accept(Reset()),
        Accept(Hang(_LONG_S)),
        Accept(GARBAGE),
        Accept(HALF_LINE),
        Accept(Raw(b"354 what\r\n")),
        Accept(_TWICE),
    ),
    Stage.RSET: (Close(), Reply(421, "closing"), Reply(500, "what")),
    Stage.QUIT: (Close(), Reset(), Hang(_LONG_S)),
}


class Dice:
    """All that is random in a story, from one seed."""

    def __init__(self, seed: int, trouble: int = 40) -> None:
        """`trouble`: how often anything may strike before the weather turns fine."""
        self.random = random.Random(seed)
        self.left = trouble
        self.thrown: list[str] = []  # what struck, in order
        self.breaks: Callable[[str], None] = lambda what: None  # what the world does of it
        self._awake: dict[str, bool] = {}

    def strikes(self, point: str, chance: float = _STRIKES) -> bool:
        """Whether this point strikes now."""
        if point not in self._awake:
            self._awake[point] = self.random.random() < _AWAKE
        if not self._awake[point] or self.left <= 0 or self.random.random() >= chance:
            return False
        self.left -= 1
        self.thrown.append(point)
        return True

    # --- the server: tests.smtp.script.Script -----------------------------------------------

    def __call__(self, stage: Stage, _: Any) -> Action | None:
        actions = ACTIONS.get(stage)
        chance = 0.5 if stage in _RARE else 0.1
        if actions is None or not self.strikes(f"server {stage}", chance):
            return None
        action = self.random.choice(actions)
        self.thrown[-1] += f" {action if not isinstance(action, Reply) else action.code}"
        return action

    # --- the network: tests.simulation.network.Weather --------------------------------------

    def delay(self) -> float:
        if self.strikes("a pause on the way", 0.01):
            return self.random.uniform(1.0, 40.0)
        return self.random.choice((0.0, 0.001, 0.02, 0.2))

    def pieces(self, data: bytes) -> Iterable[bytes]:
        if not self.strikes("small packets", 0.02):
            return (data,)
        edge = self.random.randrange(len(data) + 1)
        return (data[:edge], data[edge : edge + 1], data[edge + 1 :])

    def meets(self) -> str:
        if self.strikes("refused", 0.1):
            return "refused"
        return "silence" if self.strikes("no answer", 0.05) else ""

    def befalls(self, end: End) -> None:
        if self.strikes("a cable", 0.01):
            asyncio.get_running_loop().call_soon(end.sever)
        elif self.strikes("a black hole", 0.005):
            end.swallow()
        elif self.strikes("killed at a write", 0.01):
            self.breaks("kill")

    # --- the machine: tests.simulation.world.Fates ------------------------------------------

    def commits(self) -> str:
        for fate in ("full", "unheard", "killed-before", "killed-after"):
            if self.strikes(f"a commit {fate}", 0.01):
                return fate
        return ""
