"""The fault matrix of one connection (delivery.md): a real server that misbehaves at each stage."""

import asyncio
import re
from collections.abc import Sequence

import pytest

from mailer.delivery import Kind, Outcome, Phase
from mailer.transport.smtp import Server, Smtp
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
    Rule,
    Slow,
    Stage,
)
from tests.smtp.server import FaultServer
from tests.transport.ways import SHORT, Sent, marked, message, no, send, way, yes

OK = (Kind.SENT, "")
NEVER = Hang(30)


def run(
    rules: Sequence[Rule], *, login: str = "", security: str = "none", **options: object
) -> tuple[Sent, FaultServer]:
    """Two messages: the fault meets the first, the second shows what is left of the connection."""

    async def both() -> tuple[Sent, FaultServer]:
        async with FaultServer(rules, **options) as server:  # type: ignore[arg-type]
            out = way(server, login=login, security=security, patience=SHORT)
            return await send(out, message(), message("b@example.org")), server

    return asyncio.run(both())


def told(outcome: Outcome) -> tuple[Kind, str]:
    return outcome.kind, outcome.reason


# stage, action; what becomes of the first message, how often it may have arrived
MATRIX = [
    (Stage.CONNECT, Reply(421, "busy"), (Kind.UNTRIED, "server-busy"), {0}),
    (Stage.CONNECT, Reply(450, "later"), (Kind.UNTRIED, "server-busy"), {0}),
    (Stage.CONNECT, Close(), (Kind.UNTRIED, "network"), {0}),
    (Stage.EHLO, Close(), (Kind.UNTRIED, "network"), {0}),
    (Stage.MAIL, Reply(451, "4.3.0 later"), (Kind.UNTRIED, "server-busy"), {0}),
    (Stage.MAIL, Close(), (Kind.UNTRIED, "network"), {0}),
    (Stage.MAIL, Reset(), (Kind.UNTRIED, "network"), {0}),
    (Stage.MAIL, GARBAGE, (Kind.UNTRIED, "network"), {0}),
    (Stage.MAIL, HALF_LINE, (Kind.UNTRIED, "network"), {0}),
    (Stage.MAIL, NEVER, (Kind.UNTRIED, "network"), {0}),
    (Stage.RCPT, Reply(450, "4.2.0 greylisted"), (Kind.DEFERRED, "deferred"), {0}),
    (Stage.RCPT, Reply(452, "4.2.2 full"), (Kind.DEFERRED, "deferred"), {0}),
    (Stage.RCPT, Reply(550, "5.1.1 no such user"), (Kind.REFUSED, "mailbox"), {0}),
    (Stage.RCPT, Reply(552, "5.2.2 over quota"), (Kind.REFUSED, "full"), {0}),
    (Stage.RCPT, Reply(550, "5.1.1", "no", "such user é"), (Kind.REFUSED, "mailbox"), {0}),
    (Stage.RCPT, Reply(421, "closing"), (Kind.UNTRIED, "server-busy"), {0}),
    (Stage.RCPT, Reply(421, "4.7.0 slow down"), (Kind.UNTRIED, "slow-down"), {0}),
    (Stage.RCPT, Reply(450, "4.7.1 rate limit"), (Kind.UNTRIED, "slow-down"), {0}),
    (Stage.RCPT, Reply(251, "will forward"), OK, {1}),
    (Stage.RCPT, Reply(252, "cannot verify"), OK, {1}),
    (Stage.RCPT, Reply(354, "what?"), (Kind.UNTRIED, "garbage"), {0}),
    (Stage.MAIL, Reply(354, "what?"), (Kind.UNTRIED, "garbage"), {0}),
    (Stage.DATA, Reply(250, "what?"), (Kind.UNTRIED, "garbage"), {0}),
    (Stage.RCPT, Close(), (Kind.UNTRIED, "network"), {0}),
    (Stage.DATA, Reply(451, "4.3.0 later"), (Kind.DEFERRED, "deferred"), {0}),
    (Stage.DATA, Reply(554, "5.6.0 no"), (Kind.REFUSED, "content"), {0}),
    (Stage.DATA, Close(), (Kind.UNTRIED, "network"), {0}),
    (Stage.DATA, Slow(0.002), OK, {1}),
    (Stage.BODY, After(20, Close()), (Kind.UNKNOWN, "network"), {0}),
    (Stage.BODY, After(20, Reset()), (Kind.UNKNOWN, "network"), {0}),
    (Stage.DOT, Close(), (Kind.UNKNOWN, "network"), {0}),
    (Stage.DOT, Accept(Close()), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Accept(Reset()), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Accept(NEVER), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, NEVER, (Kind.UNKNOWN, "network"), {0}),
    (Stage.DOT, Accept(GARBAGE), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Accept(HALF_LINE), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Accept(Raw(b"x" * 10_000_000)), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Reply(451, "4.3.0 later"), (Kind.DEFERRED, "deferred"), {0}),
    (Stage.DOT, Reply(552, "5.2.2 full"), (Kind.REFUSED, "full"), {0}),
    (Stage.DOT, Reply(421, "4.7.28 too fast"), (Kind.UNTRIED, "slow-down"), {0}),
    (Stage.DOT, Accept(Raw(b"250OK\r\n")), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Accept(Raw(b"2500 ok\r\n")), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Raw(b"550-5.7.1 no\r\n250 ok\r\n"), (Kind.UNKNOWN, "network"), {0}),
    (Stage.DOT, Accept(Raw(b"250-ok\r\n550 no\r\n")), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Accept(Raw(b"250-ok\r\n", then=Close())), (Kind.UNKNOWN, "network"), {1}),
    (Stage.DOT, Accept(Raw(b"250\r\n", code=250)), OK, {1}),
    (Stage.DOT, Reply(554, "5.6.0 looks odd"), (Kind.REFUSED, "content"), {0}),
    (Stage.DOT, Reply(421, "closing"), (Kind.DEFERRED, "deferred"), {0}),
    (Stage.DOT, Slow(0.002, Reply(250, "2.0.0 ok")), OK, {1}),
    (Stage.DOT, Reply(250, "one", "two", "three"), OK, {1}),
]


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "one-by-one"])
@pytest.mark.parametrize("stage, action, expected, arrived", MATRIX)
def test_a_fault_at_each_stage(
    stage: Stage, action: Action, expected: tuple[Kind, str], arrived: set[int], pipelining: bool
) -> None:
    sent, server = run([Rule(stage, action, times=1)], pipelining=pipelining)
    first, second = sent.outcomes
    assert told(first) == expected
    assert not first.halt
    assert server.ledger.counts()["a@example.org"] in arrived
    assert told(second) == OK
    assert server.ledger.counts()["b@example.org"] == 1
    assert server.empty_messages == 0
    assert server.faults == []
    assert sent.marked == 1 + (first.phase is Phase.DOT)


