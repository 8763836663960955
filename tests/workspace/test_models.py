"""The model of a new campaign: the template's own, in the organisation's language, to its list."""

import re
import tomllib
from pathlib import Path

import pytest

from mailer.errors import UsageError
from mailer.workspace.models import new_from_model, new_questionnaire
from tests.workspace.author import Author


def front(author: Author, name: str) -> dict[str, object]:
    return tomllib.loads((author.root / name).read_text(encoding="utf-8").split("+++\n")[1])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_in_the_organisations_language(author: Author, language: str) -> None:
    author.edit("mailer.toml", 'language = "fr"\ntimezone', f'language = "{language}"\ntimezone')
    name = new_from_model(author.workspace, "greve")
    assert front(author, name)["language"] == language
    findings = author.findings("greve")
    assert {finding.code for finding in findings} == {"to-write"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_once_written_the_model_is_a_clean_campaign(author: Author, language: str) -> None:
    author.edit("mailer.toml", 'language = "fr"\ntimezone', f'language = "{language}"\ntimezone')
    path = author.root / new_from_model(author.workspace, "greve")
    text = path.read_text(encoding="utf-8")
    written = re.sub(r"À ÉCRIRE : |TO WRITE: ", "", text)
    assert written != text
    path.write_text(written, encoding="utf-8")
    assert author.findings("greve") == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_questionnaire_beside_it_is_sound(author: Author, language: str) -> None:
    author.edit("mailer.toml", 'language = "fr"\ntimezone', f'language = "{language}"\ntimezone')
    path = author.root / new_from_model(author.workspace, "greve")
    name = new_questionnaire(author.workspace, "greve")
    assert name == "campaigns/greve/questionnaire.toml"
    text = path.read_text(encoding="utf-8")
    lined = re.sub(
        r"^# (questionnaire = .*)$", r"\1", re.sub(r"À ÉCRIRE : |TO WRITE: ", "", text), flags=re.M
    )
    path.write_text(f"{lined}\n[Je réponds à vos questions](questionnaire:){{.button}}\n", encoding="utf-8")
    assert author.findings("greve") == ()
    beside = (author.root / name).read_text(encoding="utf-8")
    for line in re.findall(r"^# ([a-z_]+ = \S.*)$", beside, re.MULTILINE):
        (author.root / name).write_text(beside.replace(f"# {line}", line), encoding="utf-8")
        assert author.findings("greve") == (), line
    assert new_questionnaire(author.workspace, "greve") == ""  # never over one that is there


def test_an_older_template_has_no_questionnaire(author: Author) -> None:
    for path in (author.root / "templates/tract").glob("questionnaire*.toml"):
        path.unlink()
    new_from_model(author.workspace, "greve")
    assert new_questionnaire(author.workspace, "greve") == ""
    assert not (author.root / "campaigns/greve").exists()


def test_every_line_put_off_by_a_comment_can_be_put_on(author: Author) -> None:
    path = author.root / new_from_model(author.workspace, "greve")
    text = re.sub(r"À ÉCRIRE : ", "", path.read_text(encoding="utf-8"))
    lines = re.findall(r"^# ([a-z_]+ = .*)$", text, re.MULTILINE)
    assert len(lines) >= 5
    for line in lines:
        path.write_text(text.replace(f"# {line}", line), encoding="utf-8")
        codes = {finding.code for finding in author.findings("greve")}
        assert codes <= {"missing-file", "missing-list", "questionnaire-unlinked"}, line


@pytest.mark.parametrize("slugs, expected", [([], "sample"), (["adherents"], "adherents"), (["z", "a"], "z")])
def test_it_goes_to_the_first_real_list(author: Author, slugs: list[str], expected: str) -> None:
    for slug in reversed(slugs):
        text = (author.root / "mailer.toml").read_text(encoding="utf-8")
        first = re.search(r"^\[lists\.", text, re.MULTILINE)
        assert first
        table = f'[lists.{slug}]\ntitle = "Une liste"\n\n'
        author.write("mailer.toml", text[: first.start()] + table + text[first.start() :])
    said = front(author, new_from_model(author.workspace, "greve"))
    assert said["lists"] == [expected]
    assert said.get("sample", False) is (expected == "sample")


def test_without_a_list_the_campaign_names_none(author: Author) -> None:
    text = (author.root / "mailer.toml").read_text(encoding="utf-8")
    author.write("mailer.toml", text[: text.index("[lists.")])
    new_from_model(author.workspace, "greve")
    assert "missing-list" in {finding.code for finding in author.findings("greve")}


def test_a_model_of_ones_own(author: Author) -> None:
    author.write("templates/tract/model.fr.md", "ours: LISTS_HERE\n")
    name = new_from_model(author.workspace, "greve")
    assert (author.root / name).read_text() == 'ours: ["sample"]\n'


def test_without_a_model(author: Author) -> None:
    Path(author.root / "templates/tract/model.md").unlink()
    with pytest.raises(UsageError, match=r"templates/tract/model\.md is missing"):
        new_from_model(author.workspace, "greve")
