"""docs/guarantees.md: each promise has its proof, each proof is a test that exists, each has a story."""

import re

import pytest

from tests.cli.command import ROOT

TEXT = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
PROMISES = re.findall(r"(?m)^\| (P\d+) \| (.+?) \| (.+?) \|$", TEXT)


def test_every_promise_has_its_line() -> None:
    assert [name for name, *_ in PROMISES] == [f"P{number}" for number in range(1, 16)]


@pytest.mark.parametrize(("name", "sentence", "proof"), PROMISES, ids=[name for name, *_ in PROMISES])
def test_every_promise_has_a_story(name: str, sentence: str, proof: str) -> None:
    assert re.search(r"`tests/stories/\w+\.py::\w+`", proof), f"{name} ({sentence}) has no story"
    assert not re.sub(r"`tests/[\w/]+\.py::\w+`", "", proof).strip(), "nothing but tests proves anything"


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_proof_exists(file: str, name: str) -> None:
    path = ROOT / file
    assert path.exists(), f"{file} is no file"
    assert re.search(rf"(?m)^(?:    )?(?:async )?def {name}\(", path.read_text(encoding="utf-8")), name


def test_every_line_of_the_questionnaire_has_its_proof() -> None:
    (_, _, rest) = TEXT.partition("## The questionnaire")
    rows = re.findall(r"(?m)^\| (\w+) \| (.+?) \| (.+?) \|$", rest.partition("\n## ")[0])
    assert [name for name, *_ in rows if name[0] == "Q"] == [
        *(f"Q{number}" for number in range(1, 11)),
        "Q14",
    ]
    for name, _sentence, proof in rows:
        assert re.fullmatch(r"(?:`tests/[\w/]+\.py::\w+` ?)+", proof), name


def test_every_line_beside_others_names_what_proves_ours() -> None:
    (_, _, beside) = TEXT.partition("## Beside others")
    rows = re.findall(r"(?m)^\| (?!what happens|---)(.+?) \| (.+?) \| (.+) \|$", beside)
    assert len(rows) >= 8
    for what, ours, others in rows:
        assert re.search(r"`tests/[\w/]+\.py::\w+`", ours), what
        assert others, what
