"""`mailer test`: the real mail, marked, to oneself; its links act on nobody."""

import re
from pathlib import Path

import pytest

from mailer.listen.exits import read_exit
from mailer.workspace.keys import read_or_make_keys
from tests.cli.command import Mailer, body, letter
from tests.cli.section import SLUG, arrived, post_to, state, table
from tests.smtp.script import Reply, Rule, Stage
from tests.smtp.server import FaultServer, running

ME = "moi@example.org"


def outbox(mailer: Mailer) -> list[Path]:
    """The .eml files written."""
    return sorted((mailer.folder / "subscribers/outbox").rglob("*.eml"))


def test_the_mail_is_marked_and_its_links_are_nobodys(section: Mailer) -> None:
    table(section, "site", 'url = "https://lettre.example.org"')
    run = section("test", SLUG, "--to", ME)
    assert (run.code, run.out) == (0, "")
    assert f"Sent to {ME}." in run.err
    (path,) = outbox(section)
    message = letter(path)
    assert (message["Subject"], message["To"]) == ("[TEST] Essai", ME)
    assert "Bonjour Camille" in body(message, "plain")
    page = body(message, "html")
    assert "/l/draft00000/1" in page
    token = re.search(r"/u/([\w-]+)", page)
    assert token is not None
    door = read_exit(read_or_make_keys(section.folder)[0], token[1])
    assert door is not None
    assert door.is_test  # subscriber 0
    assert section("status", "--json").json == []


def test_images_travel_inside(section: Mailer) -> None:
    table(section, "site", 'url = "https://lettre.example.org"')
    sample = section.folder / "campaigns/relation-clients/elus.png"
    section.write(f"campaigns/{SLUG}/elus.png", sample.read_bytes())
    section.campaign(SLUG, "![Vos élus](elus.png)", 'images = "hosted"\n')
    assert section("test", SLUG, "--to", ME).code == 0
    message = letter(outbox(section)[0])
    images = [part for part in message.walk() if part.get_content_maintype() == "image"]
    page = body(message, "html")
    assert len(images) == 2  # the logo, the picture
    for image in images:
        assert f"cid:{str(image['Content-ID']).strip('<>')}" in page
    assert "/i/" not in page


def test_in_the_name_of_somebody_with_nobodys_token(section: Mailer) -> None:
    table(section, "site", 'url = "https://lettre.example.org"')
    run = section("test", SLUG, "--to", ME, "--as", "membre2@example.org")
    assert run.code == 0
    message = letter(outbox(section)[0])
    assert message["To"] == ME
    assert "Bonjour Prénom2" in body(message, "plain")
    own = section("test", SLUG, "--to", ME)
    assert own.code == 0
    links = {str(letter(path)["List-Unsubscribe"]) for path in outbox(section)}
    assert len(links) == 1  # whoever lends the fields, it is subscriber 0's
    stranger = section("test", SLUG, "--to", ME, "--as", "personne@example.org")
    assert stranger.code == 0
    assert "Nobody has the address personne@example.org in its lists" in stranger.err


def test_those_of_the_settings(section: Mailer) -> None:
    nobody = section("test", SLUG)
    assert nobody.code == 2
    assert "add --to EMAIL, or test_to under [send]" in nobody.err
    table(section, "send", 'test_to = ["a@example.org", "b@example.org"]')
    with running(FaultServer()) as server:
        post_to(section, server)
        assert section("test", SLUG).code == 0
        assert arrived(server) == {"a@example.org": 1, "b@example.org": 1}
        assert section("test", SLUG, "--to", ME, "--to", "b@example.org").code == 0
        assert arrived(server) == {"a@example.org": 1, "b@example.org": 2, ME: 1}


def test_an_approval_is_of_the_text_that_was_sent(section: Mailer) -> None:
    table(section, "send", 'approvers = ["elu@example.org", "elue@example.org"]\napprovals = 2')
    run = section("test", SLUG, "--to", ME, "--approve")
    assert run.code == 2
    assert "[send].approvers in mailer.toml names who may" in run.err
    with running(FaultServer([Rule(Stage.RCPT, Reply(550, "5.1.1 no"), times=1)])) as server:
        post_to(section, server)
        half = section("test", SLUG, "--to", "elu@example.org", "--to", "elue@example.org", "--approve")
        assert half.code == 1
        assert "Not sent to elu@example.org (550 5.1.1 no)." in half.err
        assert "Approved by elue@example.org, as it is now." in half.err
        assert "Approved by elu@example.org" not in half.err
    assert "[approved] 1 of 2 approvals" in section("send", SLUG, "--dry-run").err


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.EHLO, Stage.MAIL, Stage.DOT])
def test_a_server_that_fails_is_told(section: Mailer, stage: Stage) -> None:
    with running(FaultServer([Rule(stage, Reply(554, "5.3.0 no, thank you"))])) as server:
        post_to(section, server)
        run = section("test", SLUG, "--to", ME)
        assert run.code == 1
        assert f"Not sent to {ME} (554 5.3.0 no, thank you)." in run.err
        assert section("send", SLUG, "--dry-run", LANGUAGE="fr").code == 0
    assert run.out == ""


def test_a_server_that_is_not_there(section: Mailer) -> None:
    table(section, "transport", 'kind = "smtp"\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"')
    run = section("test", SLUG, "--to", ME, LANGUAGE="fr")
    assert run.code == 1
    assert ME in run.err


def test_faults_stop_it(section: Mailer) -> None:
    section.campaign("faulty", "Bonjour {{ prenon }}.")
    run = section("test", "faulty", "--to", ME)
    assert run.code == 3
    assert "campaigns/faulty.md:8:12 unknown field 'prenon'" in run.err
    before = state(section.folder)
    assert section("test", SLUG, "--to", "not an address").code == 2
    assert state(section.folder) == before
