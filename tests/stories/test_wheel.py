"""The wheel alone gives a working workspace: its templates and sample travel inside it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree and unpacked away from it."""
    built = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", built, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = built.glob("tract_mailer-*.whl")
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the unpacked wheel: it comes before the repository on the path."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "LC_ALL": "C", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_init_check_render_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    where = run(unpacked, tmp_path, "-c", "import mailer; print(mailer.__file__)").stdout.strip()
    assert Path(where).is_relative_to(unpacked)
    begun = run(unpacked, tmp_path, "-m", "mailer", "init", "section")
    assert (begun.returncode, begun.stderr.count("Traceback")) == (0, 0)
    section = tmp_path / "section"
    checked = run(unpacked, section, "-m", "mailer", "check")
    assert (checked.returncode, checked.stdout) == (0, "")
    rendered = run(unpacked, section, "-m", "mailer", "render", "relation-clients", "--out", "mail")
    assert rendered.returncode == 0
    assert "Questionnaire à suivre sur le site" in (section / "mail" / "relation-clients.html").read_text(
        "utf-8"
    )


def test_it_speaks_french_and_carries_its_licences(unpacked: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "LANGUAGE": "fr", "PYTHONUTF8": "1"}
    environment.pop("LC_ALL", None)
    helped = subprocess.run(
        [sys.executable, "-m", "mailer", "--help"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert "à chacun exactement une fois" in helped.stdout.decode()
    licences = {path.name for path in unpacked.glob("*.dist-info/licenses/**/*") if path.is_file()}
    assert licences == {"LICENSE", "NOTICE"}


def test_nothing_personal_travels(unpacked: Path) -> None:
    inside = {path.relative_to(unpacked).as_posix() for path in (unpacked / "mailer" / "sample").rglob("*")}
    personal = {name for name in inside if name.startswith("mailer/sample/subscribers/")}
    assert personal == {"mailer/sample/subscribers/README.md", "mailer/sample/subscribers/sample.csv"}
    assert {"mailer/sample/mailer.toml", "mailer/sample/templates/tract/layout.mjml"} <= inside
