"""A workspace found from where one stands, and its campaigns by name."""

from pathlib import Path

import pytest

from mailer.errors import SettingsError, UsageError
from mailer.workspace.folder import campaign_files, find_campaign, find_root, open_workspace, shown
from tests.workspace.author import Author


def test_the_nearest_settings_upwards(author: Author) -> None:
    below = author.root / "templates" / "tract"
    assert find_root(below) == find_root(author.root) == author.root
    assert open_workspace(below, {}).root == author.root
    inner = author.write("campaigns/inner/mailer.toml", "").parent
    assert find_root(inner) == inner


def test_none(tmp_path: Path) -> None:
    (tmp_path / "mailer.toml").mkdir()
    assert find_root(tmp_path) is None
    with pytest.raises(UsageError, match="mailer init DIR"):
        open_workspace(tmp_path, {})


def test_faulty_settings_stop_with_all_their_faults(author: Author) -> None:
    author.edit("mailer.toml", 'name = "CGT Exemple"', "nom = 3")
    with pytest.raises(SettingsError) as raised:
        open_workspace(author.root, {"MAILER_SENDER_FROM": "nobody"})
    assert {finding.place.file for finding in raised.value.findings} == {"mailer.toml", "MAILER_SENDER_FROM"}
    assert len(raised.value.findings) == 3


def test_the_environment_wins_over_the_file(author: Author) -> None:
    settings = open_workspace(author.root, {"MAILER_SITE_URL": "https://Tracts.Example.org/"}).settings
    assert settings.site.url == "https://tracts.example.org"


def test_settings_in_cp1252_are_read_and_said(author: Author) -> None:
    author.edit("mailer.toml", '"CGT Exemple"', '"Équipe"')
    text = (author.root / "mailer.toml").read_text(encoding="utf-8")
    author.write("mailer.toml", text.encode("cp1252"))
    workspace = author.workspace
    assert workspace.settings.organisation.name == "Équipe"
    assert [finding.code for finding in workspace.findings] == ["encoding-cp1252"]


# --- campaigns by name ---------------------------------------------------------------


@pytest.fixture
def several(author: Author) -> Author:
    for slug in ("greve", "greve-mai", "manif"):
        author.campaign(slug=slug)
    author.write("campaigns/notes.txt", "")
    (author.root / "campaigns/folder.md").mkdir()
    return author


def test_campaigns_are_the_files_in_markdown(several: Author) -> None:
    files = [path.stem for path in campaign_files(several.root)]
    assert sorted(files) == ["greve", "greve-mai", "manif", "relation-clients"]


@pytest.mark.parametrize(
    "name, slug",
    [
        ("greve", "greve"),  # also the beginning of another
        ("greve-", "greve-mai"),
        ("m", "manif"),
        ("manif.md", "manif"),
        ("campaigns/manif.md", "manif"),
        ("campaigns/manif", "manif"),
    ],
)
def test_a_name_finds_one(several: Author, name: str, slug: str) -> None:
    assert find_campaign(several.root, name) == several.root / f"campaigns/{slug}.md"


@pytest.mark.parametrize(
    "name, said",
    [
        ("gre", "greve, greve-mai"),
        ("grve", "did you mean 'greve'"),
        ("zzz", "'mailer campaigns' lists them"),
        ("", "'mailer campaigns' lists them"),
        (".", "'mailer campaigns' lists them"),
        ("campaigns/", "'mailer campaigns' lists them"),
        ("folder", "'mailer campaigns' lists them"),
        ("../section/campaigns/greve", "'mailer campaigns' lists them"),
        ("*", "'mailer campaigns' lists them"),
    ],
)
def test_a_name_that_finds_none_or_several(several: Author, name: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        find_campaign(several.root, name)
    assert said in str(raised.value.message)


def test_places_are_told_from_the_root(author: Author, tmp_path: Path) -> None:
    assert shown(author.root, author.root / "campaigns" / "x.md") == "campaigns/x.md"
    assert shown(author.root, tmp_path / "x.md") == (tmp_path / "x.md").as_posix()
