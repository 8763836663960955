"""`mailer new`: a campaign to write, from the template's model."""

import tomllib
from pathlib import Path

import pytest

from tests.cli.command import Mailer

LONGEST = "a" * 60


def front(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8").split("+++\n")[1])


def test_a_campaign_is_written_from_the_model(mailer: Mailer) -> None:
    run = mailer("new", "greve-du-17")
    assert (run.code, run.lines) == (0, ["campaigns/greve-du-17.md"])
    assert "mailer check greve-du-17" in run.err
    written = mailer.folder / "campaigns/greve-du-17.md"
    said = front(written)
    assert said["lists"] == ["sample"]
    assert said["sample"] is True
    assert said["language"] == "fr"
    assert "Bonjour" in written.read_text(encoding="utf-8")


def test_all_that_is_wrong_with_it_is_that_it_is_still_to_be_written(mailer: Mailer) -> None:
    assert mailer("new", "greve").code == 0
    run = mailer("check", "greve", "--json")
    assert run.code == 3
    assert {(finding["code"], finding["level"]) for finding in run.json} == {("to-write", "error")}
    assert len(run.json) > 5
    assert mailer("render", "greve").code == 3


def test_the_model_speaks_the_organisations_language(mailer: Mailer) -> None:
    mailer.edit("mailer.toml", 'language = "fr"\ntimezone', 'language = "en"\ntimezone')
    assert mailer("new", "strike").code == 0
    assert front(mailer.folder / "campaigns/strike.md")["language"] == "en"
    assert {finding["code"] for finding in mailer("check", "strike", "--json").json} == {"to-write"}


def test_it_goes_to_the_first_real_list(mailer: Mailer) -> None:
    mailer.edit("mailer.toml", "[lists.sample]", '[lists.adherents]\ntitle = "Adhérents"\n\n[lists.sample]')
    assert mailer("new", "greve").code == 0
    said = front(mailer.folder / "campaigns/greve.md")
    assert said["lists"] == ["adherents"]
    assert "sample" not in said


@pytest.mark.parametrize(
    "slug, better",
    [
        ("Grève du 17 !", "greve-du-17"),
        ("../x", "x"),
        ("", "tract-1"),
        (LONGEST + "a", LONGEST),
    ],
)
def test_a_name_that_cannot_be_is_answered_by_one_that_can(mailer: Mailer, slug: str, better: str) -> None:
    run = mailer("new", "--", slug)
    assert (run.code, run.out) == (2, "")
    assert run.err.endswith(f"cannot name a campaign: write '{better}'\n")
    assert [path.name for path in (mailer.folder / "campaigns").glob("*.md")] == ["relation-clients.md"]


def test_a_campaign_is_never_written_over(mailer: Mailer) -> None:
    path = mailer.folder / "campaigns/relation-clients.md"
    before = path.read_bytes()
    run = mailer("new", "relation-clients")
    assert run.code == 2
    assert "campaigns/relation-clients.md exists already" in run.err
    assert path.read_bytes() == before


def test_from_a_folder_below_it_stands_in_campaigns(mailer: Mailer) -> None:
    run = mailer("new", "greve", cwd=mailer.folder / "templates")
    assert run.code == 0
    assert (mailer.folder / "campaigns/greve.md").is_file()


def test_without_a_campaigns_folder_it_is_made(mailer: Mailer) -> None:
    (mailer.folder / "campaigns").rename(mailer.folder / "old")
    assert mailer("new", "greve").code == 0
    assert (mailer.folder / "campaigns/greve.md").is_file()


def test_when_campaigns_is_a_file_the_message_says_so(mailer: Mailer) -> None:
    (mailer.folder / "campaigns").rename(mailer.folder / "old")
    mailer.write("campaigns", "")
    run = mailer("new", "greve")
    assert run.code == 2
    assert "exists already" not in run.err


def test_without_a_model_it_says_where_to_take_one(mailer: Mailer) -> None:
    (mailer.folder / "templates/tract/model.md").unlink()
    run = mailer("new", "greve")
    assert run.code == 2
    assert "templates/tract/model.md is missing: take it from a fresh 'mailer init'" in run.err
