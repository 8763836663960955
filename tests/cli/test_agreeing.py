"""A yes is said in any of our languages; the question ends as one does in French."""

import click
import pytest
from click.testing import CliRunner

from mailer.cli.agreeing import agrees
from mailer.cli.speech import Speech
from mailer.words import Text


@click.command()
def asked() -> None:
    click.echo("agreed" if agrees(Text("Have all that go for good?")) else "not")


@pytest.mark.parametrize(
    ("typed", "agreed"),
    [
        *((yes, True) for yes in ("y", "Yes", "o", "oui", " OUI ")),
        *((no, False) for no in ("", "n", "non", "no", "ou", "yep")),
    ],
)
def test_a_yes_is_one_in_any_language_and_all_else_is_none(typed: str, agreed: bool) -> None:
    run = CliRunner().invoke(asked, input=f"{typed}\n")
    assert run.output.splitlines()[-1].endswith("agreed" if agreed else "not")


def test_nobody_who_says_nothing_agrees() -> None:
    assert "agreed" not in CliRunner().invoke(asked, input="").output


def test_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Speech, "language", "fr")
    run = CliRunner().invoke(asked, input="oui\n")
    assert "Oui ou non\u00a0: " in run.output