SENDERS = [
    (Stage.CONNECT, Reply(554, "no"), "sender"),
    (Stage.EHLO, Reply(554, "no"), "sender"),
    (Stage.MAIL, Reply(550, "5.7.1 not you"), "sender"),
    (Stage.RCPT, Reply(550, "5.4.5 daily quota"), "policy"),
    (Stage.RCPT, Reply(550, "5.7.1 policy"), "policy"),
    (Stage.RCPT, Reply(554, "Relay access denied"), "policy"),
    (Stage.RCPT, Reply(550, "sending rate too high"), "policy"),
    (Stage.DOT, Reply(550, "5.7.1 looks like spam"), "spam"),
    (Stage.RCPT, Reply(550, "5.7.26 This mail", "5.7.26 is not authenticated"), "authentication"),
    (Stage.RCPT, Reply(530, "5.7.0 Authentication required"), "login"),
    (Stage.RCPT, Reply(503, "5.5.1 bad sequence"), "protocol"),
]


@pytest.mark.parametrize("stage, action, reason", SENDERS)
def test_the_senders_fault_is_nobody_elses(stage: Stage, action: Action, reason: str) -> None:
    sent, server = run([Rule(stage, action, times=1), Rule(Stage.HELO, Reply(554, "no"), times=1)])
    first = sent.outcomes[0]
    assert (first.kind, first.reason, first.halt) == (Kind.UNTRIED, reason, True)
    assert server.ledger.counts()["a@example.org"] == 0


@pytest.mark.parametrize("answer", [503, 554, 354])
def test_a_refused_recipient_whatever_is_said_to_data(answer: int) -> None:
    sent, server = run([Rule(Stage.RCPT, Reply(550, "5.1.1 no"), times=1)], data_without_recipient=answer)
    assert [told(one) for one in sent.outcomes] == [(Kind.REFUSED, "mailbox"), OK]
    assert server.connections == 1
    assert server.empty_messages == 0
    assert sent.marked == 1


