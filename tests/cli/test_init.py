"""`mailer init`: a workspace that already works, made without touching what is there."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import Mailer, environment

MADE = {
    ".gitignore",
    "campaigns/relation-clients.md",
    "campaigns/relation-clients/attente.png",
    "campaigns/relation-clients/elus.png",
    "campaigns/relation-clients/questionnaire.toml",
    "mailer.toml",
    "subscribers/.gitignore",
    "subscribers/README.md",
    "subscribers/sample.csv",
    "templates/tract/blocks.html",
    "templates/tract/layout.mjml",
    "templates/tract/layout.txt",
    "templates/tract/logo.png",
    "templates/tract/correction.en.md",
    "templates/tract/correction.md",
    "templates/tract/model.en.md",
    "templates/tract/questionnaire.en.toml",
    "templates/tract/questionnaire.toml",
    "templates/tract/model.md",
    "templates/tract/theme.toml",
}
KEYS = "subscribers/keys/keys.toml"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_fresh_folder_is_made_and_each_file_named(nowhere: Mailer) -> None:
    run = nowhere("init", "section")
    assert run.code == 0
    assert {Path(line).as_posix() for line in run.lines} == {f"section/{name}" for name in MADE}
    assert files(nowhere.folder / "section") == MADE | {KEYS}
    assert "cd section && mailer render relation-clients" in run.err


def test_here_when_no_folder_is_named(nowhere: Mailer) -> None:
    run = nowhere("init")
    assert run.code == 0
    assert set(run.lines) == MADE
    assert "cd " not in run.err
    assert files(nowhere.folder) == MADE | {KEYS}


def test_what_is_made_works(mailer: Mailer) -> None:
    assert (mailer("check").code, mailer("render", "relation-clients").code) == (0, 0)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_only_the_owner_reads_what_is_personal(begun: Path) -> None:
    assert mode(begun / "subscribers") == 0o700
    assert mode(begun / "subscribers" / "keys") == 0o700
    assert mode(begun / KEYS) == 0o600


def test_each_workspace_has_its_own_keys(begun: Path, nowhere: Mailer) -> None:
    assert nowhere("init").code == 0
    assert (nowhere.folder / KEYS).read_bytes() != (begun / KEYS).read_bytes()


def test_files_that_are_there_are_kept(nowhere: Mailer) -> None:
    nowhere.write("campaigns/relation-clients.md", "mine")
    nowhere.write("templates/tract/logo.png", b"my logo")
    nowhere.write("notes.txt", "other")
    run = nowhere("init", ".")
    assert run.code == 0
    assert (nowhere.folder / "campaigns/relation-clients.md").read_text() == "mine"
    assert (nowhere.folder / "templates/tract/logo.png").read_bytes() == b"my logo"
    assert (nowhere.folder / "notes.txt").read_text() == "other"
    assert set(run.lines) == MADE - {"campaigns/relation-clients.md", "templates/tract/logo.png"}


def test_a_workspace_is_not_begun_again(mailer: Mailer) -> None:
    (mailer.folder / "templates/tract/model.md").unlink()
    before = {name: (mailer.folder / name).read_bytes() for name in files(mailer.folder)}
    for arguments in (["init"], ["init", "."], ["init", str(mailer.folder)]):
        run = mailer(*arguments)
        assert (run.code, run.out) == (2, "")
        assert "is a workspace already" in run.err
    assert {name: (mailer.folder / name).read_bytes() for name in files(mailer.folder)} == before


@pytest.mark.parametrize("where", ["taken", "taken/below"])
def test_where_it_cannot_be_written(nowhere: Mailer, where: str) -> None:
    nowhere.write("taken", "a file")
    run = nowhere("init", where)
    assert (run.code, run.out) == (2, "")
    assert "taken" in run.err


def test_after_a_failure_it_can_be_begun_again(nowhere: Mailer) -> None:
    nowhere.write("templates", "a file where a folder must be")
    run = nowhere("init")
    assert run.code == 2
    assert "cannot be written" in run.err
    assert not (nowhere.folder / "mailer.toml").exists()
    (nowhere.folder / "templates").unlink()
    assert nowhere("init").code == 0
    assert files(nowhere.folder) == MADE | {KEYS}


# --- git carries away nothing personal --------------------------------------------


def git(folder: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1"),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().splitlines()


with_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@with_git
def test_git_takes_the_workspace_without_what_is_personal(mailer: Mailer) -> None:
    mailer.write("subscribers/adherents.csv", "email\n")
    mailer.write("subscribers/outbox/1.eml", "x")
    assert mailer("render", "relation-clients").code == 0
    git(mailer.folder, "init", "--quiet")
    git(mailer.folder, "add", "--all")
    assert set(git(mailer.folder, "ls-files")) == MADE
    assert mailer("check").code == 0


@with_git
def test_in_a_repository_that_has_its_own_gitignore(nowhere: Mailer) -> None:
    nowhere.write(".gitignore", "*.bak\n")
    git(nowhere.folder, "init", "--quiet")
    assert nowhere("init").code == 0
    git(nowhere.folder, "add", "--all")
    assert KEYS not in git(nowhere.folder, "ls-files")
    assert (nowhere.folder / ".gitignore").read_text().startswith("*.bak\n")
