"""A workspace made once by `mailer init`, and a copy of it for each test."""

import shutil
from pathlib import Path

import pytest

from tests.cli.command import Mailer
from tests.cli.section import SLUG, WORDS, bring, table


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace as `mailer init` leaves it; nobody changes it."""
    folder = tmp_path_factory.mktemp("begun") / "section"
    assert Mailer(folder=folder.parent)("init", "section").code == 0
    return folder


@pytest.fixture
def mailer(begun: Path, tmp_path: Path) -> Mailer:
    """The command, in a workspace of its own."""
    return Mailer(folder=shutil.copytree(begun, tmp_path / "section"))


@pytest.fixture(scope="session")
def peopled(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with four people on its list, a tract for them, and no site."""
    folder = shutil.copytree(begun, tmp_path_factory.mktemp("peopled") / "section")
    mailer = Mailer(folder=folder)
    table(mailer, "site", 'url = ""')
    mailer.campaign(SLUG, WORDS)
    bring(mailer, 4)
    return folder


@pytest.fixture
def section(peopled: Path, tmp_path: Path) -> Mailer:
    """The command, in a workspace of its own that has people and a tract."""
    return Mailer(folder=shutil.copytree(peopled, tmp_path / "section"))


@pytest.fixture
def nowhere(tmp_path: Path) -> Mailer:
    """The command, in an empty folder."""
    folder = tmp_path / "nowhere"
    folder.mkdir()
    return Mailer(folder=folder)
