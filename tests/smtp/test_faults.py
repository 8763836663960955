"""Each way of misbehaving does what its name says."""

import smtplib
import ssl
import time

import pytest

from tests.smtp.client import ENVELOPE, MESSAGE, TO, connected
from tests.smtp.conditions import above_connections, after_messages, greylist, recipient
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
from tests.smtp.server import FaultServer, running, trusting

BEFORE = {Stage.MAIL: b"MAIL FROM:<s@example.org>\r\n", Stage.QUIT: b"QUIT\r\n", Stage.RSET: b"RSET\r\n"}


@pytest.mark.parametrize("stage", list(BEFORE))
def test_close_is_an_end(stage: Stage) -> None:
    with running(FaultServer([Rule(stage, Close())])) as server, connected(server) as client:
        assert client.ask(BEFORE[stage]) == 0


@pytest.mark.parametrize("stage", list(BEFORE))
def test_reset_is_an_error(stage: Stage) -> None:
    server = FaultServer([Rule(stage, Reset())])
    with running(server), connected(server) as client, pytest.raises(ConnectionResetError):
        client.ask(BEFORE[stage])


@pytest.mark.parametrize("code", [421, 450, 554])
def test_greetings(code: int) -> None:
    server = FaultServer([Rule(Stage.CONNECT, Reply(code, "go away"))])
    with running(server), connected(server, hello=False) as client:
        assert client.code() == code
        if code != 421:
            assert client.ask(b"EHLO test\r\n") == 503
            client.write(b"QUIT\r\n")
            assert client.code() == 221
        assert client.reply() == ""


def test_ehlo_refused_helo_welcome() -> None:
    server = FaultServer([Rule(Stage.EHLO, Reply(502))])
    with running(server), smtplib.SMTP(server.host, server.port) as client:
        client.sendmail("s@example.org", [TO], MESSAGE)
    assert server.ledger.counts()[TO] == 1


@pytest.mark.parametrize("code", [450, 550])
def test_refusals_are_counted_by_times(code: int) -> None:
    server = FaultServer([Rule(Stage.DOT, Reply(code, "5.7.1 no"), times=2)])
    with running(server), connected(server) as client:
        for expected in (code, code, 250):
            client.codes(ENVELOPE, 3)
            assert client.ask(MESSAGE + b".\r\n") == expected
    assert server.ledger.counts()[TO] == 1


@pytest.mark.parametrize(
    ("action", "count"),
    [
        (Close(), 0),
        (Reset(), 0),
        (HALF_LINE, 0),
        (Accept(Close()), 1),
        (Accept(Reset()), 1),
        (Accept(HALF_LINE), 1),
        (Reply(421), 0),
        (Hang(0.05, then=Close()), 0),
        (Accept(Hang(0.05, then=Close())), 1),
    ],
)
def test_after_the_dot(action: Action, count: int) -> None:
    with running(FaultServer([Rule(Stage.DOT, action)])) as server, connected(server) as client:
        client.codes(ENVELOPE, 3)
        client.write(MESSAGE + b".\r\n")
        try:
            assert not client.reply().startswith("250 2.0.0")
        except ConnectionResetError:
            assert action in (Reset(), Accept(Reset()))
    assert server.ledger.counts()[TO] == count


def test_a_hang_is_released_from_the_test_and_noticed_by_it() -> None:
    with running(FaultServer([Rule(Stage.DOT, Hang())])) as server, connected(server) as client:
        client.codes(ENVELOPE, 3)
        client.write(MESSAGE + b".\r\n")
        server.wait(lambda server: server.held == 1)
        assert server.ledger.accepted == []
        server.release()
        assert client.code() == 250
    assert len(server.ledger.accepted) == 1


def test_a_client_that_leaves_while_the_server_hangs_gets_nothing() -> None:
    with running(FaultServer([Rule(Stage.DOT, Hang())])) as server:
        with connected(server) as client:
            client.codes(ENVELOPE, 3)
            client.write(MESSAGE + b".\r\n")
            server.wait(lambda server: server.held == 1)
        server.wait(lambda server: server.open == 0)
    assert server.ledger.accepted == []


def test_a_client_that_leaves_after_its_dot_has_delivered() -> None:
    with running(FaultServer(delay=0.01)) as server:
        with connected(server) as client:
            client.codes(ENVELOPE, 3)
            client.write(MESSAGE + b".\r\n")
        server.wait(lambda server: server.open == 0)
    assert server.ledger.counts()[TO] == 1  # as with RFC 1047: nobody heard the 250


