"""Beginnings: a workspace, and the names of campaigns."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.errors import UsageError
from mailer.tokens.keys import KEYS_FILE
from mailer.workspace.beginning import LONGEST_SLUG, SHIPPED, SLUG, begin, new_campaign, shipped, slugified
from tests.workspace.author import Author


def test_all_that_is_shipped_is_there() -> None:
    for name in SHIPPED:
        assert (shipped() / name).is_file() or (shipped() / name).is_dir()


def test_what_was_written_is_told(tmp_path: Path) -> None:
    written = begin(tmp_path / "a" / "b")
    assert len(set(written)) == len(written)
    files = {path for path in (tmp_path / "a" / "b").rglob("*") if path.is_file()}
    assert {tmp_path / "a" / "b" / name for name in (*written, KEYS_FILE)} == files


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_personal_folders_are_closed_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        begin(tmp_path)
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("subscribers", KEYS_FILE)]
    assert modes == [0o700, 0o600]


def test_an_interrupted_beginning_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "templates").write_text("a file where a folder must be")
    with pytest.raises(UsageError):
        begin(tmp_path)
    assert not (tmp_path / "mailer.toml").exists()
    (tmp_path / "templates").unlink()
    begin(tmp_path)
    assert (tmp_path / "mailer.toml").is_file()


@pytest.mark.parametrize(
    "text, slug",
    [
        ("Grève du 17 !", "greve-du-17"),
        ("  --a--b--  ", "a-b"),
        ("L’été à l'usine", "l-ete-a-l-usine"),
        ("Œuvre, cœur, Æ", "oeuvre-coeur-ae"),
        ("日本", ""),
        ("", ""),
        ("a" * 59 + "-bc", "a" * 59),
    ],
)
def test_the_nearest_slug(text: str, slug: str) -> None:
    assert slugified(text) == slug


@given(st.text())
@example("NUL")
def test_a_slug_offered_is_a_slug(text: str) -> None:
    slug = slugified(text)
    assert not slug or (SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG)
    assert slugified(slug) == slug


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "A",
        "é",
        "a b",
        "a_b",
        "-a",
        "a-",
        "a--b",
        "a.md",
        "../a",
        "a/b",
        "a\\b",
        "a\0",
        "a\n",
        "a" * 61,
        "٣",
    ],
)
def test_names_that_cannot_be(author: Author, slug: str) -> None:
    before = sorted(author.root.rglob("*"))
    with pytest.raises(UsageError, match="cannot name a campaign"):
        new_campaign(author.root, slug, "model", [], sample=False)
    assert sorted(author.root.rglob("*")) == before


@pytest.mark.parametrize("slug", ["a", "17", "a-b-1", "a" * 60])
def test_names_that_can_be(author: Author, slug: str) -> None:
    assert new_campaign(author.root, slug, "model", [], sample=False) == f"campaigns/{slug}.md"
    assert (author.root / f"campaigns/{slug}.md").read_bytes() == b"model"
    with pytest.raises(UsageError, match="exists already"):
        new_campaign(author.root, slug, "other", [], sample=False)
    assert (author.root / f"campaigns/{slug}.md").read_bytes() == b"model"


def test_a_link_to_nowhere_is_not_written_through(author: Author, tmp_path: Path) -> None:
    (author.root / "campaigns/a.md").symlink_to(tmp_path / "elsewhere.md")
    with pytest.raises(UsageError):
        new_campaign(author.root, "a", "model", [], sample=False)
    assert not (tmp_path / "elsewhere.md").exists()
