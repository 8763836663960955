"""Files beside a campaign: found there, and nowhere else on the machine."""

from pathlib import Path

import pytest

from mailer.compose.assets import Candidate
from mailer.findings import Finding, Place
from mailer.workspace.beside import find_beside

PLACE = Place("campaigns/x.md", 14, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "campaigns" / "x"
    folder.mkdir(parents=True)
    (folder / "logo.png").write_bytes(b"inside")
    (folder / "sous dossier").mkdir()
    (folder / "sous dossier" / "é.png").write_bytes(b"deep")
    (tmp_path / "secret.png").write_bytes(b"outside")
    (folder / "lien.png").symlink_to(tmp_path / "secret.png")
    (folder / "dossier").symlink_to(tmp_path)
    (folder / "alias.png").symlink_to("logo.png")
    return folder


def find(folder: Path, name: str) -> Candidate | Finding:
    return find_beside(folder, "campaigns/x", name, PLACE)


@pytest.mark.parametrize(
    "name, content",
    [
        ("logo.png", b"inside"),
        ("./logo.png", b"inside"),
        ("sous dossier/é.png", b"deep"),
        ("alias.png", b"inside"),
    ],
)
def test_a_file_of_the_folder_is_taken(folder: Path, name: str, content: bytes) -> None:
    assert find(folder, name) == Candidate(name, content, PLACE)


@pytest.mark.parametrize(
    "name, code",
    [
        ("../../secret.png", "file-outside"),
        ("..\\..\\secret.png", "file-outside"),
        ("sous dossier/../../../secret.png", "file-outside"),
        ("/etc/passwd", "file-outside"),
        ("\\\\server\\share\\x.png", "file-outside"),
        ("U:\\cgt\\logo.png", "file-outside"),
        ("C:/logo.png", "file-outside"),
        ("lien.png", "file-outside"),
        ("dossier/secret.png", "file-outside"),
        ("logo.png\x00.txt", "file-outside"),
        ("file:///etc/passwd", "file-remote"),
        ("http://example.org/logo.png", "file-remote"),
        ("https://example.org/logo.png", "file-remote"),
        ("data:image/png;base64,AAAA", "file-remote"),
        ("missing:logo.png", "file-remote"),
        ("absent.png", "missing-file"),
        ("sous dossier", "missing-file"),
        ("", "missing-file"),
    ],
)
def test_anything_else_is_refused_where_it_was_named(folder: Path, name: str, code: str) -> None:
    found = find(folder, name)
    assert isinstance(found, Finding)
    assert (found.code, found.place) == (code, PLACE)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    found = find(tmp_path / "nowhere", "logo.png")
    assert isinstance(found, Finding)
    assert (found.code, str(found.cure)) == ("missing-file", "create the folder and put it there")


def test_a_huge_file_is_refused_before_it_is_read(folder: Path) -> None:
    with (folder / "huge.png").open("wb") as opened:
        opened.truncate(1024**3)
    found = find(folder, "huge.png")
    assert isinstance(found, Finding)
    assert found.code == "file-huge"
