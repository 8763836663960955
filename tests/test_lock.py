"""requirements.lock answers what pyproject.toml asks: what the tests run with is what we say we need."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", LOCK, re.MULTILINE))


EXTRAS = PROJECT["project"]["optional-dependencies"]
ASKED = [
    *PROJECT["project"]["dependencies"],
    *(one for name, extra in EXTRAS.items() if name != "all" for one in extra),
    *PROJECT["dependency-groups"]["dev"],
]


@pytest.mark.parametrize("asked", ASKED)
def test_each_requirement_is_locked(asked: str) -> None:
    requirement = Requirement(asked)
    assert requirement.name in LOCKED, "run `make lock`"
    assert requirement.specifier.contains(LOCKED[requirement.name]), "run `make lock`"


def test_each_file_is_known_by_its_hash_and_no_registry_is_named() -> None:
    for line in LOCK.splitlines()[2:]:
        assert re.fullmatch(r"[a-z0-9-]+==.* \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line)
    assert "://" not in LOCK
