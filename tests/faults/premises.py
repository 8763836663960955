"""What the stories of the fault matrix share: a campaign of some people, sent to its end or a halt."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mailer.deliver.result import Result
from tests.simulation.premises import person
from tests.simulation.world import World, world
from tests.smtp.script import Rule

PEOPLE = 6
EVERYONE = {person(at): 1 for at in range(PEOPLE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of it; `hours` that it took."""

    result: Result
    counts: dict[str, int]
    states: dict[str, str]
    arrived: Counter[str]
    hours: float
    connections: int
    there: World


def sent(rules: Sequence[Rule] = (), *, people: int = PEOPLE, **options: Any) -> Sent:
    """Everything through real parts, the oracle at each look; see `tests.simulation.world`."""
    with world(people, rules, **options) as there:
        begun = there.machine.monotonic()
        result = there.play(lambda there: there.through())
        return Sent(
            result=result,
            counts=there.counts(),
            states=there.states(),
            arrived=there.arrived(),
            hours=(there.machine.monotonic() - begun) / 3600,
            connections=there.server.connections,
            there=there,
        )
