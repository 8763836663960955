"""What was launched for practice stays practice, though [transport] leads to people since; and back."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.command import Mailer
from tests.cli.section import SLUG, figures, table

ABROAD = 'kind = "smtp"\nhost = "smtp.nowhere.invalid"\nport = 465\nsecurity = "tls"'
FOLDER = 'kind = "folder"\npath = "subscribers/outbox"'


def test_practice_never_goes_on_to_people(section: Mailer) -> None:
    assert section("send", SLUG, "--yes", "--limit", "1").code == 0
    table(section, "transport", ABROAD)
    for words in (
        ("send", SLUG),
        ("send", SLUG, "--top-up", "--yes"),
        ("send", SLUG, "--top-up", "--dry-run"),
    ):
        run = section(*words)
        assert run.code == 4
        assert "was launched for practice" in run.err
    assert section("pause", SLUG).code == 0
    assert section("resume", SLUG).code == 4
    said = figures(section)
    assert (said["status"], said["sent"], said["pending"]) == ("paused", 1, 3)
    table(section, "transport", FOLDER)
    assert section("send", SLUG).code == 0  # put back, it goes on
    table(section, "transport", ABROAD)
    french = section("send", SLUG, LANGUAGE="fr")  # it would have said: already sent, nothing to do
    assert french.code == 4
    assert "personne ne l’a reçue" in french.err


@pytest.mark.parametrize("words", [("send", SLUG), ("resume", SLUG)])
def test_people_are_not_called_sent_by_a_folder(section: Mailer, words: tuple[str, ...]) -> None:
    table(section, "transport", ABROAD)
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M}Z"
    assert section("send", SLUG, "--yes", "--skip", "first-use", "--at", tomorrow).code == 75
    if words[0] == "resume":
        assert section("pause", SLUG).code == 0
    table(section, "transport", FOLDER)
    run = section(*words)
    assert run.code == 4
    assert "they would count as sent and have nothing" in run.err
    assert figures(section)["pending"] == 4
