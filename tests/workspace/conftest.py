"""A workspace begun once, and a copy of it for each test."""

from pathlib import Path

import pytest

from mailer.workspace.beginning import begin
from tests.workspace.author import Author, copy


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace as it is begun; nobody changes it."""
    folder = tmp_path_factory.mktemp("begun") / "section"
    begin(folder)
    return folder


@pytest.fixture
def author(begun: Path, tmp_path: Path) -> Author:
    """An author in a workspace of their own."""
    return copy(begun, tmp_path / "section")


@pytest.fixture
def without_site(author: Author) -> Author:
    """The same, where there is no site."""
    author.edit("mailer.toml", 'url = "http://127.0.0.1:8000"', 'url = ""')
    return author
