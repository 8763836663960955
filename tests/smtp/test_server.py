"""The honest server: pipelining, refusals, envelopes, the ledger, and the faults of clients."""

import os
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.smtp.client import ENVELOPE, MESSAGE, TO, connected
from tests.smtp.ledger import read_ledger
from tests.smtp.script import Reply, Rule, Stage
from tests.smtp.server import FaultServer, running, trusting

REFUSED = [Rule(Stage.RCPT, Reply(550, "5.1.1 nobody"))]


def test_smtplib_delivers() -> None:
    with running(FaultServer()) as server, smtplib.SMTP(server.host, server.port) as client:
        client.sendmail("s@example.org", [TO, "b@example.org"], MESSAGE.replace(b"..dot", b".dot"))
    assert [row.recipient for row in server.ledger.accepted] == [TO, "b@example.org"]
    first = server.ledger.accepted[0]
    assert (first.message_id, first.sender) == ("<1@example.org>", "s@example.org")
    assert first.data == MESSAGE.replace(b"..dot", b".dot")
    assert first.size == len(first.data)
    assert server.ledger.counts()[TO] == 1
    assert (server.connections, server.open, server.most_open, server.faults) == (1, 0, 1, [])


def test_a_group_in_one_write_is_answered_in_order() -> None:
    with running(FaultServer()) as server, connected(server) as client:
        assert client.codes(ENVELOPE, 3) == [250, 250, 354]
        assert client.ask(MESSAGE + b".\r\n") == 250
        assert client.codes(b"RSET\r\n" + ENVELOPE, 4) == [250, 250, 250, 354]
        client.write(MESSAGE[:10])
        assert client.codes(MESSAGE[10:] + b".\r\n", 1) == [250]
        assert client.codes(b"QUIT\r\n", 2) == [221, 0]
    assert (server.ledger.counts()[TO], server.faults) == (2, [])


@pytest.mark.parametrize("option", [503, 554])
def test_data_after_refused_recipients(option: int) -> None:
    server = FaultServer(REFUSED, data_without_recipient=option)
    with running(server), connected(server) as client:
        assert client.codes(ENVELOPE, 3) == [250, 550, option]
        assert client.ask(b"RSET\r\n") == 250
    assert (server.ledger.accepted, server.faults) == ([], [])


def test_354_after_refused_recipients_then_a_lone_dot() -> None:
    server = FaultServer(REFUSED, data_without_recipient=354)
    with running(server), connected(server) as client:
        assert client.codes(ENVELOPE, 3) == [250, 550, 354]
        assert client.ask(b".\r\n") == 554
        assert client.ask(b"NOOP\r\n") == 250
    assert (server.ledger.accepted, server.faults, server.empty_messages) == ([], [], 0)


def test_a_lone_dot_after_an_accepted_recipient_delivers_nothing_and_is_told() -> None:
    with running(FaultServer()) as server, connected(server) as client:
        client.codes(ENVELOPE, 3)
        assert client.ask(b".\r\n") == 250
    assert (server.empty_messages, len(server.ledger.accepted)) == (1, 1)
    assert server.faults == ["connection 1: an empty message was accepted"]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (ENVELOPE + b"Subject: x\r\n", "wrote on before the reply to DATA"),
        (b"NOOP\nNOOP\r\n", "a line without CR"),
        (b"WAT\r\n", "unknown command"),
    ],
)
def test_what_no_honest_sender_does(written: bytes, fault: str) -> None:
    with running(FaultServer()) as server, connected(server) as client:
        client.ask(written)
    assert fault in " ".join(server.faults)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"a\nb\r\n", "bare CR or LF"),
        (b"x" * 999 + b"\r\n", "over 998"),
        (b"\0\r\n", "NUL"),
        (MESSAGE + b".\r\nNOOP\r\n", "before the reply to the dot"),
    ],
)
def test_faults_in_a_message(body: bytes, fault: str) -> None:
    with running(FaultServer()) as server, connected(server) as client:
        client.codes(ENVELOPE, 3)
        client.write(body + b".\r\n")
        client.code()
    assert fault in " ".join(server.faults)


