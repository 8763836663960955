"""`mailer demo` without `--once`: it starts, shows where to look, and ends when it is told to."""

import re
import signal
import socket
import tempfile
from pathlib import Path

import pytest

from mailer.demo.visitor import ask
from tests.cli.command import Mailer
from tests.cli.section import begin, ended, read_until


def left_behind(folder: Path) -> list[Path]:
    """What the demonstration has left in the folder of temporary files."""
    return list(folder.glob("mailer-demo-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_told_to_stop(nowhere: Mailer, number: signal.Signals) -> None:
    process = begin(nowhere, "demo", TMPDIR=str(nowhere.folder))
    try:
        text = read_until(process.stdout, r"(?s).*Ctrl-C ends it")[0]
        inbox, site = re.findall(r"http://127\.0\.0\.1:\d+", text)[-2:]
        assert "Resumed: the same command; 12 sent" in text or "nobody twice, nobody forgotten" in text
        assert len(left_behind(nowhere.folder)) == 1
        assert ask(site).status == 200
        page = ask(inbox)
        assert page.status == 200
        assert "12 mails" in page.text
        process.send_signal(number)
        run = ended(process, 10)
    finally:
        process.kill()
    assert run.code in (0, 130)
    assert left_behind(nowhere.folder) == []


def test_stopped_in_the_middle_of_it(nowhere: Mailer) -> None:
    """While the first send is at work: it is no success, and nothing outlives it."""
    process = begin(nowhere, "demo", "--once", TMPDIR=str(nowhere.folder))
    try:
        read_until(process.stdout, "Imported")
        process.send_signal(signal.SIGINT)
        run = ended(process, 10)
    finally:
        process.kill()
    assert run.code == 130
    assert "Interrupted." in run.err
    assert left_behind(nowhere.folder) == []


def test_a_port_that_is_taken(nowhere: Mailer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = nowhere("demo", "--once", "--port", str(taken.getsockname()[1]), TMPDIR=str(nowhere.folder))
    assert run.code == 2
    assert "cannot listen" in run.err
    assert left_behind(nowhere.folder) == []


def test_it_leaves_other_workspaces_alone(mailer: Mailer) -> None:
    """Run from a workspace, with its owner's settings in the environment: none of it is touched."""
    before = {path: path.read_bytes() for path in mailer.folder.rglob("*") if path.is_file()}
    run = mailer(
        *("demo", "--once"),
        MAILER_TRANSPORT_HOST="smtp.nowhere.invalid",
        MAILER_SITE_URL="https://lettre.example.org",
        MAILER_DATABASE_URL="postgresql://db.example.org/x",
    )
    assert run.code == 0, run.out
    assert {path: path.read_bytes() for path in mailer.folder.rglob("*") if path.is_file()} == before
    assert tempfile.gettempdir() not in run.out
