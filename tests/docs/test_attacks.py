"""docs/attacks.md: whatever was tried has its outcome, and a test that exists keeps it so."""

import re

import pytest

from tests.cli.command import ROOT

TEXT = (ROOT / "docs/attacks.md").read_text(encoding="utf-8")
ROWS = re.findall(r"(?m)^\| (?!tried|---)(.+?) \| (.+?) \| (.+) \|$", TEXT)
LINES = re.findall(r"(?m)^\|(?! tried|---)", TEXT)


@pytest.mark.parametrize(("tried", "outcome", "proof"), ROWS, ids=[row[0][:60] for row in ROWS])
def test_whatever_was_tried_has_its_proof(tried: str, outcome: str, proof: str) -> None:
    assert outcome.endswith("."), tried
    assert re.fullmatch(r"(?:`tests/[\w/]+\.py::\w+` ?)+", proof), tried
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", proof):
        assert re.search(rf"(?m)^(?:    )?(?:async )?def {name}\(", (ROOT / file).read_text("utf-8")), name


def test_no_line_is_left_out() -> None:
    assert len(ROWS) == len(LINES) > 30
