"""Old consoles, closed pipes, colours: the output survives where it is read."""

import json
import os
import subprocess

import pytest

from tests.cli.command import COMMAND, Mailer, environment


@pytest.fixture
def tract(mailer: Mailer) -> Mailer:
    """A campaign whose faults hold letters that old consoles lack."""
    mailer.campaign("tract", "![œuvre → 日本 😀.png](x.png)")
    mailer.edit("campaigns/tract.md", '"Essai"', '"→ 日本 😀 l’œuvre"')
    return mailer


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8"])
def test_a_console_that_lacks_letters_shows_a_question_mark(tract: Mailer, encoding: str) -> None:
    run = tract("check", PYTHONIOENCODING=encoding, LANGUAGE="fr")
    assert run.code == 3
    assert ("?" in run.lines[0]) is (encoding != "utf-8")
    assert run.err.startswith("2 erreurs")


def test_french_is_whole_on_cp850(tract: Mailer) -> None:
    run = tract("campaigns", PYTHONIOENCODING="cp850", LANGUAGE="fr")
    assert "Évolution de la relation clients" in run.out


@pytest.mark.parametrize("encoding", ["cp850", "utf-8"])
def test_json_is_json_on_any_console(tract: Mailer, encoding: str) -> None:
    run = tract("campaigns", "--json", PYTHONIOENCODING=encoding)
    assert json.loads(run.out)[1]["subject"] == "→ 日本 😀 l’œuvre"
    assert ("日本" in run.out) is (encoding == "utf-8")


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
@pytest.mark.parametrize("command", ["config show", "check --json", "--help"])
def test_a_reader_who_leaves_early(tract: Mailer, command: str) -> None:
    tract.campaign("tract", "Bonjour {{ prenon }}\n\n" * 1000)
    shell = f'{{ "$@" {command}; echo "left $?" >&2; }} | exec 3<&0 0</dev/null'
    done = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", *COMMAND],
        cwd=tract.folder,
        env=environment(),
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
    assert "Exception ignored" not in said
    assert "failed" not in said


# --- colours -----------------------------------------------------------------------


def on_a_terminal(mailer: Mailer, *arguments: str, **environ: str) -> str:
    """The output of a command on a terminal."""
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    try:
        running = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=mailer.folder,
            env=environment(TERM="xterm", **environ),
            stdin=subprocess.DEVNULL,
            stdout=follower,
            stderr=subprocess.DEVNULL,
        )
    finally:
        os.close(follower)
    seen = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # Linux's way of saying that the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(leader)
    running.wait(timeout=60)
    return seen.decode()


def test_colours_on_a_terminal_alone(tract: Mailer) -> None:
    coloured = on_a_terminal(tract, "check", "tract")
    assert "\x1b[1mcampaigns/tract.md:8:" in coloured
    assert "\x1b[31m" in coloured
    assert "\x1b" not in on_a_terminal(tract, "check", "tract", NO_COLOR="1")
    assert "\x1b" not in tract("check", "tract").out