def test_pipelining_that_was_not_offered_is_a_fault() -> None:
    with running(FaultServer(pipelining=False)) as server, connected(server) as client:
        assert client.codes(ENVELOPE, 3) == [250, 250, 354]
    assert any("before the reply to MAIL" in fault for fault in server.faults)


def test_sequence_syntax_and_size() -> None:
    with running(FaultServer(size=100)) as server, connected(server) as client:
        assert client.ask(b"RCPT TO:<a@example.org>\r\n") == 503
        assert client.ask(b"DATA\r\n") == 503
        assert client.ask(b"MAIL FROM:s\r\n") == 501
        assert client.ask(b"MAIL FROM:<s@example.org> SIZE=101\r\n") == 552
        assert client.ask(b"MAIL FROM:<> SIZE=99\r\n") == 250
        assert client.ask(b"MAIL FROM:<>\r\n") == 503
        assert client.codes(b"RCPT TO:<a@example.org>\r\nDATA\r\n", 2) == [250, 354]
        assert client.ask(b"x\r\n" * 40 + b".\r\n") == 552
    assert server.ledger.accepted == []


def test_transcript() -> None:
    with running(FaultServer()) as server, connected(server) as client:
        client.codes(ENVELOPE, 3)
        client.ask(MESSAGE + b".\r\n")
    said = [(turn.who, turn.data[:4]) for turn in server.dialogues[0].transcript]
    assert said[2:4] == [("S", b"250-"), ("C", b"MAIL")]
    assert said[-3:] == [("S", b"354 "), ("C", b"<%d " % (len(MESSAGE) + 3))[:2], ("S", b"250 ")]


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login"])
def test_login(mechanism: str) -> None:
    server = FaultServer(users={"me": "señor"}, starttls=True)
    with running(server), smtplib.SMTP(server.host, server.port) as client:
        client.starttls(context=trusting())
        client.ehlo()
        assert client.mail("s@example.org")[0] == 530
        client.user, client.password = "me", "wrong"
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.auth("PLAIN", client.auth_plain)
        client.user, client.password = "me", "secret"
    assert server.faults == []


def test_login_succeeds_by_both_ways_over_tls_from_the_first_byte() -> None:
    server = FaultServer(users={"me": "secret"}, implicit_tls=True)
    with running(server):
        for way in ("PLAIN", "LOGIN"):
            with smtplib.SMTP_SSL("localhost", server.port, context=trusting()) as client:
                client.ehlo()
                client.user, client.password = "me", "secret"
                assert client.auth(way, getattr(client, f"auth_{way.lower()}"))[0] == 235
                client.sendmail("s@example.org", [TO], MESSAGE)
    assert [dialogue.tls for dialogue in server.dialogues] == [True, True]
    assert len(server.ledger.accepted) == 2


def test_a_login_in_clear_is_a_fault() -> None:
    server = FaultServer(users={"me": "secret"}, starttls=True)
    with running(server), smtplib.SMTP(server.host, server.port) as client:
        client.login("me", "secret")
    assert server.faults == ["connection 1: credentials sent in clear although STARTTLS was offered"]


def test_as_a_process_it_outlives_nobody_but_its_ledger_stays(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    command = [sys.executable, "-m", "tests.smtp", "--ledger", str(ledger), "--rule", "dot=450*1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with smtplib.SMTP("127.0.0.1", port) as client:
            with pytest.raises(smtplib.SMTPDataError):
                client.sendmail("s@example.org", [TO], MESSAGE)
            client.sendmail("s@example.org", [TO], MESSAGE)
        os.kill(process.pid, signal.SIGKILL)
    with ledger.open("ab") as torn:
        torn.write(b'{"recipient": "half')
    assert [(row.recipient, row.message_id) for row in read_ledger(ledger)] == [(TO, "<1@example.org>")]