def test_a_mark_that_is_refused_lets_no_byte_leave() -> None:
    async def refused() -> tuple[Sent, FaultServer]:
        async with FaultServer() as server:
            return await send(way(server), mark=no), server

    sent, server = asyncio.run(refused())
    assert told(sent.outcomes[0]) == (Kind.UNTRIED, "not-marked")
    assert server.ledger.accepted == []
    assert server.empty_messages == 0


def test_a_mark_that_fails_lets_no_byte_leave() -> None:
    async def failing() -> bool:
        raise RuntimeError("the disk is full")

    async def failed() -> FaultServer:
        async with FaultServer() as server:
            with pytest.raises(RuntimeError):
                await send(way(server), mark=failing)
            await asyncio.sleep(0.05)
            return server

    server = asyncio.run(failed())
    assert server.ledger.accepted == []
    assert server.open == 0


def test_a_message_arrives_as_it_was_written() -> None:
    body = b"=2Eune ligne\r\n" + b"y" * 998 + b"\r\n" + "é".encode() + b"\r\n"

    async def whole() -> FaultServer:
        async with FaultServer() as server:
            await send(way(server), message(body=body))
            return server

    [accepted] = asyncio.run(whole()).ledger.accepted
    assert accepted.data == message(body=body).as_bytes()
    assert accepted.sender == "s@example.org"


def test_one_connection_serves_many() -> None:
    async def many() -> tuple[Sent, FaultServer]:
        async with FaultServer() as server:
            return await send(way(server), *[message(f"m{n}@example.org") for n in range(50)]), server

    sent, server = asyncio.run(many())
    assert server.connections == 1
    assert len(server.ledger.accepted) == 50
    assert {told(one) for one in sent.outcomes} == {OK}


def test_a_server_that_leaves_between_two_messages() -> None:
    async def idle() -> tuple[list[Outcome], FaultServer]:
        async with FaultServer(idle=0.05, idle_says=Reply(421, "idle")) as server:
            connection = await way(server).open()
            assert not isinstance(connection, Outcome)
            first = await connection.send(message(), marked(message(), yes))
            await asyncio.sleep(0.2)
            other = message("b@example.org")
            return [first, await connection.send(other, marked(other, yes))], server

    outcomes, server = asyncio.run(idle())
    assert [told(one)[0] for one in outcomes] == [Kind.SENT, Kind.UNTRIED]
    assert outcomes[1].lost
    assert len(server.ledger.accepted) == 1


def test_a_message_larger_than_the_server_takes_is_not_begun() -> None:
    sent, server = run([], size=100)
    assert (sent.outcomes[0].reason, sent.outcomes[0].halt) == ("size", True)
    assert server.ledger.accepted == []
    assert sent.marked == 0


def test_mailmax_is_honoured() -> None:
    async def limited() -> tuple[Sent, FaultServer]:
        async with FaultServer(extensions=("LIMITS MAILMAX=2",)) as server:
            return await send(way(server), *[message(f"m{n}@example.org") for n in range(5)]), server

    sent, server = asyncio.run(limited())
    assert [one.lost for one in sent.outcomes] == [False, True, False, True, False]
    assert server.connections == 3
    assert len(server.ledger.accepted) == 5


@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.RCPT, Stage.DATA])
@pytest.mark.parametrize("action", [Reply(421, "4.4.5 enough on this connection"), Close()])
def test_a_server_that_takes_three_messages_a_connection(stage: Stage, action: Action) -> None:
    async def many() -> tuple[Sent, FaultServer]:
        rules = [Rule(stage, action, when=lambda dialogue: dialogue.accepted >= 3)]
        async with FaultServer(rules) as server:
            return await send(way(server), *[message(f"m{n}@example.org") for n in range(12)]), server

    sent, server = asyncio.run(many())
    kept, turned_away = sent.outcomes[0::4], sent.outcomes[3::4]
    assert {told(one) for one in kept} == {OK}
    assert {(one.kind, one.lost, one.halt, one.slow) for one in turned_away} == {
        (Kind.UNTRIED, True, False, False)
    }
    if stage is Stage.MAIL or isinstance(action, Reply):
        assert {one.reason for one in turned_away} == {"reconnect"}
    assert len(server.ledger.accepted) == 9
    assert sent.marked == 9
    assert server.connections == 3


@pytest.mark.parametrize("action", [Close(), Reset(), NEVER, GARBAGE])
def test_a_server_that_does_not_say_goodbye_has_kept_what_it_kept(action: Action) -> None:
    sent, server = run([Rule(Stage.QUIT, action)])
    assert [told(one) for one in sent.outcomes] == [OK, OK]
    assert len(server.ledger.accepted) == 2


