"""What could carry personal files away: git, a synchronised folder, permissions too wide."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mailer.findings import Level
from mailer.workspace.beginning import begin
from mailer.workspace.guard import privacy_faults
from tests.workspace.author import Author

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


def git(folder: Path, *arguments: str) -> None:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)


def found(root: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.place.file) for finding in privacy_faults(root)]


@pytest.fixture
def repository(author: Author) -> Author:
    git(author.root, "init", "--quiet")
    git(author.root, "add", "--all")
    return author


def test_a_fresh_workspace_has_none(author: Author) -> None:
    assert found(author.root) == []


@needs_git
def test_what_is_shared_may_be_tracked(repository: Author) -> None:
    repository.write("subscribers/adherents.csv", "email\n")
    assert found(repository.root) == []


@needs_git
def test_each_tracked_file_of_subscribers_is_an_error(repository: Author) -> None:
    repository.write("subscribers/équipe de nuit.csv", "email\n")
    repository.write("subscribers/outbox/1.eml", "x")
    git(repository.root, "add", "--force", "subscribers")
    assert found(repository.root) == [
        ("personal-in-git", "subscribers/keys/keys.toml"),
        ("personal-in-git", "subscribers/outbox/1.eml"),
        ("personal-in-git", "subscribers/équipe de nuit.csv"),
    ]
    assert {finding.level for finding in privacy_faults(repository.root)} == {Level.ERROR}


@needs_git
def test_a_workspace_below_the_top_of_a_repository(author: Author) -> None:
    top = author.root.parent
    git(top, "init", "--quiet")
    git(top, "add", "--force", f"{author.root.name}/subscribers/keys")
    assert found(author.root) == [("personal-in-git", "subscribers/keys/keys.toml")]


@needs_git
def test_a_file_that_is_gone_from_the_disk_still_lies_in_git(repository: Author) -> None:
    git(repository.root, "add", "--force", "subscribers/keys/keys.toml")
    (repository.root / "subscribers/keys/keys.toml").unlink()
    assert found(repository.root) == [
        ("personal-in-git", "subscribers/keys/keys.toml"),
        ("keys-file", "subscribers/keys/keys.toml"),
    ]


@pytest.mark.parametrize("name", ["OneDrive", "OneDrive - CGT", "Dropbox", "iCloud Drive", "Google Drive"])
def test_a_synchronised_folder_is_warned_about(tmp_path: Path, name: str) -> None:
    begin(tmp_path / name / "section")
    (finding,) = privacy_faults(tmp_path / name / "section")
    assert (finding.code, finding.level) == ("synchronised-folder", Level.WARNING)


@posix
def test_others_who_may_read_are_warned_about(author: Author) -> None:
    (author.root / "subscribers").chmod(0o755)
    (author.root / "subscribers/keys/keys.toml").chmod(0o644)
    assert found(author.root) == [
        ("open-to-others", "subscribers"),
        ("open-to-others", "subscribers/keys/keys.toml"),
    ]


@posix
def test_a_clone_that_holds_nothing_personal_is_not(author: Author) -> None:
    shutil.rmtree(author.root / "subscribers/keys")
    (author.root / "subscribers").chmod(0o755)
    assert found(author.root) == []
