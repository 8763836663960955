"""Logging in: one refused password a minute, whoever asks and however often."""

import asyncio
from collections.abc import Sequence

import pytest

from mailer.delivery import Outcome
from mailer.transport.dialogue import Dialogue
from mailer.transport.login import AGAIN_S
from mailer.transport.smtp import Smtp
from tests.smtp.script import Close, Reply, Rule, Stage
from tests.smtp.server import FaultServer
from tests.transport.ways import way

RIGHT = {"me": "secret"}
WRONG = {"me": "another"}


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def attempts(server: FaultServer) -> int:
    """How often a password was said."""
    said = [turn.data for one in server.dialogues for turn in one.transcript if turn.who == "C"]
    return sum(data.startswith(b"AUTH") for data in said)


async def opened(out: Smtp, times: int = 1) -> list[Outcome | Dialogue]:
    """`times` connections asked for at once; those that open are closed again."""
    got = await asyncio.gather(*(out.open() for _ in range(times)))
    for one in got:
        if isinstance(one, Dialogue):
            await one.close()
    return got


def reasons(got: Sequence[Outcome | Dialogue]) -> list[str]:
    return [one.reason if isinstance(one, Outcome) else "open" for one in got]


def test_eight_workers_with_a_wrong_password_say_it_once() -> None:
    async def wrong() -> tuple[list[str], int, int]:
        async with FaultServer(users=WRONG) as server:
            got = await opened(way(server, login="me"), 8)
            return reasons(got), attempts(server), server.connections

    assert asyncio.run(wrong()) == (["login"] * 8, 1, 1)


def test_after_a_minute_it_is_said_again() -> None:
    async def later() -> list[tuple[list[str], int]]:
        clock, seen = Clock(), []
        async with FaultServer(users=WRONG) as server:
            out = way(server, login="me", monotonic=clock)
            for wait in (0.0, 0.0, AGAIN_S - 1, 1.0, AGAIN_S / 2):
                clock.now += wait
                seen.append((reasons(await opened(out, 2)), attempts(server)))
            server.users = RIGHT
            clock.now += AGAIN_S
            seen.append((reasons(await opened(out, 2)), attempts(server)))
        return seen

    refused = ["login", "login"]
    assert asyncio.run(later()) == [
        (refused, 1),
        (refused, 1),
        (refused, 1),
        (refused, 2),
        (refused, 2),
        (["open", "open"], 4),
    ]


def test_a_password_that_stops_working() -> None:
    async def changed() -> list[str]:
        async with FaultServer(users=RIGHT) as server:
            out = way(server, login="me")
            first = await opened(out)
            server.users = WRONG
            second = await opened(out)
            said = attempts(server)
            third = await opened(out, 3)
            assert attempts(server) == said
            return reasons([*first, *second, *third])

    assert asyncio.run(changed()) == ["open", "login", "login", "login", "login"]


@pytest.mark.parametrize("answer", [Reply(454, "4.7.0 for now"), Reply(421, "closing"), Close()])
def test_a_server_that_is_busy_may_be_asked_again(answer: Reply | Close) -> None:
    async def busy() -> list[str]:
        async with FaultServer([Rule(Stage.AUTH, answer, times=1)], users=RIGHT) as server:
            out = way(server, login="me")
            return reasons([*await opened(out), *await opened(out)])

    assert asyncio.run(busy())[1] == "open"


@pytest.mark.parametrize(
    "offered, refusals, expected, said",
    [
        ("AUTH CRAM-MD5 LOGIN PLAIN", 0, "open", [b"AUTH PLAIN"]),
        ("AUTH LOGIN", 0, "open", [b"AUTH LOGIN"]),
        ("AUTH PLAIN LOGIN", 1, "open", [b"AUTH PLAIN", b"AUTH LOGIN"]),
        ("AUTH XOAUTH2", 0, "no-login", []),
    ],
)
def test_which_way_it_is_said(offered: str, refusals: int, expected: str, said: list[bytes]) -> None:
    """504: that way will not do, and nothing is held against the password."""

    async def ways() -> tuple[list[str], list[bytes]]:
        rules = [
            Rule(Stage.AUTH, Reply(504, "5.5.4 not this way"), times=refusals),
            Rule(Stage.AUTH, Reply(235, "welcome")),
        ]
        async with FaultServer(rules, extensions=(offered,)) as server:
            got = await opened(way(server, login="me"))
            turns = [turn.data for one in server.dialogues for turn in one.transcript if turn.who == "C"]
            return reasons(got), [data[:10] for data in turns if data.startswith(b"AUTH")]

    assert asyncio.run(ways()) == ([expected], said)


def test_a_wrong_password_is_not_said_in_every_way() -> None:
    async def wrong() -> int:
        async with FaultServer(users=WRONG) as server:
            await opened(way(server, login="me"))
            return attempts(server)

    assert asyncio.run(wrong()) == 1
