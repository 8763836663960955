"""The table of rules is npm mjml's, of the version the golden samples are compiled with."""

import json
from importlib import resources
from pathlib import Path

import pytest

from mailer.compose import mjml
from mailer.compose.mjml.rules import COMPONENTS, ENDING, nearest, parents_of, types_of

HARNESS = Path(__file__).parents[2] / "golden" / "npm"


def test_one_version_everywhere() -> None:
    table = json.loads(resources.files(mjml).joinpath("rules.json").read_text("utf-8"))
    package = json.loads((HARNESS / "package.json").read_text("utf-8"))
    lock = json.loads((HARNESS / "package-lock.json").read_text("utf-8"))
    assert table["mjml"] == package["devDependencies"]["mjml"] == "5.4.1"
    assert lock["packages"]["node_modules/mjml"]["version"] == "5.4.1"


def test_the_lock_names_no_registry() -> None:
    lock = (HARNESS / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock


def test_the_notice_travels_with_the_table() -> None:
    notice = resources.files(mjml).joinpath("NOTICE").read_text("utf-8")
    assert "Copyright (c) 2016 Mailjet SAS" in notice
    assert "Permission is hereby granted" in notice


def test_components() -> None:
    assert len(COMPONENTS) == 32
    assert {"mj-text", "mj-button", "mj-table", "mj-raw", "mj-title", "mj-preview", "mj-style"} <= ENDING
    assert parents_of("mj-section") == ["mj-body", "mj-wrapper"]
    assert types_of("mj-text", "color") == {"color"}
    assert types_of("mj-text", "gutter") == frozenset()
    assert types_of("mj-all", "vertical-align") >= {"enum(top,bottom,middle)"}
    assert types_of("mj-unknown", "color") == frozenset()


@pytest.mark.parametrize(
    ("word", "near"),
    [("mj-sectoin", "mj-section"), ("MJ-TEXT", "mj-text"), ("zzz", None), ("x" * 9999, None)],
)
def test_nearest(word: str, near: str | None) -> None:
    assert nearest(word, COMPONENTS) == near
