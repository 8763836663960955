"""Words the command line does not know, help, and how each way of failing leaves."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailer import __version__
from mailer.cli.root import COMMANDS
from tests.cli.command import COMMAND, Mailer, environment


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["publish"], "'publish'"),
        (["--nope"], "'--nope'"),
        (["check", "--jsn"], "--json"),
        (["config"], "show"),
        (["config", "nope"], "'nope'"),
        (["new"], "SLUG"),
        (["new", "a", "b"], "b"),
        (["render"], "FILE"),
        (["render", "x", "--for"], "--for"),
        (["init", "a", "b"], "b"),
        (["campaigns", "x"], "x"),
        (["check", "--json=1"], "--json"),
    ],
)
def test_a_wrong_command_line_names_what_is_wrong(nowhere: Mailer, arguments: list[str], said: str) -> None:
    run = nowhere(*arguments)
    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_a_command_nearly_right_is_suggested(nowhere: Mailer) -> None:
    assert "'render'" in nowhere("rendr").err


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "x"], ["render", "x"], ["new", "x"], ["campaigns"], ["config", "show"]]
)
def test_without_a_workspace(nowhere: Mailer, arguments: list[str]) -> None:
    run = nowhere(*arguments)
    assert (run.code, run.out) == (2, "")
    assert run.err == "Error: there is no workspace here: run 'mailer init DIR' to make one\n"
    assert list(nowhere.folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [["campaigns"], ["render", "x"], ["new", "x"], ["config", "show"]])
def test_with_faulty_settings_nothing_is_done(mailer: Mailer, arguments: list[str]) -> None:
    mailer.write("mailer.toml", "")
    run = mailer(*arguments)
    assert (run.code, run.out) == (2, "")
    assert run.err.count("mailer.toml:1:1 ") == 3


def test_version(nowhere: Mailer) -> None:
    run = nowhere("--version")
    assert (run.code, run.out) == (0, f"mailer {__version__}\n")


@pytest.mark.parametrize("arguments", [[], ["config", "show"]], ids=" ".join)
def test_help_is_a_result_and_has_a_short_name(nowhere: Mailer, arguments: list[str]) -> None:
    run = nowhere(*arguments, "--help")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(" ".join(["Usage: mailer", *arguments, "[OPTIONS]"]))
    assert nowhere(*arguments, "-h").out == run.out


def test_every_command_is_in_the_help(nowhere: Mailer) -> None:
    listed = re.findall(r"^  ([a-z]+) {2,}\S", nowhere("--help").out, re.MULTILINE)
    assert listed == list(COMMANDS)


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments, traced", [([], False), (["--debug"], True)])
def test_a_failure_shows_its_trace_only_when_asked(
    mailer: Mailer, arguments: list[str], traced: bool
) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments, "config", "show"],
            cwd=mailer.folder,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1, done.stderr
    assert (b"Traceback" in done.stderr) is traced
    assert (b"--debug" in done.stderr) is not traced


def test_debug_changes_nothing_for_faults_of_ours(mailer: Mailer) -> None:
    run = mailer("--debug", "render", "nope")
    assert run.code == 2
    assert "there is no campaign 'nope'" in run.err


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_interrupted(mailer: Mailer) -> None:
    # More findings than a pipe holds: the command waits for its reader, and is interrupted there.
    mailer.campaign("tract", "Bonjour {{ prenon }}\n\n" * 3000)
    with subprocess.Popen(
        [*COMMAND, "check"],
        cwd=mailer.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.read(1) == b"c"
        running.send_signal(signal.SIGINT)
        _out, err = running.communicate(timeout=60)
    assert (running.returncode, err.strip()) == (130, b"Interrupted.")


def test_help_opens_no_room_that_works() -> None:
    """Every command begins by what `--help` loads: the store alone would double it."""
    code = (
        "import sys; from mailer.cli.root import run; run(['subscribers', '--help']);"
        "print(sorted({name.split('.')[1] for name in sys.modules if name.startswith('mailer.')}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout.splitlines()[-1] == "['cli', 'errors', 'findings', 'letters', 'words']"
