"""Mails that speak of failures, or look like it, and accuse nobody, whatever they quote (innocent.toml)."""

import tomllib
from pathlib import Path

import pytest

from mailer.bounces.reading import read

HERE = Path(__file__).parent
INNOCENT: dict[str, dict[str, str]] = tomllib.loads((HERE / "innocent.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", INNOCENT)
def test_nobody_is_named(name: str) -> None:
    told = INNOCENT[name]
    fields = [f"From: {told['from']}", "To: retours@lettre.example.org", f"Subject: {told['subject']}"]
    if "field" in told:
        fields.append(told["field"])
    reading = read("\n".join([*fields, "", told["body"]]).encode())
    assert reading.recipients == ()
    assert reading.kind == told["kind"]
