"""The register of processing: each list with its basis, what is missing is marked, in both languages."""

from datetime import date
from pathlib import Path

import pytest

from mailer.settings.schema import LEGAL_BASES
from mailer.wiring.processing import register
from tests.wiring.house import workspace

TODAY = date(2026, 11, 27)
LISTS = "".join(
    f'[lists.l{at}]\ntitle = "Liste {at}"\nlegal_basis = "{basis}"\nlegal_ref = "le {at} mai"\n'
    for at, basis in enumerate(LEGAL_BASES)
)
HEADS = ("Purposes", "Legal basis", "Whose data", "Which data", "Source", "Recipients", "Kept for", "Rights")


def written(folder: Path, settings: str = "", language: str = "en") -> str:
    found = workspace(folder, settings).settings
    return register(found, {"l0": ["site", "service"]}, TODAY, language)


def test_every_list_says_all_that_article_30_asks(tmp_path: Path) -> None:
    text = written(tmp_path, LISTS + '[lists.unset]\ntitle = "Sans base"\n')
    parts = {part.split("\n", 1)[0]: part for part in text.split("\n## ")[1:]}
    for at, basis in enumerate(LEGAL_BASES):
        [part] = [part for name, part in parts.items() if name.endswith(f" Liste {at}")]
        assert all(f"* **{head}**: " in part for head in HEADS), basis
        assert f"le {at} mai" in part
        assert "legal_basis in mailer.toml" not in part
    [unset] = [part for name, part in parts.items() if name.endswith("Sans base")]
    assert "TO BE COMPLETED: legal_basis in mailer.toml" in unset
    assert ", service, site" in text
    assert "3 years after their last act" in text
    assert [name.split(" ")[1] for name in parts][-3:] == ["Questionnaires", "Departures", "Measures"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_said_is_said_and_the_rest_is_marked(tmp_path: Path, language: str) -> None:
    text = written(tmp_path, LISTS, language)
    assert "{" not in text
    assert "Project-Id-Version" not in text
    mark = {"fr": "À COMPLÉTER\u00a0: ", "en": "TO BE COMPLETED: "}[language]
    assert text.count(mark) >= 6
    assert ("Durée de conservation" in text) == (language == "fr")
    assert "\n\n\n" not in text


def test_relays_are_named_and_a_line_stays_a_line(tmp_path: Path) -> None:
    workspace(tmp_path)
    path = tmp_path / "mailer.toml"
    away = '[transport]\nkind = "smtp"\nhost = "smtp.example.org"\nusername = "u"\n'
    text = path.read_text("utf-8").replace('[transport]\nkind = "folder"', f"{away}#")
    path.write_text(text.replace('\npath = "subscribers/outbox"', ""), encoding="utf-8")
    text = written(tmp_path, LISTS)
    assert "mail servers smtp.example.org" in text
    assert "mail leaves under TLS" in text
    assert all(line.startswith(("#", "* **", "Written on")) for line in text.splitlines() if line)


@pytest.mark.parametrize(
    ("encrypted", "said"),
    [
        (True, "**At rest**: the disk of the personal files is encrypted"),
        (False, "**At rest**: TO BE COMPLETED: the disk is in clear"),
        (None, "**At rest**: TO BE COMPLETED: the disk is encrypted (LUKS"),
    ],
)
def test_the_disk_is_told_as_it_is(tmp_path: Path, encrypted: bool | None, said: str) -> None:
    assert said in register(workspace(tmp_path).settings, {}, TODAY, "en", encrypted=encrypted)