def test_what_dsn_is_asked_for_is_understood() -> None:
    async def reported() -> tuple[Sent, list[str]]:
        async with FaultServer(extensions=("DSN",)) as server:
            return await send(way(server)), transcript(server)

    sent, said = asyncio.run(reported())
    assert told(sent.outcomes[0]) == OK
    assert any(
        re.fullmatch(r"MAIL FROM:<s@example\.org> SIZE=\d+ RET=HDRS ENVID=a\r\n", line) for line in said
    )
    assert "RCPT TO:<a@example.org> NOTIFY=FAILURE\r\n" in said


def test_nobody_there() -> None:
    async def closed() -> Outcome:
        async with FaultServer() as server:
            out = way(server)
        opened = await out.open()
        assert isinstance(opened, Outcome)
        return opened

    outcome = asyncio.run(closed())
    assert (outcome.kind, outcome.phase, outcome.halt) == (Kind.UNTRIED, Phase.CONNECT, False)


def test_cancelled_while_a_body_leaves() -> None:
    async def cancelled() -> FaultServer:
        async with FaultServer([Rule(Stage.DOT, NEVER)]) as server:
            task = asyncio.create_task(send(way(server)))
            while not server.held:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0.05)
            return server

    assert asyncio.run(cancelled()).open == 0


# --- TLS and login ------------------------------------------------------------------

SECURED = [("tls", {"implicit_tls": True}), ("starttls", {"starttls": True})]


@pytest.mark.parametrize(
    "security, options", [("tls", {"implicit_tls": True}), ("starttls", {"starttls": True})]
)
def test_tls_and_a_login(security: str, options: dict[str, bool]) -> None:
    sent, server = run([], security=security, login="me", users={"me": "secret"}, **options)
    assert [told(one) for one in sent.outcomes] == [OK, OK]
    assert server.connections == 1


@pytest.mark.parametrize(
    "security, options", [("tls", {"implicit_tls": True}), ("starttls", {"starttls": True})]
)
def test_a_certificate_nobody_vouches_for(security: str, options: dict[str, bool]) -> None:
    async def untrusted() -> tuple[Sent, FaultServer]:
        async with FaultServer(users={"me": "secret"}, **options) as server:  # type: ignore[arg-type]
            return await send(way(server, security=security, login="me", trusted=False)), server

    sent, server = asyncio.run(untrusted())
    assert (sent.outcomes[0].reason, sent.outcomes[0].halt) == ("certificate", True)
    assert not any("AUTH" in line for line in transcript(server))


def test_a_server_without_starttls_is_told_nothing() -> None:
    sent, server = run([], security="starttls", login="me", users={"me": "secret"})
    assert (sent.outcomes[0].reason, sent.outcomes[0].halt) == ("no-tls", True)
    assert not any("AUTH" in line or "MAIL" in line for line in transcript(server))


def test_starttls_refused() -> None:
    sent, server = run(
        [Rule(Stage.STARTTLS, Reply(454, "not now"))], security="starttls", starttls=True, login="me"
    )
    assert told(sent.outcomes[0]) == (Kind.UNTRIED, "server-busy")
    assert not any("AUTH" in line or "MAIL" in line for line in transcript(server))


@pytest.mark.parametrize(
    "action, reason, halt",
    [
        (Reply(535, "5.7.8 wrong"), "login", True),
        (GARBAGE, "garbage", False),
        (Reply(454, "4.7.0 later"), "server-busy", False),
        (Close(), "network", False),
    ],
)
def test_a_login_refused(action: Action, reason: str, halt: bool) -> None:
    sent, _ = run([Rule(Stage.AUTH, action)], login="me", users={"me": "secret"})
    assert {(one.kind, one.reason, one.halt) for one in sent.outcomes} == {(Kind.UNTRIED, reason, halt)}


def transcript(server: FaultServer) -> list[str]:
    """All that clients said."""
    return [
        turn.data.decode("latin-1")
        for dialogue in server.dialogues
        for turn in dialogue.transcript
        if turn.who == "C"
    ]


def test_a_name_that_leads_nowhere() -> None:
    server = Server(
        host="nowhere.invalid",
        port=25,
        security="none",
        username="",
        password=lambda: "",
        sender="s@example.org",
        connections=1,
    )
    outcome = asyncio.run(Smtp(server).open())
    assert isinstance(outcome, Outcome)
    assert (outcome.kind, outcome.halt, outcome.lost) == (Kind.UNTRIED, False, True)
