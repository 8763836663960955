"""Servers that bear so much and no more: connections, messages a minute, messages a connection, patience."""

import pytest

from tests.faults.premises import PEOPLE, sent
from tests.simulation.premises import person
from tests.simulation.world import world
from tests.smtp.conditions import above_connections, after_messages
from tests.smtp.dialogue import Dialogue
from tests.smtp.script import Reply, Rule, Stage, Table

MANY = 24
ALL = {person(at): 1 for at in range(MANY)}


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.MAIL])
def test_a_server_that_bears_two_connections(stage: Stage) -> None:
    rules = [Rule(stage, Reply(421, "4.7.0 too many connections"), when=above_connections(2))]
    done = sent(rules, people=MANY, connections=6)
    assert done.arrived == ALL
    assert done.counts == {"sent": MANY}


@pytest.mark.parametrize("reply", [Reply(450, "4.7.1 slow down"), Reply(454, "4.7.0 throttling")])
def test_so_many_a_minute_then_later(reply: Reply) -> None:
    """listmonk #1802: such people were dropped, and the campaign called finished."""
    with world(MANY, connections=3) as there:
        asked: list[float] = []

        def too_many(_: Dialogue) -> bool:
            now = there.machine.monotonic()
            asked.append(now)
            return sum(one > now - 60 for one in asked) > 5

        there.server.script = Table([Rule(Stage.RCPT, reply, when=too_many)])
        there.play(lambda there: there.through())
        assert there.arrived() == ALL
        assert there.counts() == {"sent": MANY}


def test_so_many_messages_a_connection() -> None:
    done = sent([Rule(Stage.MAIL, Reply(421, "4.7.0 enough"), when=after_messages(3))], people=MANY)
    assert done.arrived == ALL
    assert done.connections >= MANY // 3


def test_so_many_messages_a_connection_as_announced() -> None:
    """RFC 9422, MAILMAX: nothing needs to be refused."""
    done = sent(people=MANY, extensions=("LIMITS MAILMAX=3",))
    assert done.arrived == ALL
    assert done.connections >= MANY // 3


@pytest.mark.parametrize("says", [None, Reply(421, "4.4.2 idle")])
def test_idle_connections_that_are_closed(says: Reply | None) -> None:
    """Between two messages: seen, or met at MAIL; nobody is unknown."""
    done = sent(settings={"transport_per_second": 1}, idle=0.5, idle_says=says)
    assert done.counts == {"sent": PEOPLE}
    assert done.connections > 2


@pytest.mark.parametrize("limits, window", [({"per_second": 4}, 1.0), ({"per_hour": 6}, 3600.0)])
def test_never_more_than_the_limit_over_any_window(limits: dict[str, int], window: float) -> None:
    most = next(iter(limits.values()))
    with world(MANY, settings={f"transport_{name}": most for name in limits}) as there:
        begun: list[float] = []
        there.at_data = lambda _: begun.append(there.machine.monotonic())
        there.play(lambda there: there.through())
        assert there.arrived() == ALL
        assert all(begun[at + most] - begun[at] >= window - 0.01 for at in range(MANY - most))