@pytest.mark.parametrize("count", [0, 1, 20])
@pytest.mark.parametrize("end", [Close(), Reset()])
def test_cut_in_the_body(count: int, end: Action) -> None:
    server = FaultServer([Rule(Stage.BODY, After(count, end))])
    with running(server), connected(server) as client:
        assert client.codes(ENVELOPE, 3) == [250, 250, 354]
        try:
            for at in range(len(MESSAGE)):
                client.write(MESSAGE[at : at + 1])
                time.sleep(0.002)
            assert client.reply() == ""
        except ConnectionError:
            pass  # it wrote into a connection that was closed: as expected
    assert server.ledger.accepted == []


def test_slow_garbage_and_lines() -> None:
    rules = [
        Rule(Stage.NOOP, Slow(0.002), times=1),
        Rule(Stage.NOOP, Slow(0.002, Reply(250, "a", "b")), times=1),
        Rule(Stage.NOOP, GARBAGE, times=1),
        Rule(Stage.NOOP, Raw(b"250-" + b"x" * 10_000_000 + b"\r\n250 end\r\n"), times=1),
    ]
    with running(FaultServer(rules)) as server, connected(server) as client:
        began = time.monotonic()
        assert client.ask(b"NOOP\r\n") == 250
        assert time.monotonic() - began > 0.02
        client.write(b"NOOP\r\n")
        assert client.reply() == "250-a\n250 b"
        client.write(b"NOOP\r\n")
        assert client.reply().startswith("\0ÿþ")
        client.write(b"NOOP\r\n")
        assert len(client.reply()) > 10_000_000
        assert client.ask(b"NOOP\r\n") == 250


def test_conditions() -> None:
    now = [0.0]
    rules = [
        Rule(Stage.CONNECT, Reply(421, "too many"), when=above_connections(1)),
        Rule(Stage.MAIL, Reply(421, "enough"), when=after_messages(1)),
        Rule(Stage.RCPT, Reply(552, "full"), when=recipient("full@example.org")),
        Rule(Stage.RCPT, Reply(450, "4.2.0 later"), when=greylist(60, lambda: now[0])),
    ]
    with running(FaultServer(rules)) as server, connected(server) as client:
        with connected(server, hello=False) as other:
            assert other.code() == 421
        assert client.codes(ENVELOPE, 3) == [250, 450, 503]
        assert client.ask(b"RCPT TO:<full@example.org>\r\n") == 552
        now[0] = 60
        assert client.codes(b"RSET\r\n" + ENVELOPE, 4) == [250, 250, 250, 354]
        assert client.ask(MESSAGE + b".\r\n") == 250
        assert client.codes(b"MAIL FROM:<>\r\n", 2) == [421, 0]
    assert server.most_open == 2


def test_idle_connections_are_closed() -> None:
    for says, codes in ((None, [0]), (Reply(421, "bored"), [421, 0])):
        server = FaultServer(idle=0.05, idle_says=says)
        with running(server), connected(server) as client:
            assert client.codes(b"", len(codes)) == codes


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (Rule(Stage.STARTTLS, Reply(454)), smtplib.SMTPResponseException),
        (Rule(Stage.STARTTLS, Close()), smtplib.SMTPServerDisconnected),
        (Rule(Stage.TLS, Close()), (ssl.SSLError, OSError)),
        (Rule(Stage.TLS, Reset()), (ssl.SSLError, OSError)),
        (Rule(Stage.TLS, Raw(b"this is no handshake\r\n", then=Close())), ssl.SSLError),
    ],
)
def test_tls_refused(rule: Rule, problem: type[Exception]) -> None:
    server = FaultServer([rule], starttls=True)
    with running(server), smtplib.SMTP("localhost", server.port) as client:
        client.ehlo()
        with pytest.raises(problem):
            secure(client)
        client.close()


def test_a_stranger_s_certificate_is_refused_by_the_client() -> None:
    with running(FaultServer(starttls=True)) as server:
        with smtplib.SMTP("localhost", server.port) as client:
            client.ehlo()
            with pytest.raises(ssl.SSLCertVerificationError):
                client.starttls(context=ssl.create_default_context())
            client.close()
        server.wait(lambda server: server.open == 0)
    assert server.faults == []


def secure(client: smtplib.SMTP) -> None:
    """STARTTLS; smtplib only returns a refusal."""
    code, text = client.starttls(context=trusting())
    if code != 220:
        raise smtplib.SMTPResponseException(code, text)


def test_words_slipped_in_before_the_handshake() -> None:
    # GHSA-vxj7-4xrp-5vr4: what came in clear must not be read as if it came through TLS
    slipped = Raw(b"220 go ahead\r\n250-evil\r\n250 AUTH PLAIN\r\n", code=220)
    server = FaultServer([Rule(Stage.STARTTLS, slipped)], starttls=True)
    with running(server), connected(server) as client:
        assert client.ask(b"STARTTLS\r\n") == 220
        assert "evil" in client.reply()
        with trusting().wrap_socket(client.socket, server_hostname="localhost") as secured:
            secured.sendall(b"EHLO test\r\n")
            assert secured.recv(100).startswith(b"250-localhost")
