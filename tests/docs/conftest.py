"""A workspace of its own for each test that runs commands."""

from pathlib import Path

import pytest

from tests.cli.command import Mailer


@pytest.fixture
def mailer(tmp_path: Path) -> Mailer:
    """The command, in a workspace as `mailer init` leaves it."""
    assert Mailer(folder=tmp_path)("init", "section").code == 0
    return Mailer(folder=tmp_path / "section")
