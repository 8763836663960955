"""The fault matrix has no empty row, and names no test that is gone."""

import re

import pytest

from tests.cli.command import ROOT
from tests.faults.matrix import MATRIX

PROOFS = sorted({proof for row in MATRIX for proof in row.proof})


def test_every_row_is_held_by_a_test() -> None:
    assert [row.fault for row in MATRIX if not row.proof or not row.outcome] == []
    assert len({row.fault for row in MATRIX}) == len(MATRIX)


@pytest.mark.parametrize("proof", PROOFS)
def test_every_test_exists(proof: str) -> None:
    file, _, name = proof.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE), proof


def test_every_story_of_this_room_is_in_the_matrix() -> None:
    here = {
        f"tests/faults/{path.name}::{name}"
        for path in (ROOT / "tests/faults").glob("test_*.py")
        if path.name != "test_matrix.py"
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert here <= set(PROOFS)
