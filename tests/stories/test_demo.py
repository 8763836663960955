"""`mailer demo --once`: all of it without a person, from the repository and from the wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, ROOT, environment

STEPS = {
    "en": ("Imported", "Sent", "Resumed", "Clicked", "Answered", "Unsubscribed", "Sent again", "Counted"),
    "fr": ("Import", "Envoyé", "Repris", "Cliqué", "Répondu", "Désinscrit", "Envoyés de nouveau", "Compté"),
}


def played(folder: Path, language: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The demonstration, its temporary files in `folder`."""
    return subprocess.run(
        [*COMMAND, "demo", "--once"],
        cwd=folder,
        env=environment(LANGUAGE=language, TMPDIR=str(folder), **environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("language", STEPS)
def test_every_step_comes_out_right(tmp_path: Path, language: str) -> None:
    run = played(tmp_path, language)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    lines = run.stdout.splitlines()
    assert [line[:4] for line in lines] == ["ok  "] * len(STEPS[language])
    for line, step in zip(lines, STEPS[language], strict=True):
        assert line[4:].startswith(step)
    assert list(tmp_path.iterdir()) == []


def test_it_is_a_whole_from_the_wheel_alone(tmp_path: Path) -> None:
    dist, installed, here = tmp_path / "dist", tmp_path / "installed", tmp_path / "here"
    here.mkdir()
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, ROOT],
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as archive:
        archive.extractall(installed)
    run = played(here, "en", PYTHONPATH=str(installed))
    assert run.returncode == 0, run.stdout + run.stderr
    assert list(here.iterdir()) == []
