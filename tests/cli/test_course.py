"""`mailer pause`, `resume`, `cancel`: the course of a campaign, changed from any terminal."""

import pytest

from tests.cli.command import Mailer
from tests.cli.section import SLUG, figures


@pytest.fixture
def begun_one(section: Mailer) -> Mailer:
    """A section with a campaign that one of four people has."""
    assert section("send", SLUG, "--yes", "--limit", "1").code == 0
    return section


def test_paused_then_resumed(begun_one: Mailer) -> None:
    run = begun_one("pause", SLUG)
    assert (run.code, run.out) == (0, "")
    assert f"mailer resume {SLUG}" in run.err
    said = figures(begun_one)
    assert (said["status"], said["reason"], said["sent"], said["pending"]) == ("paused", "operator", 1, 3)
    assert "en pause\n  quelqu’un l’a demandé\n" in begun_one("status", SLUG, LANGUAGE="fr").out
    assert begun_one("pause", SLUG).code == 2  # it is already
    assert begun_one("resume", SLUG).code == 0
    assert (figures(begun_one)["status"], figures(begun_one)["reason"]) == ("running", "")
    assert begun_one("send", SLUG).code == 0
    assert figures(begun_one)["sent"] == 4


def test_cancelled_for_good_even_when_its_file_is_gone(begun_one: Mailer) -> None:
    (begun_one.folder / f"campaigns/{SLUG}.md").unlink()
    assert begun_one("status", SLUG).code == 0
    assert begun_one("pause", SLUG).code == 0
    run = begun_one("cancel", SLUG, LANGUAGE="fr")
    assert run.code == 0
    assert "Annulée\u00a0: 1 l’ont reçue, 3 ne l’auront jamais." in run.err
    said = figures(begun_one)
    assert (said["status"], said["sent"], said["excluded"]) == ("cancelled", 1, 3)
    assert said["reasons"] == [{"state": "excluded", "reason": "cancelled", "people": 3}]
    for command in ("pause", "resume", "cancel"):
        wrong = begun_one(command, SLUG)
        assert wrong.code == 2
        assert f"{SLUG} is cancelled: nothing was changed" in wrong.err


def test_a_finished_campaign_has_no_course(begun_one: Mailer) -> None:
    begun_one("send", SLUG)
    for command in ("pause", "resume", "cancel"):
        run = begun_one(command, SLUG)
        assert run.code == 2
        assert f"{SLUG} is finished: nothing was changed" in run.err
    assert figures(begun_one)["status"] == "finished"


@pytest.mark.parametrize("command", ["pause", "resume", "cancel", "status"])
def test_what_was_never_sent(section: Mailer, command: str) -> None:
    unsent = section(command, SLUG)
    assert unsent.code == 2
    assert f"{SLUG} was not sent yet: mailer send {SLUG}" in unsent.err
    unknown = section(command, "nope")
    assert unknown.code == 2
    assert "there is no campaign 'nope'" in unknown.err
